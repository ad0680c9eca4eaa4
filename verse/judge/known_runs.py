"""The runs of characters that a corpus has, in a few megabytes: whether a poet only recites.

`copying` finds every copied run with the corpus at hand; a poet that writes has no corpus. Beside
its weights it has this instead: one bit pattern for every eleventh block of twenty characters of
what it read (a Bloom filter, B. H. Bloom 1970). Any run of RUN characters holds one whole such
block, so none is missed. The price are false alarms: text with 20 to 29 characters in common,
if one of the blocks falls there, and one new block in some hundreds (docs/log.md has the figures).
"""

from collections.abc import Iterable
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from verse.judge.copying import RUN, normalised

FILE = "known_runs.safetensors"
BLOCK = 20
STEP = RUN - BLOCK + 1
BITS = 12
"""Of the filter for each block: 0.3 % of the blocks that it never saw seem known to it."""
LEAST_BITS = 1 << 16
"""Of a filter, however small the corpus."""
HASHES = 8
"""Bits set for each block: 12 ln 2, with which a filter of that size errs least."""


class KnownRuns:
    """What a corpus has; made from its poems or read from a file."""

    def __init__(self, filled: Tensor) -> None:
        """filled: (bits / 8,) uint8."""
        self.filled = filled

    @classmethod
    def of(cls, poems: Iterable[str]) -> "KnownRuns":
        """Makes the filter of a corpus of `poems`, in any script."""
        blocks = torch.cat([blocks_of(normalised(poem), STEP) for poem in poems])
        size = max(LEAST_BITS, BITS * len(blocks) // 8 * 8)
        bits = torch.zeros(size, dtype=torch.bool)
        for start in range(0, len(blocks), 1 << 16):
            bits[places(blocks[start : start + (1 << 16)], size)] = True
        powers = 2 ** torch.arange(8, dtype=torch.uint8)
        return cls((bits.view(-1, 8) * powers).sum(dim=1, dtype=torch.uint8))

    def holds(self, text: str, after: str = "") -> bool:
        """Says whether the corpus has RUN characters in a row of `after + text`, some of `text`.

        Also now and then where it has a shorter run, or none: see above.
        """
        before = normalised(after)
        blocks = blocks_of(f"{before} {normalised(text)}".strip(), 1)
        blocks = blocks[max(0, len(before) - BLOCK + 2) :]  # all of them end within `text`
        at = places(blocks, 8 * len(self.filled))  # (blocks, HASHES)
        known = self.filled[at >> 3].long() >> (at & 7) & 1
        return bool(known.all(dim=1).any())

    def save(self, folder: Path) -> None:
        """Writes the file into `folder`, whole or not at all."""
        unfinished = folder / f".{FILE}"
        # Not `save_file`: what that writes only its owner may read.
        try:
            unfinished.write_bytes(save({"filled": self.filled}))
            unfinished.replace(folder / FILE)
        finally:
            unfinished.unlink(missing_ok=True)  # half of it, on a full disk

    @classmethod
    def load(cls, folder: Path) -> "KnownRuns | None":
        """Reads the file in `folder`, None where there is none.

        Raises ValueError for one that is damaged.
        """
        path = folder / FILE
        if not path.is_file():
            return None
        try:
            filled = load_file(path)["filled"]
        except (SafetensorError, KeyError, OSError) as error:
            raise ValueError(
                f"{path} is damaged: delete it, or make it again with python -m train words."
            ) from error
        return cls(filled)


def blocks_of(text: str, step: int) -> Tensor:
    """Hashes each block of `text`, of a to z and spaces, that begins at a multiple of `step`:
    (blocks,) int64."""
    if len(text) < BLOCK:
        return torch.zeros(0, dtype=torch.int64)
    codes = torch.frombuffer(bytearray(text, "ascii"), dtype=torch.uint8).long()
    powers = torch.full((BLOCK,), 0x9E3779B97F4A7C15 - (1 << 64)).cumprod(0)  # modulo 2**64
    return (codes.unfold(0, BLOCK, step) * powers).sum(dim=1)


def places(blocks: Tensor, size: int) -> Tensor:
    """Returns the bits of each block in a filter of `size` bits: (blocks,) -> (blocks, HASHES)."""
    first, second = mixed(blocks), mixed(~blocks)
    # Two hashes make many (Kirsch and Mitzenmacher 2006).
    return (first[:, None] + second[:, None] * torch.arange(HASHES)) % size


def mixed(numbers: Tensor) -> Tensor:
    """Scrambles every bit of `numbers` into every other: 31 bits, from 0 (MurmurHash3's end)."""
    for factor in (0xFF51AFD7ED558CCD - (1 << 64), 0xC4CEB9FE1A85EC53 - (1 << 64)):
        numbers = (numbers ^ (numbers >> 33 & 0x7FFFFFFF)) * factor
    return numbers >> 33 & 0x7FFFFFFF
