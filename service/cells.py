"""A row of a table → the words of it that answer: one cell, or the row with its columns. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.query import PER, Query
from index.question import Kind, holds, measured, years
from index.terms import MONTHS, stem, terms
from ingest.records import Cell
from service.features import is_national

BEFORE = re.compile(
    r"\b(?:prior|previous|preceding|last) (?:financial )?year|\b(?:the )?year before|\bearlier\b",
    re.IGNORECASE,
)
"""How a question asks for the period before the last one."""
DAYS = frozenset(map(stem, MONTHS))
_RATIO = re.compile(r"\b(?:rates?|per|percent(?:age)?|proportion|share)\b|%", re.IGNORECASE)
"""What is no number of things."""
_ONE_CELL = frozenset({Kind.NUMBER, Kind.DATE, Kind.GRADE})
"""Kinds of answer that are seen in a cell, and which one cell gives."""
_CLEARLY = 0.3
"""How much better than the next a cell fits that alone answers a question of any kind."""
_NAMES_ROW = 0.25
"""What a word counts for a column that the row's label or its heading has too."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row's cells, and the terms of what stands above them: labels, caption and heading."""

    cells: Sequence[Cell]
    above: frozenset[str]


def of_row(query: Query, row: Row, subject: str) -> str:
    """The words of a row that answer: the cell in the column asked for; where nothing tells which,
    and the question has the words of a cell, that cell with its label, else the labelled row.
    ``subject`` is what the report is about: where the question names no column, that one's."""
    kind = query.wants.kind
    if kind in (Kind.COMPARISON, Kind.DECISION):
        return labelled(row.cells)
    when = _years_meant(query, row.cells)
    fits = [_fit(query, row, cell, subject, when) for cell in row.cells]
    first, *rest = sorted(fits, reverse=True)
    cell = row.cells[fits.index(first)]
    if kind is Kind.GRADE:
        return ": ".join((*cell.labels[-1:], cell.value))
    if kind in _ONE_CELL or not rest or first - rest[0] >= _CLEARLY:
        return cell.value
    said = [cell for cell in row.cells if _shared(query, row, cell.value)]
    return labelled(said[:1] or row.cells)


def asked_by(query: Query, row: Row, subject: str) -> Cell | None:
    """The cell whose words are all the question's, none of them because they name the row: what is
    asked for is then what the rows with it are called ("which risks are rated high?")."""
    asked = set(query.terms) - row.above
    when = _years_meant(query, row.cells)
    said = [cell for cell in row.cells if (own := _words(cell.value)) and own <= asked]
    return max(said, key=lambda cell: _fit(query, row, cell, subject, when), default=None)


def labelled(cells: Sequence[Cell]) -> str:
    """Cells of a row: its label, and what stands in which column."""
    values = "; ".join(f"{cell.column} {cell.value}".strip() for cell in cells)
    return ": ".join((*cells[0].labels[-1:], values))


def _years_meant(query: Query, cells: Sequence[Cell]) -> frozenset[int]:
    """The years of the columns that the question is about: those that it names, the one before
    the last where it says so, else the last."""
    found = sorted({year for cell in cells for year in years(cell.column)})
    named = query.wants.years & frozenset(found)
    if named or not found:
        return named
    return frozenset(found[-2:-1] if BEFORE.search(query.core) else found[-1:])


def _fit(query: Query, row: Row, cell: Cell, subject: str, when: frozenset[int]) -> float:
    """How well a cell is what the question asks for: the words that its column shares with it, the
    year, the scope, the kind of value and its measure count, and that "how many" asks for no rate
    and no money; where nothing decides, the report's own subject and then the column that says
    least besides are taken."""
    own_years = years(cell.column)
    column = _words(cell.column)
    rate = bool(_RATIO.search(query.spelled))
    whole = f"{cell.column} {cell.value}"
    given, kind = measured(whole), query.wants.kind
    return (
        2 * _shared(query, row, cell.column)
        - 2 * (bool(when and own_years) and not when & own_years)
        + 0.5 * bool(query.wants.years & own_years)
        + (is_national(query.spelled) == is_national(cell.column))
        + 0.5 * bool(column & set(terms(subject)))
        + 2 * (kind in _ONE_CELL and kind in holds(cell.value))
        + (query.wants.measure in given)
        + bool(PER.search(query.spelled) and PER.search(cell.column))
        - 1.5 * (bool(query.wants.counted) and not rate and bool(given or _RATIO.search(whole)))
        - 0.1 * bool(column - set(query.terms))
    )


def _shared(query: Query, row: Row, text: str) -> float:
    """The share of a text's words that are the question's (0 to 1), and a little for each."""
    own = _words(text)
    found = own & set(query.terms)
    weight = sum(_NAMES_ROW if term in row.above else 1.0 for term in found)
    return weight / len(own) + 0.05 * weight if own else 0.0


def _words(text: str) -> set[str]:
    return {term for term in terms(text) if not term.isdigit() and term not in DAYS}
