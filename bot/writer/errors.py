"""Why the poet does not write; `bot.i18n.texts` has a sentence for each that a member can meet."""


class WriterError(Exception):
    """The poet can't write."""


class QueueFull(WriterError):
    """As many poems wait as may wait."""


class ShuttingDown(WriterError):
    """The bot is about to stop and takes no more work."""


class PoetLost(WriterError):
    """The worker died, hung or failed while it wrote this poem."""


class PoetAway(WriterError):
    """There is no worker, and it may take a while until there is one."""


class WriterStartError(WriterError):
    """A worker did not start; the message is one sentence with the cure."""
