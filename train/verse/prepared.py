"""A corpus made ready to be learned from: read, cleaned, divided and annotated.

That takes minutes for a large one. `python -m train prepare` keeps the result in a folder, so that
any number of runs begin at once, also on a machine that lends its GPU for minutes only:

    poems.jsonl.xz    a digest; its facts and what is held back; the parts that are learned from
    words.tsv, authors.json, known_runs.safetensors    what will lie beside the weights
"""

import argparse
import hashlib
import json
import lzma
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from model.tokenizer import POEM_END
from train.corpus import SEED_DIET, Poem, load_corpus
from train.loop import check_writable
from train.recipe import PRESETS, Recipe
from train.verse.annotate import Part, annotate
from train.verse.split import split
from train.verse.word_list import authors, word_list_of, write_lexicon
from verse.judge import known_runs
from verse.judge.files import CorpusError
from verse.judge.known_runs import KnownRuns
from verse.request.authors import FILE as AUTHORS
from verse.write import word_list
from verse.write.word_list import WordList

FORMAT = 2
POEMS = "poems.jsonl.xz"
BESIDE = (word_list.FILE, AUTHORS, known_runs.FILE)


@dataclass(frozen=True)
class Corpus:
    """Poems and where they came from."""

    sources: list[str]
    lyric_only: bool
    poems: list[Poem]

    @classmethod
    def load(cls, sources: list[str] | None, lyric_only: bool) -> "Corpus":
        sources = sources or [SEED_DIET]
        return cls(sources, lyric_only, load_corpus(sources, lyric_only))

    @property
    def texts(self) -> list[str]:
        return [poem.text for poem in self.poems]

    def facts(self) -> dict[str, Any]:
        """What a checkpoint's provenance says of the text it was fed."""
        return {
            "sources": self.sources,
            "lyric_only": self.lyric_only,
            "poems": len(self.poems),
            "chars": sum(map(len, self.texts)),
            "sha256": hashlib.sha256(POEM_END.join(self.texts).encode()).hexdigest(),
        }


@dataclass(frozen=True)
class Prepared:
    """All that a run needs of its corpus."""

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
    write_beside: Callable[[Path], None]
    """Puts what a poet needs beside its weights into a folder."""

    def save(self, folder: Path) -> None:
        """Writes the parts, not whole poems, to a new folder, all of it or none."""
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
            self.write_beside(unfinished)
            unfinished.rename(folder)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise

    @classmethod
    def load(cls, folder: Path) -> "Prepared":
        """Raises CorpusError for a folder that `save` did not write."""
        for name in (POEMS, *BESIDE):
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
        except (OSError, EOFError, lzma.LZMAError, ValueError) as error:
            raise CorpusError(
                f"{folder} is damaged, or no prepared corpus of this version: make it anew with "
                "python -m train prepare."
            ) from error
        write_beside = partial(_copy_beside, folder)
        return cls(poems=[], parts=list(map(_part, parts)), write_beside=write_beside, **head)


def prepare(corpus: Corpus, recipe: Recipe) -> Prepared:
    """Divides the corpus and, for verse, describes its parts. About six minutes for 84 million
    characters. Raises ValueError for too few poems, CorpusError without the dictionary."""
    learned, held_back = split(corpus.poems, recipe.val_fraction, recipe.split)
    parts: list[Part] = []
    write_beside: Callable[[Path], None] = _nothing_beside
    if recipe.verse:
        parts = annotate(learned)
        runs = KnownRuns.of(poem.text for poem in learned)
        write_beside = partial(write_lexicon, word_list_of(learned), authors(learned), runs)
    return Prepared(
        facts=corpus.facts(),
        val_fraction=recipe.val_fraction,
        split=recipe.split,
        characters="".join(sorted(set().union(*corpus.texts, *(part.author for part in parts)))),
        poems=[] if recipe.verse else [poem.text for poem in learned],
        parts=parts,
        held_back=[poem.text for poem in held_back],
        write_beside=write_beside,
    )


def write_prepared(options: argparse.Namespace) -> dict[str, Any]:
    """python -m train prepare. Raises ValueError for a folder that is there or a bad corpus."""
    folder: Path = options.out
    if folder.exists():
        raise CorpusError(f"{folder} is already there: name another folder with --out.")
    check_writable(folder)
    corpus = Corpus.load(options.corpus, options.lyric_only)
    prepared = prepare(corpus, PRESETS[options.preset])
    prepared.save(folder)
    print(
        f"{folder} holds {len(prepared.parts):,} parts of poems to learn from and "
        f"{len(prepared.held_back):,} poems held back.\n"
        f"Learn from it: python -m train --preset {options.preset} --prepared {folder}"
    )
    return {"parts": len(prepared.parts), "held_back": len(prepared.held_back)} | prepared.facts


def _digest(lines: list[str]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def _part(record: dict[str, Any]) -> Part:
    for name in ("lines", "syllables", "themes"):
        record[name] = tuple(record[name])
    return Part(**record)


def _nothing_beside(folder: Path) -> None:
    pass


def _copy_beside(prepared: Path, folder: Path) -> None:
    for name in BESIDE:
        shutil.copy(prepared / name, folder)
