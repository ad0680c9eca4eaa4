"""The Discord bot: commands, buttons, votes, and the process in which the poet lives.

Read in this order: ``settings``, ``client``, ``cogs.poem``, ``ui``, ``writer``, ``worker``,
``store``. Imports ``model``, never ``train``; and no torch except in ``worker``.
"""
