"""Finding poems again: best, newest, of a member, with a word."""
