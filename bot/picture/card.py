"""Draws a poem as a card: ink on paper, in a serif, and in small type who wrote it."""

import re
from importlib.resources import files
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

WIDTH = 1080
"""Pixels, as wide as the pictures of most networks are shown."""
MIN_HEIGHT = 1080
MARGIN = 110
SIZES = range(54, 33, -2)
"""Sizes of letters, in pixels: the largest in which the longest line has room."""
MAX_ROWS = 60
"""Rows of a card; what is longer ends with dots."""
LEADING = 1.45
"""Height of a row in sizes of letters; a blank one has half of it."""
INDENT = 1.5
"""Indentation, in sizes of letters, of the rest of a line that has no room in one row."""
SMALL = 26
PAPER, INK, FADED, RULE = "#FBF6EC", "#2B2622", "#7A6F63", "#D9CDB8"
_FACES = files("font_source_serif_pro") / "files"

Row = tuple[str, float]
"""A row and its indentation in pixels."""


def draw_card(poem: str, note: str) -> bytes:
    """Returns a PNG of `poem`, with the `note` in small type under it."""
    face, rows = _set(poem)
    leading = round(face.size * LEADING)
    heights = [leading if text else leading // 2 for text, _ in rows]
    small = _face("It", SMALL)
    foot = MARGIN + 2 * SMALL
    height = max(MIN_HEIGHT, MARGIN + sum(heights) + SMALL + foot)
    card = Image.new("RGB", (WIDTH, height), PAPER)
    draw = ImageDraw.Draw(card)
    draw.rectangle((30, 30, WIDTH - 31, height - 31), outline=RULE, width=2)
    widest = max((indent + face.getlength(text) for text, indent in rows), default=0)
    left = (WIDTH - widest) / 2
    top = (height - foot - sum(heights) + MARGIN // 2) / 2
    for (text, indent), row in zip(rows, heights, strict=True):
        draw.text((left + indent, top), text, INK, face)
        top += row
    middle = WIDTH / 2
    draw.line((middle - 60, height - foot, middle + 60, height - foot), RULE, 2)
    draw.text((middle, height - foot + SMALL), note, FADED, small, anchor="ma")
    file = BytesIO()
    card.save(file, "PNG")
    return file.getvalue()


def typeset(text: str) -> str:
    """Returns `text` with the quotation marks, apostrophes and dashes of print."""
    text = re.sub(r'(?:(?<=^)|(?<=[\s([-]))"(?=\S)', "“", text, flags=re.MULTILINE)
    return text.replace('"', "”").replace("'", "’").replace("--", "—").replace("...", "…")


def _set(poem: str) -> tuple[ImageFont.FreeTypeFont, list[Row]]:
    """Sets `poem` in the largest letters in which no line breaks, else in the smallest."""
    lines = typeset(poem).strip("\n").split("\n")[: MAX_ROWS + 1]
    for size in SIZES:
        face = _face("Regular", size)
        if max(map(face.getlength, lines)) <= WIDTH - 2 * MARGIN:
            break
    rows = [row for line in lines for row in _broken(line.rstrip(), face)]
    if len(rows) > MAX_ROWS:
        rows = [*rows[: MAX_ROWS - 1], ("…", 0.0)]
    return face, rows


def _broken(line: str, face: ImageFont.FreeTypeFont) -> list[Row]:
    """Breaks `line` into rows that have room; all but the first are indented."""
    rows: list[Row] = []
    room = WIDTH - 2 * MARGIN
    indent = 0.0
    while face.getlength(line) > room - indent and len(rows) < MAX_ROWS:
        end = _fitting(line, face, room - indent)
        end = line.rfind(" ", 1, end + 1) if " " in line[1 : end + 1] else end
        rows.append((line[:end].rstrip(), indent))
        line = line[end:].lstrip()
        indent = INDENT * face.size
    return [*rows, (line, indent)]


def _fitting(line: str, face: ImageFont.FreeTypeFont, room: float) -> int:
    """Returns how many characters of `line`, one at least, have `room`."""
    low, high = 1, len(line)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if face.getlength(line[:middle]) <= room else (low, middle - 1)
    return low


def _face(name: str, size: int) -> ImageFont.FreeTypeFont:
    # Not the .ttf, whose kerning lets quotation marks run into letters; and without Raqm, which
    # not every machine has.
    data = BytesIO((_FACES / f"SourceSerifPro-{name}.otf").read_bytes())
    return ImageFont.truetype(data, size, layout_engine=ImageFont.Layout.BASIC)
