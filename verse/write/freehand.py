"""Writes a poem with any checkpoint: constrains opening, layout, length and time, but no form.

With a checkpoint that was trained on verse, `verse.write.composer` writes to a form instead.
"""

import time
from collections.abc import Callable, Generator

import torch
from torch import Tensor

from model.checkpoint import Checkpoint, sampling_asked
from model.generate import generate
from model.sampling import check_sampling
from model.tokenizer import POEM_END, CharTokenizer
from verse.judge.slurs import has_slur
from verse.request.messages import Message
from verse.request.request import Poem, PoemRequest, opening_of

MIN_LINES = 8
"""Minimum lines of a poem."""
STANZA_LINES = (4, 6)
"""Lines after which a stanza ends with its sentence, and in any case: this makes two or three
stanzas, where a small network would often write a single one."""
ATTEMPTS = 3
"""How often a line is written, when it has a slur in it, before the poem ends without it."""
MAX_LINE_CHARS = 72
"""Characters after which a line ends with its word; 99.9 % of the corpus's lines are shorter."""
MAX_LAST_WORD_CHARS = 20
"""Maximum characters of this last word beyond MAX_LINE_CHARS."""


def composing(
    checkpoint: Checkpoint,
    request: PoemRequest,
    cancelled: Callable[[], bool] = lambda: False,
    started: float | None = None,
) -> Generator[str, None, Poem]:
    """Writes the poem of `request` character by character.

    started: `time.monotonic()` from which its time counts; None: the first step.
    Yields the opening, then whole lines, and nothing in the steps between; what the poem's text has
    beyond these comes with the poem. No line with a slur is shown: this network spells letter by
    letter, and no list of words holds it. Raises RequestError or ValueError before the first piece.
    """
    started = time.monotonic() if started is None else started
    tokenizer = checkpoint.tokenizer
    # Tidied once more: where characters were left out, spaces may now stand side by side.
    opening = opening_of(
        tokenizer.clean(opening_of(request.seed_text, tokenizer.stoi)), tokenizer.stoi
    )
    sampling = sampling_asked(checkpoint.sampling, vars(request))
    check_sampling(**sampling)
    request.plan()  # raises RequestError for wishes that no poet can meet
    lines = request.lines or request.max_lines

    random = torch.Generator(checkpoint.model.device).manual_seed(request.seed)
    text = whole = opening  # as it is now; and as far as its lines are whole, which alone are shown

    def characters_after(beginning: str) -> Generator[int, None, None]:
        return generate(
            checkpoint.model,
            tokenizer.encode(POEM_END + beginning),
            random,
            constrain=lambda logits: forbid(logits, tokenizer, unfit(text, opening, tokenizer)),
            **sampling,
        )

    yield opening
    shown = len(opening)
    characters, attempts = characters_after(opening), ATTEMPTS
    stopped_by = None
    while stopped_by is None:
        yield ""
        if cancelled():
            stopped_by = "cancelled"
        elif time.monotonic() - started > request.max_seconds:
            stopped_by = "time"
        elif (character := tokenizer.itos[next(characters)]) not in ("\n", POEM_END):
            text += character
        elif has_slur(last_line(text)):
            characters.close()
            text, attempts = whole, attempts - 1
            characters = characters_after(text)
            stopped_by = None if attempts else "end"
        elif character == POEM_END:
            stopped_by = "end"
        elif limit := full(text, lines, request.max_chars):
            stopped_by = limit
        else:
            yield text[shown:]
            shown = len(text)
            text, attempts = text + "\n", ATTEMPTS
            whole = text
    characters.close()
    if stopped_by in ("time", "cancelled") and (whole != opening or has_slur(last_line(text))):
        text = whole  # better a line less than half a word
    notes = [Message("ended_by_request")] if stopped_by == "cancelled" else []
    notes += [Message("no_forms")] if request.form != "free" else []
    seconds = time.monotonic() - started
    return Poem(text.rstrip(), opening, stopped_by, seconds, tuple(notes), "float32")


def last_line(text: str) -> str:
    return text.rpartition("\n")[2]


def full(text: str, max_lines: int, max_chars: int) -> str | None:
    """Returns the limit that `text` has reached at the end of a line: lines, characters or None.

    A poem also ends before the limit where it can end well: after a stanza, when another one
    would not fit; without stanzas, at the end of a sentence in the last third.
    """
    lines = [line for line in text.split("\n") if line]
    if "\n\n" not in text and text[-1] in ".!?" and 3 * len(lines) >= 2 * max_lines:
        return "lines"
    stanza = text.rstrip("\n").split("\n\n")[-1].split("\n")
    wanted = min(len(stanza), STANZA_LINES[0]) if text.endswith("\n") else 0
    if len(lines) >= max_lines or len(lines) + wanted > max_lines:
        return "lines"
    if len(text) >= max_chars:
        return "characters"
    return None


def unfit(text: str, opening: str, tokenizer: CharTokenizer) -> str:
    """Returns the characters that the layout forbids after `text`, which begins with `opening`."""
    stanza = text.rpartition("\n\n")[2]
    line = stanza.rpartition("\n")[2]
    if text != opening and text[-1] == "\n" and stanza:
        count = stanza.count("\n")
        if count >= STANZA_LINES[1] or (count >= STANZA_LINES[0] and stanza[-2] in ".!?"):
            return "".join(c for c in tokenizer.chars if c != "\n")
    forbidden = ""
    if text == opening and text[-1].isalnum():
        # The seed's last word is whole: "night" must not become "nightingale".
        forbidden += "".join(c for c in tokenizer.chars if c.isalnum() or c in "'-")
    if text[-1] in " \n":
        forbidden += " "
    if text[-1] == " " or text.endswith("\n\n"):
        forbidden += "\n"
    if len(line) >= MAX_LINE_CHARS + MAX_LAST_WORD_CHARS:
        return "".join(c for c in tokenizer.chars if c != "\n")
    if len(line) >= MAX_LINE_CHARS:
        forbidden += " "
    if text[-1] == " " or sum(map(bool, text.split("\n"))) < MIN_LINES:
        forbidden += POEM_END
    return forbidden


def forbid(logits: Tensor, tokenizer: CharTokenizer, characters: str) -> Tensor:
    """Sets the logits of `characters` to -inf, unless no others would be left: (1, V) -> (1, V)."""
    tokens = sorted({tokenizer.stoi[c] for c in characters if c in tokenizer.stoi})
    if not tokens or len(tokens) == tokenizer.vocab_size:
        return logits
    return logits.index_fill(-1, torch.tensor(tokens, device=logits.device), float("-inf"))
