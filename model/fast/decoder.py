"""Fast decoding: many poems, or many candidates for one line, at the cost of a few.

    decoder = Decoder(model)                         weights packed once
    prefix = decoder.prefix(tokens)                  the poem so far, prefilled once
    rows = decoder.branch(prefix, params)            candidates for its next line, all at once
    rows += decoder.fork([(rows[3], 20)], params)    other ends for the first 20 characters of one
    decoder.adopt(prefix, rows[3])                   one is kept, without computing it again
    prefix.rollback(length)                          or back to an earlier line

Beside these, `decoder.batch` writes independent rows that join and leave between steps. All sample
from the distribution of `model.generate`, which stays as the slow reference, up to the context: a
row that has filled it ends with reason "full", for going on would mean to prefill half of it anew.
"""

from collections.abc import Sequence

from model.fast.batch import Batch, Constraint, Row
from model.fast.packed import PackedWeights, choose_kind
from model.fast.prefix import Prefix
from model.fast.sampler import SamplingParams
from model.fast.threads import Threads
from model.transformer import Transformer

__all__ = ["Batch", "Constraint", "Decoder", "Prefix", "Row", "SamplingParams"]


class Decoder:
    """Holds a network's weights, packed, and a batch for the candidates of one line."""

    def __init__(
        self,
        model: Transformer,
        weights: str = "float32",
        max_rows: int = 32,
        max_chars: int = 128,
        threads: Threads | None = None,
    ) -> None:
        """weights: float32, int8 (CPUs, rounds), bfloat16 (rounds) or auto, what
        suits this kind of machine. max_rows, max_chars: most rows that `branch` and
        `fork` write at once, and most characters of each. threads: sets how many a step computes
        with; None leaves them be. Raises ValueError for weights that aren't known or don't work
        here."""
        self.reason = f"{weights}, as asked"
        """Why these weights, in a sentence for the log."""
        if weights == "auto":
            weights, self.reason = choose_kind(model)
        self.packed = PackedWeights(model, weights)
        self.weights = weights
        self.max_rows = max_rows
        self._candidates = Batch(self.packed, max_rows, max_chars, threads)

    def prefix(self, tokens: Sequence[int]) -> Prefix:
        """Returns a text to branch from: `tokens`, at least one, at most block_size."""
        return Prefix(self.packed, tokens)

    def branch(
        self,
        prefix: Prefix,
        params: Sequence[SamplingParams],
        constraint: Constraint | None = None,
        unfinished: int = 0,
    ) -> list[Row]:
        """Continues `prefix` once for each of `params`, in their order, until every row has ended
        but `unfinished`, which `fork` writes on: a step of few rows costs nearly what many cost.

        The prefix stays as it is. The rows can be adopted or forked until the next branch. Raises
        ValueError for more than `max_rows` of `params`, or for a prefix that fills the context.
        """
        self._candidates.begin(prefix, constraint)
        rows = [self._candidates.join(own) for own in params]
        self._write(unfinished)
        return rows

    def fork(
        self, origins: Sequence[tuple[Row, int]], params: Sequence[SamplingParams]
    ) -> list[Row]:
        """Writes on from the first `count` tokens of a row of the last branch, for each (row,
        count), until every row has ended, those that were unfinished too; the rows returned begin
        with those tokens.

        All rows of the branch can still be adopted, as long as there is room for them. Raises
        ValueError for more rows and origins than `max_rows`.
        """
        rows = self._candidates.fork(origins, params)
        self._write(unfinished=0)
        return rows

    def adopt(self, prefix: Prefix, row: Row, chars: int | None = None) -> None:
        """Adds the first `chars` tokens of a row (all by default) of the last branch to its prefix.

        Their keys and values are copied, not computed. Raises ValueError when the prefix reads
        otherwise than when the row was begun, or the row's slot was given to another.
        """
        self._candidates.adopt(prefix, row, chars)

    def _write(self, unfinished: int) -> None:
        while len(self._candidates.rows) > unfinished:
            self._candidates.step()

    def batch(
        self,
        rows: int,
        chars: int | None = None,
        prefix: Prefix | None = None,
        constraint: Constraint | None = None,
    ) -> Batch:
        """Returns a batch of `rows` rows of `chars` characters (block_size by default), which
        continue `prefix`, if any, under `constraint`, if any."""
        batch = Batch(self.packed, rows, chars or self.packed.config.block_size)
        batch.begin(prefix, constraint)
        return batch

    @property
    def bytes(self) -> int:
        """Bytes of weights and candidates at most; each prefix and batch tells its own."""
        return self.packed.bytes + self._candidates.bytes
