"""Writes with any checkpoint, as it comes: the opening, the layout, the length, the time are kept.

A checkpoint that was trained on verse is held to a form by `verse.write.composer` instead.
"""

import time
from collections.abc import Callable, Generator

import torch
from torch import Tensor

from model.checkpoint import Checkpoint, sampling_asked
from model.generate import generate
from model.sampling import check_sampling
from model.tokenizer import POEM_END, CharTokenizer
from verse.request.messages import Message
from verse.request.request import Poem, PoemRequest, opening_of

MIN_LINES = 8
STANZA = (4, 6)
"""A stanza ends with its sentence from the first number of lines on, and with the second anyhow:
two stanzas or three, where a small network by itself would often go on without a breath."""
LONGEST_LINE = 72
"""Characters after which a line ends with its word; 99.9 % of the corpus's lines are shorter."""
LONGEST_WORD = 20
"""Characters that this last word may still take."""


def composing(
    checkpoint: Checkpoint,
    request: PoemRequest,
    cancelled: Callable[[], bool] = lambda: False,
    started: float | None = None,
) -> Generator[str, None, Poem]:
    """Writes one poem character by character.

    started: `time.monotonic()` from which its time counts; None: the first step.
    Yields the poem piece by piece, the opening first; the pieces together are its text, and the
    rest of a line that was dropped because time ran out. Raises RequestError or ValueError before
    the first piece.
    """
    started = time.monotonic() if started is None else started
    tokenizer = checkpoint.tokenizer
    # Tidied once more: where characters were left out, spaces may now stand side by side.
    opening = opening_of(tokenizer.clean(opening_of(request.seed_text)))
    sampling = sampling_asked(checkpoint.sampling, vars(request))
    check_sampling(**sampling)
    request.plan()  # refuses what no poet could do
    lines = request.lines or request.max_lines

    text = opening
    characters = generate(
        checkpoint.model,
        tokenizer.encode(POEM_END + opening),
        torch.Generator(checkpoint.model.device).manual_seed(request.seed),
        constrain=lambda logits: forbid(logits, tokenizer, unfit(text, opening, tokenizer)),
        **sampling,
    )
    shown = 0  # a line end is shown only when something follows it
    stopped_by = None
    while stopped_by is None:
        if shown < len(text.rstrip()):
            yield text[shown:]
            shown = len(text)
        if cancelled():
            stopped_by = "cancelled"
        elif time.monotonic() - started > request.max_seconds:
            stopped_by = "time"
        elif (character := tokenizer.itos[next(characters)]) == POEM_END:
            stopped_by = "end"
        elif character == "\n" and (limit := full(text, lines, request.max_chars)):
            stopped_by = limit
        else:
            text += character
    characters.close()
    if stopped_by in ("time", "cancelled") and "\n" in text[len(opening) :]:
        text = text[: text.rindex("\n")]  # better a line less than half a word
    notes = () if request.form == "free" else (Message("no_forms"),)
    seconds = time.monotonic() - started
    return Poem(text.rstrip(), opening, stopped_by, seconds, notes, weights="float32")


def full(text: str, max_lines: int, max_chars: int) -> str | None:
    """Which limit is reached where a line ends, or None.

    A poem also stops short of the limit where it can end well: at a stanza's end, when another
    such stanza would not fit; in a poem without stanzas, at the end of a sentence in the last
    third.
    """
    lines = [line for line in text.split("\n") if line]
    if "\n\n" not in text and text[-1] in ".!?" and 3 * len(lines) >= 2 * max_lines:
        return "lines"
    stanza = text.rstrip("\n").split("\n\n")[-1].split("\n")
    wanted = min(len(stanza), STANZA[0]) if text.endswith("\n") else 0
    if len(lines) >= max_lines or len(lines) + wanted > max_lines:
        return "lines"
    if len(text) >= max_chars:
        return "characters"
    return None


def unfit(text: str, opening: str, tokenizer: CharTokenizer) -> str:
    """The characters that must not follow `text`, for the layout's sake."""
    stanza = text.rpartition("\n\n")[2]
    line = stanza.rpartition("\n")[2]
    if text != opening and text[-1] == "\n" and stanza:
        count = stanza.count("\n")
        if count >= STANZA[1] or (count >= STANZA[0] and stanza[-2] in ".!?"):
            return "".join(c for c in tokenizer.chars if c != "\n")
    forbidden = ""
    if text == opening and text[-1].isalnum():
        # The seed's last word is the member's, whole: "night" must not become "nightingale".
        forbidden += "".join(c for c in tokenizer.chars if c.isalnum() or c in "'-")
    if text[-1] in " \n":
        forbidden += " "
    if text[-1] == " " or text.endswith("\n\n"):
        forbidden += "\n"
    if len(line) >= LONGEST_LINE + LONGEST_WORD:
        return "".join(c for c in tokenizer.chars if c != "\n")
    if len(line) >= LONGEST_LINE:
        forbidden += " "
    if text[-1] == " " or sum(map(bool, text.split("\n"))) < MIN_LINES:
        forbidden += POEM_END
    return forbidden


def forbid(logits: Tensor, tokenizer: CharTokenizer, characters: str) -> Tensor:
    """(1, V) -> (1, V) with the scores of `characters` at -inf, unless nothing would be left."""
    tokens = sorted({tokenizer.stoi[c] for c in characters if c in tokenizer.stoi})
    if not tokens or len(tokens) == tokenizer.vocab_size:
        return logits
    return logits.index_fill(-1, torch.tensor(tokens, device=logits.device), float("-inf"))
