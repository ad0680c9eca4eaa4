"""Where an error happened, without what it happened with: anybody's words could be in that."""

import traceback


def bare_trace(error: BaseException) -> str:
    """Returns the places in the code and the kind of `error`.

    Not its message, which could quote a seed. Nothing heavy is imported here: every process of the
    bot uses it.
    """
    return "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__
