"""Poems: /poem and /acrostic, from what was typed to the buttons under the finished poem.

Read in this order: ``wishes``, ``cog``, ``admission``, ``recital``, ``message``, ``actions``,
``edit``.
"""
