"""A poet that never learnt anything: what its poems keep, the rules keep for it."""

import json
from pathlib import Path

import pytest
import torch

from model.checkpoint import Checkpoint, save_checkpoint
from model.config import ModelConfig
from model.stages import build_model
from model.tokenizer import CharTokenizer
from tests.conftest import LETTERS
from verse.request.authors import FILE as AUTHORS
from verse.request.format import MARKS
from verse.sound.prosody import rhyme_keys
from verse.write.poet import Poet
from verse.write.word_list import FILE, WordList

TEXT = """
the of and a in to with my i o is on no for all o'er 'tis
day way say may bay lay play gray stay pray clay ray sway away today spray tray dismay
night light bright sight flight might right white bite kite quite write height delight
alight tonight despite invite
sea free tree me be he see bee knee flee key three agree degree plea thee
deep sleep keep weep steep leap sheep creep sweep reap heap cheap asleep peep
moon soon noon tune june spoon boon swoon dune prune strewn lagoon hewn immune
sound ground round found bound hound mound pound wound around profound crowned drowned
rain pain grain plain vain lane train main chain stain again brain crane remain gain
old cold gold bold told hold fold sold mould rolled behold untold scold unfold
air hair fair care bare dare share stair rare where there bear wear prayer despair
king sing ring wing spring bring thing string sting swing cling fling
snow low glow blow flow grow know show slow throw below ago bestow
fire desire higher liar wire choir tire admire entire inspire
river silver window orange garden meadow water morning evening silent golden little
over under never ever heaven shadow summer winter hollow yellow gentle mountain
"""
WORDS = tuple(dict.fromkeys(TEXT.split()))


@pytest.fixture(scope="session")
def word_list() -> WordList:
    keys = tuple(tuple(sorted(rhyme_keys(word))) for word in WORDS)
    return WordList(WORDS, keys, len(WORDS) * (1000,))


@pytest.fixture(scope="session")
def tokenizer() -> CharTokenizer:
    return CharTokenizer.train(LETTERS + MARKS)


@pytest.fixture(scope="session")
def verse_checkpoint(
    tmp_path_factory: pytest.TempPathFactory, word_list: WordList, tokenizer: CharTokenizer
) -> Path:
    """The folder of an untrained network with the vocabulary of verse, and a small word list."""
    torch.manual_seed(1)
    model = build_model(
        ModelConfig("transformer", tokenizer.vocab_size, 768, n_layer=1, n_head=2, n_embd=16)
    )
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    with torch.no_grad():
        # One channel is always on; through it lines end, and words, sooner than by blind chance.
        model.get_parameter("embed.weight")[:, 0] = 3
        likes = model.get_parameter("unembed.weight")[:, 0]
        likes.zero_()
        likes[tokenizer.encode("\n")] = 2
        likes[tokenizer.encode(" ")] = 0.3
        likes[tokenizer.encode("-")] = -1
    folder = tmp_path_factory.mktemp("checkpoints") / "verse"
    save_checkpoint(Checkpoint(model, tokenizer, folder))
    word_list.save(folder / FILE)
    (folder / AUTHORS).write_text(json.dumps(["Emily Dickinson", "John Keats", "Ellen Keats"]))
    return folder


@pytest.fixture(scope="session")
def poet(verse_checkpoint: Path) -> Poet:
    torch.set_num_threads(1)  # small networks lose more by sharing than they gain
    return Poet.load(verse_checkpoint)
