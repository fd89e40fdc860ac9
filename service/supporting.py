"""Further places that an answer rests on: the same figure elsewhere, and notes on its scope."""

import re
from collections.abc import Sequence

from ingest.records import Passage, Unit
from service.figures import agree, figures
from service.ranking import Ranked
from service.shaping import Shaped, plain

_MARK = re.compile("[⁰¹²³⁴-⁹]+")
_MOST = 3
_BEHIND = 3.5
_LESS_COVER = 0.25
"""A place whose score is further than this behind the best, or that holds so much less of the
question's words, is no support."""


def supporting(best: Shaped, ranked: Sequence[Ranked]) -> list[Shaped]:
    """At most three further quotes: notes of the passage whose marks stand in the quote, then
    candidates that give the same figure, in the same or another precision, and score near it."""
    notes = _notes(best)
    return [*notes, *_same_figure(best, notes, ranked)][:_MOST]


def _notes(best: Shaped) -> list[Shaped]:
    passage, marks = best.candidate.passage, set(_MARK.findall(best.quote))
    starred = "*" in best.quote
    found = []
    for unit in passage.units:
        text = passage.text[unit.start : unit.end]
        own = _MARK.match(text)
        cited = unit.kind == "note" and (
            (own is not None and own.group() in marks) or (starred and text.startswith("*"))
        )
        if cited and not best.start <= unit.start < best.end:
            found.append(_quoted(best, passage, unit))
    return found


def _quoted(best: Shaped, passage: Passage, unit: Unit) -> Shaped:
    text = passage.text[unit.start : unit.end]
    return Shaped(plain(text), best.candidate, unit.start, unit.end)


def _same_figure(best: Shaped, notes: Sequence[Shaped], ranked: Sequence[Ranked]) -> list[Shaped]:
    if not figures(best.text) or not ranked:
        return []
    found: list[Shaped] = []
    seen = {best.quote, *(note.quote for note in notes)}
    for rival in ranked:
        candidate = rival.candidate
        near = (
            ranked[0].score - rival.score <= _BEHIND
            and rival.features.cover >= ranked[0].features.cover - _LESS_COVER
        )
        if candidate.span != "unit" or not near:
            continue
        if candidate.text in seen or _within(best, rival):
            continue
        if agree(best.text, candidate.text):
            seen.add(candidate.text)
            found.append(Shaped(plain(candidate.text), candidate, candidate.start, candidate.end))
    return found


def _within(best: Shaped, rival: Ranked) -> bool:
    other = rival.candidate
    same = other.passage is best.candidate.passage
    return same and other.start < best.end and best.start < other.end
