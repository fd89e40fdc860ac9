"""A row of a table → the words of it that answer: one cell, or the row with its columns. Pure."""

import re
from collections.abc import Sequence, Set

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
MONTH_STEMS = frozenset(map(stem, MONTHS))
_NO_COUNT = re.compile(
    r"\b(?:rates?|per|percent(?:age)?|proportion|share|pounds|pence)\b|[%£€$]", re.IGNORECASE
)
"""What is given in no number of things."""
_ONE_CELL = frozenset({Kind.NUMBER, Kind.DATE, Kind.GRADE})
"""Kinds of answer that are seen in a cell, and which one cell gives."""
_CLEARLY = 0.3
"""How much better than the next a cell fits that alone answers a question of any kind."""
_NAMES_ROW = 0.25
"""What a word counts for a column that stands above the row too."""


def of_row(query: Query, cells: Sequence[Cell], above: Set[str], subject: str) -> str:
    """The words of a row that answer: of a comparison or a yes or no the labelled row, else the
    cell in the column asked for, or, where nothing tells which, the labelled row again.

    ``above`` are the terms of the row's labels and of its heading, ``subject`` is what the report
    is about: where the question names no column, the one of that is taken."""
    kind = query.wants.kind
    if kind in (Kind.COMPARISON, Kind.DECISION):
        return labelled(cells)
    fits = _fits(query, cells, above, subject)
    first, *rest = sorted(fits, reverse=True)
    cell = cells[fits.index(first)]
    if kind is Kind.GRADE:
        return ": ".join((*cell.labels[-1:], cell.value))
    if kind in _ONE_CELL or not rest or first - rest[0] >= _CLEARLY:
        return cell.value
    return labelled(cells)


def asked_by(query: Query, cells: Sequence[Cell], above: Set[str], subject: str) -> Cell | None:
    """The cell whose words are all the question's, where it names no column besides: what is asked
    for is what the rows with it are called ("which risks are rated high?")."""
    asked = set(query.terms)
    said = [cell for cell in cells if _is_said(cell, asked, above)]
    columns = {term for cell in said for term in _words(cell.column)}
    besides = {term for cell in cells for term in _words(cell.column)} - columns - above
    if not said or asked & besides:
        return None
    return max(zip(_fits(query, said, above, subject), said, strict=True), key=lambda fit: fit[0])[
        1
    ]


def labelled(cells: Sequence[Cell]) -> str:
    """Cells of a row: its label, and what stands in which column."""
    values = "; ".join(f"{cell.column} {cell.value}".strip() for cell in cells)
    return ": ".join((*cells[0].labels[-1:], values))


def _is_said(cell: Cell, asked: Set[str], above: Set[str]) -> bool:
    own = set(terms(cell.value))
    return own <= asked and any(not term.isdigit() for term in own - above)


def _fits(query: Query, cells: Sequence[Cell], above: Set[str], subject: str) -> list[float]:
    when = _years_meant(query, cells)
    return [_fit(query, cell, above, subject, when) for cell in cells]


def _years_meant(query: Query, cells: Sequence[Cell]) -> frozenset[int]:
    """The years of the columns that the question is about: those that it names, the one before
    the last where it says so, else the last."""
    found = sorted({year for cell in cells for year in years(cell.column)})
    named = query.wants.years & frozenset(found)
    if named or not found:
        return named
    return frozenset(found[-2:-1] if BEFORE.search(query.core) else found[-1:])


def _fit(query: Query, cell: Cell, above: Set[str], subject: str, when: frozenset[int]) -> float:
    """How well a cell is what the question asks for: the words that its column shares with it, the
    year, the scope, the kind of value and its measure count, and that "how many" asks for no rate
    and no money; where nothing decides, the report's own subject and that no other word is in the
    column."""
    own_years = years(cell.column)
    column = _words(cell.column)
    whole = f"{cell.column} {cell.value}"
    kind = query.wants.kind
    uncounted = query.wants.counted and not _NO_COUNT.search(query.spelled)
    return (
        2 * _shared(query, column, above)
        - 2 * (bool(when and own_years) and not when & own_years)
        + 0.5 * bool(query.wants.years & own_years)
        + (is_national(query.spelled) == is_national(cell.column))
        + 0.5 * bool(column & set(terms(subject)))
        + 2 * (kind in _ONE_CELL and kind in holds(cell.value))
        + (query.wants.measure in measured(whole))
        + bool(PER.search(query.spelled) and PER.search(cell.column))
        - 1.5 * bool(uncounted and _NO_COUNT.search(whole))
        - 0.1 * bool(column - set(query.terms))
    )


def _shared(query: Query, column: Set[str], above: Set[str]) -> float:
    """The share of a column's words that are the question's (0 to 1), and a little for each."""
    weight = sum(_NAMES_ROW if t in above else 1.0 for t in column & set(query.terms))
    return weight / len(column) + 0.05 * weight if column else 0.0


def _words(column: str) -> set[str]:
    return {term for term in terms(column) if not term.isdigit() and term not in MONTH_STEMS}
