"""Poems: the commands, what was wished, how one is shown, the buttons under it."""
