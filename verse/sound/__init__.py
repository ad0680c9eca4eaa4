"""How words sound: pronunciations, syllables, stress, rhyme. Knows nothing of poems."""
