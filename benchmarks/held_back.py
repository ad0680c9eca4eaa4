"""Real verse to compare with: what a training held back, in parts as those it learned."""

from collections.abc import Iterable

from model.checkpoint import Checkpoint
from train.annotate import divide
from train.corpus import Poem
from train.session import Corpus, sides


def learned_and_held(checkpoint: Checkpoint, source: str) -> tuple[list[Poem], list[Poem]]:
    """The poems of `source` on each side of the checkpoint's split. Raises ValueError."""
    lyric_only = bool(checkpoint.provenance.get("corpus", {}).get("lyric_only"))
    return sides(checkpoint, Corpus.load([source], lyric_only))


def parts(poems: Iterable[str]) -> list[str]:
    """About 600 characters each, cut where stanzas end."""
    return [part for poem in poems for part in divide(poem)]
