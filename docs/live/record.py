"""Records what the page can't compute itself into recorded.json: python -m docs.live.record

- how the shipped poet keeps a rhyme: one line, and for each of its letters what the network
  expected, and which letters the rules struck out before the roll;
- beginnings of lines that the ladder never read, for the game of guessing.

Needed again only when the poet, its rules or the ladder's poems change.
"""

import json
import sys
from pathlib import Path
from typing import Any

import torch

from model.checkpoint import Checkpoint, load_checkpoint
from model.sampling import sample
from model.tokenizer import POEM_END
from train.commands.ladder import RECIPE
from train.corpus.load import Corpus
from train.verse.split import split
from verse.request.format import count, write_line
from verse.request.stanzas import lines_of
from verse.write.poet import Poet

FILE = Path(__file__).with_name("recorded.json")
CHECKPOINTS = Path(__file__).parents[2] / "checkpoints"
FIRST_LINE = "The moon was on the silver sea,"
RHYMING_WITH = "sea"
SYLLABLES = 8
SHOWN = 10
"""Letters recorded at each place, the likeliest."""
SEED = 9
"""Chosen by ear out of the first 48: it reads well, and the rules had something to strike."""
ROUNDS = 12
ROUND_CHARS = range(18, 31)
"""Characters of a line in the game: with the mark before a poem they fit the ladder's context."""


@torch.inference_mode()
def rhyming_line(checkpoint: Checkpoint) -> dict[str, Any]:
    """Returns a line that rhymes with FIRST_LINE, by the poet `checkpoint`, and each roll of it."""
    poet = Poet(checkpoint, weights="float32")
    model, tokenizer = checkpoint.model, checkpoint.tokenizer
    ends = [word for word in poet.word_list.rhyming([RHYMING_WITH]) if word != RHYMING_WITH]
    rules = poet.rules(ends, ends_poem=True)
    begun = rules.begin(SYLLABLES)
    assert begun is not None
    state = torch.tensor([begun])
    header = poet.header(lines_of(["AA"]))
    beginning = header.write() + write_line(FIRST_LINE, SYLLABLES) + "\n" + count(SYLLABLES)

    generator, cache = torch.Generator().manual_seed(SEED), model.new_cache()
    pending, text, rolls = tokenizer.encode(beginning), "", []
    while not text.endswith(POEM_END):
        logits = model(torch.tensor([pending]), cache)[:, -1]  # (1, V)
        allowed = rules.allowed(state)  # (1, V)
        kept = logits.masked_fill(~allowed, float("-inf"))
        token = int(sample(kept, generator, **checkpoint.sampling))
        chances = logits.softmax(dim=-1)[0]
        order = chances.argsort(descending=True)[:SHOWN].tolist()
        shown = [*order, *([token] if token not in order else [])]
        expected = [
            [tokenizer.itos[one], round(float(chances[one]), 4), bool(allowed[0, one])]
            for one in shown
        ]
        struck = round(float(chances[~allowed[0]].sum()), 4)
        rolled = tokenizer.itos[token]
        rolls.append(
            {"left": int(state[0, 2]), "struck": struck, "expected": expected, "rolled": rolled}
        )
        text += rolled
        state, pending = rules.advance(state, torch.tensor([token])), [token]
    line = text.rstrip(POEM_END)
    return {"first": FIRST_LINE, "line": line, "rhymes": ends[:12], "rolls": rolls}


@torch.inference_mode()
def rounds(ladder: Checkpoint) -> list[dict[str, Any]]:
    """Returns beginnings of lines that `ladder` never read, each with the letter that came next.

    The place in each is one where the network wavers, but where what came is no freak.
    """
    corpus = Corpus.load(None, lyric_only=False)
    provenance = ladder.provenance["corpus"]["sha256"]
    if corpus.facts()["sha256"] != provenance:
        raise ValueError("The seed diet is not the one that checkpoints/ladder was trained on.")
    _, held_back = split(corpus.poems, RECIPE.val_fraction, RECIPE.split)
    found = []
    for poem in held_back:
        line = poem.text.split("\n")[0]
        if len(line) not in ROUND_CHARS or not line[-1].isalpha():
            continue
        tokens = torch.tensor([ladder.tokenizer.encode(POEM_END + line)])
        chances = ladder.model(tokens)[0].softmax(dim=-1)  # (T, V)
        entropy = -(chances * chances.log()).sum(dim=-1)
        wavering = [
            (abs(float(entropy[at]) - 1.6), at)
            for at in range(7, len(line))
            if (line[at].islower() or line[at] == " ")
            and float(chances[at][ladder.tokenizer.stoi[line[at]]]) > 0.05
        ]
        if wavering:
            at = min(wavering)[1]
            found.append({"line": line, "given": at})
    step = len(found) / ROUNDS
    return [found[int(k * step)] for k in range(ROUNDS)]


def main() -> int:
    """Writes the file; returns the exit status."""
    recorded: dict[str, Any] = {
        "rounds": rounds(load_checkpoint(CHECKPOINTS / "ladder" / "transformer")),
        "rhyme": rhyming_line(load_checkpoint(CHECKPOINTS / "poet")),
    }
    FILE.write_text(json.dumps(recorded, indent=1, ensure_ascii=True) + "\n", encoding="utf-8")
    print(json.dumps(recorded["rounds"], indent=1), recorded["rhyme"]["line"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
