"""Notes which wishes of a request a poem does not meet."""

from collections.abc import Iterator

from verse.request.messages import Message
from verse.write.draft import Draft


def unmet_wishes(draft: Draft, stopped_by: str, hurried: bool, has_form: bool) -> Iterator[Message]:
    """Yields a message for each wish that the poem in `draft` does not meet.

    stopped_by: as `Poem.stopped_by`. hurried: whether it had fewer candidates for want of time.
    has_form: whether the request asked for a form, which the seed may violate.
    """
    if stopped_by == "cancelled":
        yield Message("ended_by_request")
    elif not draft.done:
        name = "ended_by_time" if stopped_by == "time" else "ended_without_way_on"
        yield Message(name, {"written": draft.place, "lines": len(draft.lines)})
    elif hurried:
        yield Message("hurried")
    lines = list(enumerate(draft.written, start=1))
    bent = [place for place, line in lines if not line.satisfies]
    seed_bent = [place for place in bent if place <= draft.typed]
    if seed_bent and has_form:
        yield Message("seed_bends", {"lines": _listed(seed_bent)})
    if recited := [place for place, line in lines if line.recites]:
        yield Message("may_recite", {"lines": _listed(recited)})
    if draft.theme and not draft.mentioned() and stopped_by != "cancelled":
        yield Message("theme_not_spoken_of", {"theme": ", ".join(draft.theme)})
    if bent := bent[len(seed_bent) :]:
        yield Message("lines_bent", {"lines": _listed(bent)})


def _listed(places: list[int]) -> str:
    return ", ".join(map(str, places))
