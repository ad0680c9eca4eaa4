"""The poet of the bot: a queue before one process, so that the event loop never computes.

Read in this order: ``queue``, ``in_progress``, ``poet_process``, ``protocol``, ``worker``.
"""
