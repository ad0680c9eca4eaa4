"""Why the poet does not write; `bot.i18n.texts` has a sentence for each that a member can meet."""


class WriterError(Exception):
    """Reports that the poet can't write."""


class QueueFull(WriterError):
    """Reports that as many poems wait as may wait."""


class ShuttingDown(WriterError):
    """Reports that the bot is about to stop and takes no more work."""


class LeftQueue(WriterError):
    """Reports that a poem was cancelled before the poet took it up."""


class PoetLost(WriterError):
    """Reports that the worker died, hung or failed while it wrote this poem."""


class PoetAway(WriterError):
    """Reports that there is no worker, and that it may take a while until there is one."""


class WriterStartError(WriterError):
    """Reports that a worker did not start; the message is one sentence with the cure."""
