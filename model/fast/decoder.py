"""Writing fast: many poems, or many candidates for one line, at the speed of a few.

    decoder = Decoder(model)                         weights packed once
    trunk = decoder.trunk(tokens)                    the poem so far, read once
    rows = decoder.branch(trunk, draws)              candidates for its next line, all at once
    rows += decoder.fork([(rows[3], 20)], draws)     other ends for the first 20 characters of one
    trunk.adopt(rows[3])                             one is kept, without reading it again
    trunk.rollback(length)                           or back to an earlier line

Below it, `decoder.batch` writes independent rows that join and leave between steps. It says what
`model.generate` says, which stays as the slow reference, up to the context: a row that has filled
it ends with reason "full", for going on would mean to read half of it anew.
"""

from collections.abc import Sequence

from model.fast.batch import Batch, Constraint, Row
from model.fast.packed import PackedWeights, choose_kind
from model.fast.prefix import Trunk
from model.fast.sampler import Draw
from model.fast.threads import Threads
from model.transformer import Transformer

__all__ = ["Batch", "Constraint", "Decoder", "Draw", "Row", "Trunk"]


class Decoder:
    """A network's weights, packed, and room for the candidates of one line."""

    def __init__(
        self,
        model: Transformer,
        weights: str = "float32",
        max_rows: int = 32,
        max_chars: int = 128,
        threads: Threads | None = None,
    ) -> None:
        """weights: float32, int8 (CPUs, rounds), bfloat16 (rounds) or auto, which measures at
        half of max_rows, for rows end one by one. max_rows, max_chars: the most that `branch`
        writes at once. threads: how many it writes with, step by step; None leaves them be.
        Raises ValueError for a kind of weights that isn't known or isn't here."""
        self.reason = f"{weights}, as asked"
        """Why these weights, in a sentence for the log."""
        if weights == "auto":
            weights, self.reason = choose_kind(model, max(1, max_rows // 2))
        self.packed = PackedWeights(model, weights)
        self.weights = weights
        self.max_rows = max_rows
        self._lines = Batch(self.packed, max_rows, max_chars, threads)

    def trunk(self, tokens: Sequence[int]) -> Trunk:
        """A text to branch from; at least one token, at most block_size."""
        return Trunk(self.packed, tokens)

    def branch(
        self,
        trunk: Trunk,
        draws: Sequence[Draw],
        constraint: Constraint | None = None,
        unfinished: int = 0,
    ) -> list[Row]:
        """Continues `trunk` once for each of `draws`, in their order, until every row has ended but
        `unfinished`, which `fork` writes on: a step of few rows costs nearly what many cost.

        The trunk stays as it is. The rows can be adopted or forked until the next branch. Raises
        ValueError for more than `max_rows` draws, or for a trunk that fills the context.
        """
        self._lines.begin(trunk, constraint)
        rows = [self._lines.join(draw) for draw in draws]
        self._write(unfinished)
        return rows

    def fork(self, origins: Sequence[tuple[Row, int]], draws: Sequence[Draw]) -> list[Row]:
        """Writes other ends for beginnings, each the first so many tokens of a row of the last
        branch, until every row has ended, those that were unfinished too; the rows returned have
        their beginnings' tokens.

        All rows of the branch can still be adopted, as long as there is room for them. Raises
        ValueError for more rows and beginnings than `max_rows`.
        """
        rows = self._lines.fork(origins, draws)
        self._write(unfinished=0)
        return rows

    def _write(self, unfinished: int) -> None:
        while len(self._lines.rows) > unfinished:
            self._lines.step()

    def batch(
        self,
        rows: int,
        chars: int | None = None,
        trunk: Trunk | None = None,
        constraint: Constraint | None = None,
    ) -> Batch:
        """Room for `rows` rows of `chars` characters (block_size by default) to join and leave."""
        batch = Batch(self.packed, rows, chars or self.packed.config.block_size)
        batch.begin(trunk, constraint)
        return batch

    @property
    def bytes(self) -> int:
        """Memory at most of weights and candidates; each trunk and batch tells its own."""
        return self.packed.bytes + self._lines.bytes
