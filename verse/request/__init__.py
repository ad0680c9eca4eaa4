"""Requests for poems: forms, seeds, messages, and the format that the network reads.

No torch here: the bot reads it.
"""
