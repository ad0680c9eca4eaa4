"""Text to numbers and back, one number per character.

The tokenizer is the oldest and simplest one there is: the sorted set of characters of the
training text, and a dictionary in each direction. Real input needs one thing more, a road from
the Unicode that people type to the plain characters that poems are made of: `normalize`.
"""

import re
import unicodedata
from collections.abc import Iterable

# A form feed, "new page", stands between poems: it begins each one and ends it. Being a control
# character it can never arrive from a member (`normalize` drops those).
POEM_END = "\f"

# What Unicode's own compatibility forms leave alone, and how a compositor without the sort
# would have set it. The corpus writes a dash as "--".
_SUBSTITUTES = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'", "´": "'", "ʼ": "'",
        "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"', "«": '"', "»": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "--", "―": "--", "−": "-",
        "…": "...", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ß": "ss", "ẞ": "SS",
        "ð": "th", "Ð": "Th", "þ": "th", "Þ": "Th", "ſ": "s",
        "\t": " ", "\r": "\n", "\v": "\n", "\u2028": "\n", "\u2029": "\n",
    }
)  # fmt: skip


def normalize(text: str) -> str:
    """Rewrites `text` in the plain characters that poems are made of.

    Curly quotes become straight, dashes ``-`` or ``--``, ligatures and full-width forms their
    ordinary letters; accented, barred, turned and small-capital letters become the plain ones,
    line ends ``\\n``. Control characters and invisible ones (zero width, right-to-left marks) go.
    What has no plain form (other alphabets, emoji) stays as it is; `CharTokenizer.clean` decides
    about that.

    The result is stable: ``normalize(normalize(x)) == normalize(x)``.
    """
    if _PLAIN.fullmatch(text):
        return text  # nothing below would change it, and a corpus is 85 million characters
    text = text.replace("\r\n", "\n").translate(_SUBSTITUTES)
    # NFKD takes ligatures and full-width forms apart and sets each accent beside its letter,
    # where it can be dropped. It may bring forth characters that are substituted themselves,
    # so the table is applied once more.
    text = unicodedata.normalize("NFKD", text).translate(_SUBSTITUTES)
    text = re.sub(r"[^\S\n]*&[^\S\n]*", " and ", text)
    return "".join(
        character if character.isascii() else _plain_letter(character)
        for character in text
        if character == "\n" or unicodedata.category(character) not in _DROPPED
    )


def _plain_letter(character: str) -> str:
    """The letter that a variant of it is named after: t for "latin letter small capital t"."""
    name = unicodedata.name(character, "")
    letter = re.search(r"LATIN.* ([A-Z])(?: WITH .*)?$", name)
    return character if not letter else letter[1].lower() if "SMALL" in name else letter[1]


# Printable ASCII and line ends, but for the grave accent and the ampersand.
_PLAIN = re.compile(r"[\n -%'-_a-~]*")

# Mn: accents. Cc, Cf: control and invisible format characters. Cs, Co, Cn: no characters at all.
_DROPPED = frozenset({"Mn", "Me", "Cc", "Cf", "Cs", "Co", "Cn"})


class CharTokenizer:
    """Turns characters into numbers and back: ``stoi`` and ``itos`` over a sorted set of them."""

    def __init__(self, characters: Iterable[str]) -> None:
        """`characters`: the vocabulary; duplicates and order don't matter.

        Raises ValueError when it is empty or an element is not a single character.
        """
        self.chars = sorted(set(characters))
        if not self.chars:
            raise ValueError("A vocabulary needs at least one character; the text is empty.")
        if any(len(character) != 1 for character in self.chars):
            raise ValueError("A vocabulary is made of single characters.")
        self.stoi = {character: index for index, character in enumerate(self.chars)}
        self.itos = dict(enumerate(self.chars))

    @classmethod
    def train(cls, text: str) -> "CharTokenizer":
        """Makes one of the characters of `text`, and the mark that stands between poems."""
        return cls(set(text) | {POEM_END})

    @property
    def vocab_size(self) -> int:
        return len(self.chars)

    def encode(self, text: str) -> list[int]:
        """Returns the numbers of `text`. Raises ValueError naming characters it doesn't know."""
        try:
            return [self.stoi[character] for character in text]
        except KeyError:
            unknown = "".join(sorted(set(text) - self.stoi.keys()))
            raise ValueError(
                f"The vocabulary lacks {unknown!r}: pass the text through clean() first, "
                "or train with a corpus that has them."
            ) from None

    def decode(self, tokens: Iterable[int]) -> str:
        """Returns the text of `tokens`. Raises ValueError for one not from 0 to vocab_size - 1."""
        try:
            return "".join([self.itos[token] for token in tokens])
        except KeyError as error:
            raise ValueError(f"No character has the number {error.args[0]}.") from None

    def clean(self, text: str) -> str:
        """Normalises `text`; what the vocabulary still lacks is left out.

        That is the policy for the rest: a poet that never saw a letter can't write it, and a
        stand-in character would be read aloud as a mistake.
        """
        return "".join(c for c in normalize(text) if c in self.stoi and c != POEM_END)
