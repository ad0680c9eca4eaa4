"""The error of a training, apart from everything that imports torch."""


class TrainingError(ValueError):
    """Reports a run that can't begin or go on; the message names the reason and the cure."""
