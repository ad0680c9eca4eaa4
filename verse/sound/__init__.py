"""Phonology: pronunciations, syllables, stress, metre, rhyme. Knows nothing of poems."""
