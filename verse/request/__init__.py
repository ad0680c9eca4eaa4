"""What can be asked of the poet, and how it is told to the network.

No torch here: the bot reads it.
"""
