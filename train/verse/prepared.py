"""A corpus made ready to be learned from: read, cleaned, divided and annotated.

That takes minutes for a large one. `python -m train prepare` keeps the result in a folder, so that
any number of runs begin at once, also on a machine that lends its GPU for minutes only:

    poems.jsonl.xz    a digest; its facts and what is held back; the parts that are learned from
    words.tsv, authors.json, known_runs.safetensors    the asset files of every checkpoint of it
"""

import hashlib
import json
import lzma
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from train.corpus.load import Corpus
from train.recipe import Recipe
from train.verse.annotate import Part, annotate
from train.verse.assets import ASSETS, Assets
from train.verse.split import split
from verse.judge.files import CorpusError
from verse.judge.known_runs import KnownRuns
from verse.write import word_list
from verse.write.word_list import WordList

FORMAT = 2
POEMS = "poems.jsonl.xz"


@dataclass(frozen=True)
class Prepared:
    """Holds all that a run needs of its corpus."""

    facts: dict[str, Any]
    """`Corpus.facts`."""
    val_fraction: float
    split: str
    """How poems were held back: the fields of `Recipe`."""
    characters: str
    """All that its poems have, held back or not, and its authors' names."""
    poems: list[str]
    """Those that are learned from, where the recipe reads them as they stand."""
    parts: list[Part]
    """What they become where it reads verse behind headers."""
    held_back: list[str]
    write_assets: Callable[[Path], None]
    """Puts the checkpoint's asset files into a folder."""

    def save(self, folder: Path) -> None:
        """Writes the parts, not whole poems, to a new `folder`, all of it or none."""
        unfinished = folder.with_name(f".{folder.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        head = {
            "facts": self.facts,
            "val_fraction": self.val_fraction,
            "split": self.split,
            "characters": self.characters,
            "held_back": self.held_back,
        }
        lines = [json.dumps(head), *(json.dumps(asdict(part)) for part in self.parts)]
        title = {"format": FORMAT, "sha256": _digest(lines)}
        try:
            with lzma.open(unfinished / POEMS, "wt", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in (json.dumps(title), *lines))
            self.write_assets(unfinished)
            unfinished.rename(folder)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise

    @classmethod
    def load(cls, folder: Path) -> "Prepared":
        """Reads what `save` wrote to `folder`. Raises CorpusError for any other."""
        for name in (POEMS, *ASSETS):
            if not (folder / name).is_file():
                raise CorpusError(
                    f"{folder} is no prepared corpus, for it has no {name}: make one with "
                    "python -m train prepare."
                )
        try:
            with lzma.open(folder / POEMS, "rt", encoding="utf-8") as file:
                title, *lines = file.read().splitlines()
            if json.loads(title) != {"format": FORMAT, "sha256": _digest(lines)}:
                raise ValueError
            # Nothing but `save` wrote what has its digest.
            head, *parts = map(json.loads, lines)
            WordList.load(folder / word_list.FILE)
            KnownRuns.load(folder)
        except (OSError, EOFError, lzma.LZMAError, ValueError, RecursionError) as error:
            raise CorpusError(
                f"{folder} is damaged, or no prepared corpus of this version: make it anew with "
                "python -m train prepare."
            ) from error
        write_assets = partial(_copy_assets, folder)
        return cls(poems=[], parts=list(map(_part, parts)), write_assets=write_assets, **head)


def prepare(corpus: Corpus, recipe: Recipe) -> Prepared:
    """Divides `corpus` as `recipe` says and, for verse, describes its parts.

    About six minutes for 84 million characters. Raises ValueError for too few poems, CorpusError
    without the list of English words.
    """
    learned, held_back = split(corpus.poems, recipe.val_fraction, recipe.split)
    parts: list[Part] = []
    write_assets: Callable[[Path], None] = _no_assets
    if recipe.verse:
        parts = annotate(learned)
        write_assets = Assets.of(learned).write
    return Prepared(
        facts=corpus.facts(),
        val_fraction=recipe.val_fraction,
        split=recipe.split,
        characters="".join(sorted(set().union(*corpus.texts, *(part.author for part in parts)))),
        poems=[] if recipe.verse else [poem.text for poem in learned],
        parts=parts,
        held_back=[poem.text for poem in held_back],
        write_assets=write_assets,
    )


def _digest(lines: list[str]) -> str:
    """Returns the SHA-256 of `lines`, each with its line end."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def _part(record: dict[str, Any]) -> Part:
    """Makes a part of its JSON `record`."""
    for name in ("lines", "syllables", "themes"):
        record[name] = tuple(record[name])
    return Part(**record)


def _no_assets(folder: Path) -> None:
    """Writes nothing: a poet that reads poems as they stand is held to no form."""


def _copy_assets(prepared: Path, folder: Path) -> None:
    """Copies the asset files of a folder `prepared` into a checkpoint's `folder`."""
    for name in ASSETS:
        shutil.copy(prepared / name, folder)
