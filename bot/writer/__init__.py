"""The queue of poems, and the process in which the poet lives."""
