"""A checkpoint made ready to write verse, or the reason why it can't be."""

import gc
import re
import shutil
import weakref
from pathlib import Path

import pytest
import torch

from model.checkpoint import load_checkpoint
from verse.request.authors import OLD_VERSE
from verse.request.messages import RequestError
from verse.request.request import PoemRequest
from verse.request.stanzas import lines_of
from verse.write.poet import Poet, writes_verse


def test_a_checkpoint_of_plain_verse_is_refused(tiny_checkpoint: Path) -> None:
    assert not writes_verse(load_checkpoint(tiny_checkpoint))
    with pytest.raises(ValueError, match=r"was not trained on verse.*preset small or base"):
        Poet.load(tiny_checkpoint)


def test_one_that_lost_its_words_is_refused(verse_checkpoint: Path, tmp_path: Path) -> None:
    folder = tmp_path / "poet"
    shutil.copytree(verse_checkpoint, folder)
    assert writes_verse(load_checkpoint(folder))
    (folder / "authors.json").unlink()
    assert Poet.load(folder).authors == ()
    (folder / "words.tsv").unlink()
    assert not writes_verse(load_checkpoint(folder))


def test_authors(poet: Poet) -> None:
    assert poet.author("ellen keats") == "Ellen Keats"
    with pytest.raises(RequestError, match="Which one"):
        poet.author("Keats")


def test_the_log_says_what_it_writes_with(
    verse_checkpoint: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        Poet.load(verse_checkpoint)
        Poet(load_checkpoint(verse_checkpoint), weights="bfloat16")
    assert [re.findall("float32|bfloat16|int8", said)[0] for said in caplog.messages] == [
        "float32",  # a network so small is not worth measuring
        "bfloat16",
    ]


def test_the_network_is_held_once(verse_checkpoint: Path) -> None:
    checkpoint = load_checkpoint(verse_checkpoint)
    unpacked = weakref.ref(checkpoint.model)
    poet = Poet(checkpoint)
    del checkpoint
    gc.collect()
    assert unpacked() is None
    assert poet.decoder.prefix(poet.encode("a")).logits.isfinite().all()


def test_themes(poet: Poet) -> None:
    assert poet.theme("The Sea, the sea at NIGHT!") == ("sea", "night")
    assert poet.theme("of a") == ()
    assert poet.theme("Роза 🌙") == ()


def test_a_header_asks_for_plain_english_and_for_old_in_a_manner(poet: Poet) -> None:
    lines = lines_of(["-A-A"])
    assert poet.header(lines).register == "plain"
    clare = poet.header(lines, "John Clare", ("sea",))
    assert (clare.register, clare.author, clare.theme) == ("old", "John Clare", ("sea",))
    assert poet.header(lines, typed="The sea at night").theme == ("sea", "night")
    nobody = poet.header(lines, OLD_VERSE)
    assert (nobody.register, nobody.author, nobody.scheme) == ("old", "", "-A-A")


def test_sampling_is_the_checkpoints_unless_asked(poet: Poet) -> None:
    default = load_checkpoint(poet.folder).sampling
    assert poet.sampling(PoemRequest("a")) == default
    assert poet.sampling(PoemRequest("a", temperature=0.5)) == default | {"temperature": 0.5}


def test_rules_of_some_last_words(poet: Poet) -> None:
    def may_follow(words: list[str] | None) -> set[str]:
        rules = poet.rules(words)
        at = rules.advance(torch.tensor([rules.resume(1)]), torch.tensor(poet.encode(" ")))
        return set(poet.decode(rules.allowed(at)[0].nonzero().flatten().tolist()))

    assert may_follow(["moon", "sea"]) == set("msMS")
    assert may_follow(["moon"]) == set("mM") < may_follow(None)
