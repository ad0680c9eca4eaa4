"""A Bloom filter of a corpus's runs of characters, in a few megabytes: whether a line is copied.

`verse.judge.copying` finds copied runs exactly but needs the corpus, which a poet that writes does
not have. Its checkpoint has this filter (B. H. Bloom 1970) of every eleventh block of twenty
characters of the corpus instead. Any run of MIN_RUN characters holds a whole such block, so none is
missed. The price are false positives: shared runs of 20 to 29 characters that hold a block, and
about one new block in 300 (docs/log.md has the figures).
"""

from collections.abc import Iterable
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from verse.judge.copying import MIN_RUN, normalised

FILE = "known_runs.safetensors"
"""Name of the filter's file in a checkpoint."""
BLOCK = 20
"""Characters of a block."""
STEP = MIN_RUN - BLOCK + 1
"""Distance, in characters, between the blocks of the corpus that the filter holds."""
BITS_PER_BLOCK = 12
"""Size of the filter in bits per block, for a false positive rate of 0.3 %."""
MIN_BITS = 1 << 16
"""Minimum size of the filter in bits, for a small corpus."""
HASHES = 8
"""Hash functions, so bits set, per block: BITS_PER_BLOCK ln 2, which minimises false positives."""


class KnownRuns:
    """Holds the filter of a corpus, made from its poems or read from a file."""

    def __init__(self, filled: Tensor) -> None:
        """filled: the filter's bits, (bits / 8,) uint8, lowest bit first."""
        self.filled = filled

    @classmethod
    def of(cls, poems: Iterable[str]) -> "KnownRuns":
        """Makes the filter of a corpus of `poems`, in any script."""
        blocks = torch.cat([blocks_of(normalised(poem), STEP) for poem in poems])
        size = max(MIN_BITS, BITS_PER_BLOCK * len(blocks) // 8 * 8)
        bits = torch.zeros(size, dtype=torch.bool)
        for start in range(0, len(blocks), 1 << 16):
            bits[places(blocks[start : start + (1 << 16)], size)] = True
        powers = 2 ** torch.arange(8, dtype=torch.uint8)
        return cls((bits.view(-1, 8) * powers).sum(dim=1, dtype=torch.uint8))

    def holds(self, text: str, after: str = "") -> bool:
        """Says whether the corpus has MIN_RUN characters of `after + text` that end in `text`.

        May be a false positive, see above. A run with fewer than STEP characters in `text` may be
        missed, for its block may lie in `after` whole, and shall not be held against `text` there:
        so a few letters may end a quotation that somebody else began, but it can't go on.
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
            unfinished.unlink(missing_ok=True)  # a partial file, on a full disk

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
    """Hashes each block of a normalised `text` that begins at a multiple of `step`.

    Returns (blocks,) int64.
    """
    if len(text) < BLOCK:
        return torch.zeros(0, dtype=torch.int64)
    codes = torch.frombuffer(bytearray(text, "ascii"), dtype=torch.uint8).long()
    powers = torch.full((BLOCK,), 0x9E3779B97F4A7C15 - (1 << 64)).cumprod(0)  # modulo 2**64
    return (codes.unfold(0, BLOCK, step) * powers).sum(dim=1)


def places(blocks: Tensor, size: int) -> Tensor:
    """Returns the indices of each block's bits in a filter of `size` bits.

    (blocks,) int64 -> (blocks, HASHES) int64.
    """
    first, second = mix_bits(blocks), mix_bits(~blocks)
    # Two hash functions simulate any number of them (Kirsch and Mitzenmacher 2006).
    return (first[:, None] + second[:, None] * torch.arange(HASHES)) % size


def mix_bits(numbers: Tensor) -> Tensor:
    """Mixes the bits of `numbers`, int64, by MurmurHash3's finaliser; returns 31 bits, from 0."""
    for factor in (0xFF51AFD7ED558CCD - (1 << 64), 0xC4CEB9FE1A85EC53 - (1 << 64)):
        numbers = (numbers ^ (numbers >> 33 & 0x7FFFFFFF)) * factor
    return numbers >> 33 & 0x7FFFFFFF
