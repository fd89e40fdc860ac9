"""The candidate that answers → the shortest words that do: a cell, a grade, a sentence, a list."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.candidates import Candidate, referred_to
from index.query import Query
from index.question import Kind, years
from index.terms import terms
from ingest.records import Cell, Unit
from service.cells import BEFORE, MONTH_STEMS, asked_by, labelled, of_row
from service.figures import is_finer
from service.ranking import Ranked

_MARKS = re.compile("[⁰¹²³⁴-⁹]+(?: [⁰¹²³⁴-⁹]+)*")
_BEHIND = 2.5
_LESS_COVER = 0.25
"""How far a more precise figure's row may score behind, and hold less of the question's words."""
_BY_VALUE = frozenset({Kind.LIST, Kind.GRADE, Kind.PROSE})
"""Kinds of question that may ask for rows by what stands in them."""
_CLOSE = 2.0
"""Two neighbouring sentences whose scores differ by less than this answer together."""


@dataclass(frozen=True, slots=True)
class Shaped:
    """An answer's words and the span of the passage that they are quoted from."""

    text: str
    candidate: Candidate
    start: int
    end: int

    @property
    def quote(self) -> str:
        return self.candidate.passage.text[self.start : self.end]


def shape(query: Query, ranked: Sequence[Ranked], subject: str) -> Shaped:
    """The words of the best candidate that answer; ``subject`` is what the report is about (its
    title), so that of a table's columns its own is taken where the question names none. Of a
    figure that stands in two precisions, a table's more precise one is taken."""
    candidate = _with_neighbour(ranked)
    several = (
        _over_years(query, candidate, subject)
        or _over_rows(query, candidate)
        or _alike(query, candidate, subject)
    )
    if several is not None:
        return several
    best = _shaped(query, candidate, subject)
    if query.wants.kind is not Kind.NUMBER or candidate.unit.cells:
        return best
    rows = (
        _shaped(query, rival.candidate, subject)
        for rival in ranked
        if rival.candidate.unit.cells
        and rival.candidate.span == "unit"
        and ranked[0].score - rival.score < _BEHIND
        and rival.features.cover >= ranked[0].features.cover - _LESS_COVER
    )
    return next((row for row in rows if is_finer(row.text, best.text)), best)


def _shaped(query: Query, candidate: Candidate, subject: str) -> Shaped:
    start, end, cells = candidate.start, candidate.end, candidate.unit.cells
    if candidate.span == "list":
        return Shaped(_items(candidate), candidate, start, end)
    if cells and candidate.span == "unit":
        return Shaped(
            of_row(query, cells, _above(candidate, cells), subject), candidate, start, end
        )
    return Shaped(plain(candidate.text), candidate, start, end)


def plain(text: str) -> str:
    """A text without footnote marks and with single spaces."""
    return " ".join(_MARKS.sub("", text).split())


def _with_neighbour(ranked: Sequence[Ranked]) -> Candidate:
    """The best candidate, or the pair of it and a neighbour: the sentence that it refers back to,
    or one that scores nearly as well."""
    best = ranked[0]
    if best.candidate.span != "unit":
        return best.candidate
    referred = referred_to(best.candidate)
    if referred is not None:
        return replace(best.candidate, start=referred.start, span="pair")
    for pair in (r for r in ranked if r.candidate.span == "pair"):
        if _within(best.candidate, pair.candidate):
            other = [
                r.score
                for r in ranked
                if r.candidate.span == "unit"
                and r is not best
                and _within(r.candidate, pair.candidate)
            ]
            if other and best.score - max(other) < _CLOSE and not best.candidate.unit.cells:
                return pair.candidate
    return best.candidate


def _within(part: Candidate, whole: Candidate) -> bool:
    same = part.passage is whole.passage
    return same and whole.start <= part.start and part.end <= whole.end


def _items(candidate: Candidate) -> str:
    passage = candidate.passage
    inside = [
        plain(passage.text[unit.start : unit.end])
        for unit in passage.units
        if unit.kind == "item" and candidate.start <= unit.start and unit.end <= candidate.end
    ]
    return "; ".join(item.rstrip(".;") for item in inside)


def _above(candidate: Candidate, cells: Sequence[Cell]) -> frozenset[str]:
    """The terms of a row's labels and of its heading."""
    titles = (*candidate.passage.section[-1:], *cells[0].labels)
    return frozenset(terms(" ".join(titles)))


def _over_years(query: Query, best: Candidate, subject: str) -> Shaped | None:
    """Where two periods are compared: the value of each in the row of each, labelled."""
    several = len(query.wants.years) > 1 or BEFORE.search(query.core)
    if query.wants.kind is not Kind.COMPARISON or not several or not best.unit.cells:
        return None
    label = _timeless(best.unit)
    units = [u for u in best.passage.units if u.cells and _timeless(u) == label]
    named = [u for u in units if not query.wants.years or query.wants.years & _row_years(u)]
    rows = named if len(named) > 1 else units
    if len(rows) < 2:
        return None
    single = replace(query, wants=replace(query.wants, kind=Kind.NUMBER))
    labels = (" › ".join(u.cells[0].labels) for u in rows)
    values = (of_row(single, u.cells, _above(best, u.cells), subject) for u in rows)
    text = "; ".join(f"{label}: {value}" for label, value in zip(labels, values, strict=True))
    return Shaped(text, best, rows[0].start, rows[-1].end)


def _over_rows(query: Query, best: Candidate) -> Shaped | None:
    """Where a table's rows are compared: those rows that the question names by a word which no
    other row's label has, labelled."""
    if query.wants.kind is not Kind.COMPARISON or not best.unit.cells:
        return None
    rows = _named_rows(query, best)
    if len(rows) < 2 or best.unit not in rows:
        return None
    text = "; ".join(labelled(u.cells) for u in rows)
    return Shaped(text, best, rows[0].start, rows[-1].end)


def _alike(query: Query, best: Candidate, subject: str) -> Shaped | None:
    """Where the question is for rows by what stands in them: all that have it, by their labels."""
    if query.wants.kind not in _BY_VALUE or not best.unit.cells:
        return None
    cells = best.unit.cells
    cell = asked_by(query, cells, _above(best, cells), subject)
    if cell is None or best.unit in _named_rows(query, best):
        return None
    same = [(u, c) for u in _table(best) for c in u.cells if _says_same(c, cell)]
    text = "; ".join(labelled([c]) for _, c in same)
    return Shaped(text, best, same[0][0].start, same[-1][0].end)


def _named_rows(query: Query, best: Candidate) -> list[Unit]:
    """The rows of the table that the question names by a word which no other row's label has."""
    table = _table(best)
    labels = [set(terms(u.cells[0].labels[-1] if u.cells[0].labels else "")) for u in table]
    held = Counter(term for label in labels for term in label)
    own = [{term for term in label if held[term] == 1} for label in labels]
    return [u for u, words in zip(table, own, strict=True) if words & set(query.terms)]


def _table(best: Candidate) -> list[Unit]:
    """All rows of a row's table in its passage."""
    units = best.passage.units
    return [u for u in units if u.cells and u.paragraph == best.unit.paragraph]


def _says_same(one: Cell, other: Cell) -> bool:
    same = plain(one.value).casefold() == plain(other.value).casefold()
    return same and one.column == other.column


def _timeless(unit: Unit) -> tuple[str, ...]:
    """A row's labels without what says when."""
    labels = " ".join(unit.cells[0].labels)
    return tuple(t for t in terms(labels) if not t.isdigit() and t not in MONTH_STEMS)


def _row_years(unit: Unit) -> frozenset[int]:
    return frozenset(year for label in unit.cells[0].labels for year in years(label))
