"""One question put to several reports: a row for each, and what can be drawn."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.records import Document
from service.citing import as_csv
from service.pages import pages_in_words, passage_address
from service.reply import Citation, Reply

Key = Literal["report", "date", "answer", "place"]
KEYS: tuple[Key, ...] = ("report", "date", "answer", "place")

_QUANTITY = re.compile(
    r"(?P<sign>(?<![\w.])[-−–])?(?P<before>[£$€])?\s?"
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"\s?(?P<after>%|percent\b|per cent\b|(?:million|billion|m|bn)\b|per [\d,]+\b)?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_SAME = {"percent": "%", "per cent": "%", "m": "million", "bn": "billion"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and its unit ("%", "£ million", "per 1,000"; "" for a bare count)."""

    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Row:
    """What one report says: ``text`` and ``citation`` are empty where it doesn't."""

    document: Document
    text: str = ""
    quote: str = ""
    citation: Citation | None = None
    quantity: Quantity | None = None

    @property
    def place(self) -> str:
        """Section path and page."""
        if self.citation is None:
            return ""
        passage = self.citation.passage
        pages = pages_in_words(passage)
        return " › ".join(passage.section) + (f", {pages}" if pages else "")


@dataclass(frozen=True, slots=True)
class Bar:
    """A row drawn: its number and the share (0 to 1) of the axis from ``start`` to ``end``."""

    row: Row
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars in one unit, and how many answers are not among them."""

    unit: str
    bars: tuple[Bar, ...]
    left_out: int


def rows(documents: Iterable[Document], ask: Callable[[Document], Reply]) -> Iterator[Row]:
    """A row for each report, as soon as it has been asked."""
    return (_row(document, ask(document)) for document in documents)


def sorted_rows(found: Sequence[Row], key: Key, *, descending: bool) -> list[Row]:
    """Rows by one column, numbers by value; those without one last either way."""
    keyed = [(_sort_key(row, key), row) for row in found]
    filled = [pair for pair in keyed if pair[0] is not None]
    empty = [row for value, row in keyed if value is None]
    ordered = sorted(filled, key=lambda pair: pair[0], reverse=descending)  # type: ignore[arg-type, return-value]
    return [row for _, row in ordered] + empty


def plot(found: Sequence[Row]) -> Plot | None:
    """The answers in the commonest unit as bars; None for fewer than two."""
    units = Counter(row.quantity.unit for row in found if row.quantity)
    if not units or (unit := units.most_common(1)[0])[1] < 2:
        return None
    drawn = [
        (row, row.quantity.value) for row in found if row.quantity and row.quantity.unit == unit[0]
    ]
    low, high = min(0.0, *(v for _, v in drawn)), max(0.0, *(v for _, v in drawn))
    span = (high - low) or 1.0
    bars = tuple(
        Bar(row, (min(value, 0.0) - low) / span, (max(value, 0.0) - low) / span)
        for row, value in drawn
    )
    answered = sum(1 for row in found if row.text)
    return Plot(unit[0], bars, answered - len(bars))


def quantity(text: str) -> Quantity | None:
    """The number that an answer gives; None where it gives none, or more than one.

    A year does not count beside another number. ``"£1.2m"`` → 1.2 in "£ million".
    """
    found = list(_QUANTITY.finditer(text))
    others = [match for match in found if not _is_year(match)]
    if len(others) != 1:
        return None
    match = others[0]
    value = float(match["number"].replace(",", ""))
    after = (match["after"] or "").lower()
    unit = " ".join(part for part in (match["before"] or "", _SAME.get(after, after)) if part)
    return Quantity(-value if match["sign"] else value, unit)


def table_csv(found: Iterable[Row], site: str) -> str:
    """The comparison as CSV, a row for each report."""
    header = ("report", "date", "answer", "number", "unit", "section", "page", "quote", "url")
    return as_csv(header, [_csv_row(row, site) for row in found])


def _row(document: Document, reply: Reply) -> Row:
    if reply.answer is None:
        return Row(document)
    answer = reply.answer
    citation = reply.citations[answer.citation]
    return Row(document, answer.text, answer.quote, citation, quantity(answer.text))


def _sort_key(row: Row, key: Key) -> object:
    if key == "report":
        return (row.document.title.casefold(), row.document.date)
    if key == "date":
        return row.document.date or None
    if key == "place":
        return row.place.casefold() or None
    if not row.text:
        return None
    # Numbers come before words, and neither is compared with the other.
    return (0, row.quantity.value, "") if row.quantity else (1, 0.0, row.text.casefold())


def _csv_row(row: Row, site: str) -> Sequence[object]:
    document, citation = row.document, row.citation
    if citation is None:
        return (document.title, document.date, "", "", "", "", "", "", "")
    passage = citation.passage
    number, unit = (row.quantity.value, row.quantity.unit) if row.quantity else ("", "")
    link = site.rstrip("/") + passage_address(passage, citation.highlights)
    section = " › ".join(passage.section)
    page = passage.page or ""
    return (document.title, document.date, row.text, number, unit, section, page, row.quote, link)


def _is_year(match: re.Match[str]) -> bool:
    bare = not (match["before"] or match["after"] or match["sign"])
    return bare and bool(_YEAR.fullmatch(match["number"]))
