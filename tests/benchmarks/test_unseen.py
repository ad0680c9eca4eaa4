"""Who counts as never read."""

from benchmarks.unseen import never_read
from train.corpus.poem import Poem
from train.verse.split import unread

LINE = "The lantern leans upon the harbour wall"


def test_who_is_never_read() -> None:
    share = 0.5
    names = [f"Ann {name}" for name in ("Ashe", "Birk", "Cole", "Dunn", "Elm", "Firth")]
    away = next(name for name in names if unread(Poem("", name), share))
    here = next(name for name in names if not unread(Poem("", name), share))
    new = Poem("A poem of its own that has no line of any other poem here", away)
    quoting = Poem(f"A head\n{LINE.upper()}!\nbut otherwise another poem altogether", away)
    other = Poem("Another poem of its own that has no line of any other poem", here)
    learned = [Poem(f"{LINE},\nAnd so on", here)]
    assert never_read(learned, [new, quoting, other], share) == ({away: [new]}, [other])
