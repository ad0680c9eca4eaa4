"""The Discord bot: a folder for each thing that it offers, and what these share.

Read in this order: ``settings``, ``app`` (what there is, put together), ``client`` (the connection
to Discord), ``poem`` (from a member's words to a poem under their command), ``votes``, ``writer``
(the queue, and the process in which the poet lives), ``store``. Of the other folders each is
one command, or what its name says: ``lists`` is /poems, ``server_settings`` is /settings.

No folder imports ``app``, and only ``app`` knows all of them. ``verse`` and ``model`` are imported,
never ``train``. The bot's own process loads no torch; those that it starts do: ``writer.worker``
and ``brain.artist``.
"""
