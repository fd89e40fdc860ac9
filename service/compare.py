"""One question put to several reports: a row for each, and what can be drawn."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from index.terms import terms
from ingest.records import Document
from service.citing import as_csv
from service.pages import pages_in_words, passage_address
from service.reply import Citation, Reply, Span
from service.subjects import subjects

Key = Literal["subject", "date", "answer", "place"]
KEYS: tuple[Key, ...] = ("subject", "date", "answer", "place")

_QUANTITY = re.compile(
    r"(?P<sign>(?<![\w.])[-−–])?(?P<before>[£$€])?\s?"
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"\s?(?P<after>%|percent\b|per cent\b|(?:million|billion|m|bn)\b|per [\d,]+\b)?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_PARAGRAPH = re.compile(r"\s*\(?\d{1,3}[.)](?=\s*\D)")
"""The number of a numbered paragraph."""
_HOW_MANY = re.compile(r"\bhow many\b", re.IGNORECASE)
_NEXT_WORD = re.compile(r"\s+(?P<word>[^\W\d_]+)")
_CURRENCY = ("£", "$", "€")
_SAME = {"percent": "%", "per cent": "%", "m": "million", "bn": "billion"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and its unit ("%", "£ million", "per 1,000"; "" for a bare count); ``span`` is
    where it stands in the answer."""

    value: float
    unit: str
    span: Span = field(default=(0, 0), compare=False)

    @property
    def figure(self) -> str:
        """``1,447``; ``8.5%``; ``£1.2 million``."""
        sign, _, after = (
            self.unit.partition(" ") if self.unit[:1] in _CURRENCY else ("", "", self.unit)
        )
        gap = " " if after and after != "%" else ""
        return f"{'−' * (self.value < 0)}{sign}{abs(self.value):,.10g}{gap}{after}"


@dataclass(frozen=True, slots=True)
class Row:
    """What one report says: ``text`` and ``citation`` are empty where it doesn't. ``subject`` is
    what the report is about, as told apart from the others."""

    document: Document
    subject: str
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
    """A row drawn: the share (0 to 1) of the axis from ``start`` to ``end``."""

    row: Row
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars in one unit, those of a subject together and by date, and how many answers are not
    among them."""

    unit: str
    groups: tuple[tuple[str, tuple[Bar, ...]], ...]
    left_out: int


def rows(
    chosen: Collection[Document], ask: Callable[[Document], Reply], *, among: Collection[Document]
) -> Iterator[Row]:
    """A row for each report, as soon as it has been asked: by subject, then by date. Titles tell
    what sets a report apart from all those it is ``among``."""
    about = zip(subjects([document.title for document in among]), among, strict=True)
    ids = {document.id for document in chosen}
    pairs = sorted((pair for pair in about if pair[1].id in ids), key=_by_subject)
    return (_row(document, subject, ask(document)) for subject, document in pairs)


def sorted_rows(found: Sequence[Row], key: Key, *, descending: bool) -> list[Row]:
    """Rows by one column, numbers by value; those without one last either way."""
    keyed = [(_sort_key(row, key), row) for row in found]
    filled = [pair for pair in keyed if pair[0] is not None]
    empty = [row for value, row in keyed if value is None]
    ordered = sorted(filled, key=lambda pair: pair[0], reverse=descending)  # type: ignore[arg-type, return-value]
    return [row for _, row in ordered] + empty


def plot(found: Sequence[Row]) -> Plot | None:
    """The answers in the commonest unit as bars, in the order of the rows; None for fewer than
    two."""
    units = Counter(row.quantity.unit for row in found if row.quantity)
    if not units or (unit := units.most_common(1)[0])[1] < 2:
        return None
    drawn = [
        (row, row.quantity.value) for row in found if row.quantity and row.quantity.unit == unit[0]
    ]
    low, high = min(0.0, *(v for _, v in drawn)), max(0.0, *(v for _, v in drawn))
    span = (high - low) or 1.0
    groups: dict[str, list[Bar]] = {}
    for row, value in drawn:
        bar = Bar(row, (min(value, 0.0) - low) / span, (max(value, 0.0) - low) / span)
        groups.setdefault(row.subject, []).append(bar)
    placed = tuple(
        (subject, tuple(sorted(bars, key=lambda bar: bar.row.document.date)))
        for subject, bars in groups.items()
    )
    return Plot(unit[0], placed, sum(1 for row in found if row.text) - len(drawn))


def quantity(text: str, *, question: str = "", picked: bool = True) -> Quantity | None:
    """The number that an answer gives; None where it gives none, or more than one.

    A year does not count beside another number, and the number of a paragraph never does.
    ``picked`` says that the answer is words picked out of a sentence: of a whole sentence that
    answers "how many …", only a number right before a word of the question is meant, and of
    several such the first. ``"£1.2m"`` → 1.2 in "£ million".
    """
    numbered = _PARAGRAPH.match(text)
    found = list(_QUANTITY.finditer(text, numbered.end() if numbered and not picked else 0))
    counted = _HOW_MANY.search(question)
    if counted and not picked:
        asked = set(terms(question[counted.end() :]))
        counts = [match for match in found if _counts(match, asked)]
        return _quantity(counts[0]) if counts else None
    others = [match for match in found if not _is_year(match)]
    return _quantity(others[0]) if len(others) == 1 else None


def table_csv(found: Iterable[Row], site: str) -> str:
    """The comparison as CSV, a row for each report."""
    header = (
        "subject", "report", "date", "answer", "number", "unit", "section", "page", "quote", "url"
    )  # fmt: skip
    return as_csv(header, [_csv_row(row, site) for row in found])


def _row(document: Document, subject: str, reply: Reply) -> Row:
    if reply.answer is None:
        return Row(document, subject)
    answer = reply.answer
    picked = answer.text != answer.quote
    found = quantity(answer.text, question=reply.question, picked=picked)
    citation = reply.citations[answer.citation]
    return Row(document, subject, answer.text, answer.quote, citation, found)


def _by_subject(pair: tuple[str, Document]) -> tuple[str, str, str]:
    subject, document = pair
    return subject.casefold(), document.date, document.title.casefold()


def _sort_key(row: Row, key: Key) -> object:
    if key == "subject":
        return _by_subject((row.subject, row.document))
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
    report = (row.subject, document.title, document.date)
    if citation is None:
        return (*report, "", "", "", "", "", "", "")
    passage = citation.passage
    number = f"{row.quantity.value:.10g}" if row.quantity else ""
    unit = row.quantity.unit if row.quantity else ""
    link = site.rstrip("/") + passage_address(passage, citation.highlights)
    section = " › ".join(passage.section)
    page = passage.page or ""
    return (*report, row.text, number, unit, section, page, row.quote, link)


def _quantity(match: re.Match[str]) -> Quantity:
    value = float(match["number"].replace(",", ""))
    after = (match["after"] or "").lower()
    unit = " ".join(part for part in (match["before"] or "", _SAME.get(after, after)) if part)
    return Quantity(-value if match["sign"] else value, unit, match.span())


def _counts(match: re.Match[str], asked: set[str]) -> bool:
    """Whether a number is followed by what was asked for: ``376 children``, not ``per 10,000
    children`` nor a rate."""
    following = _NEXT_WORD.match(match.string, match.end("number"))
    rate = match.string[: match.start()].rstrip().casefold().endswith("per")
    bare = not (match["before"] or match["after"])
    return (
        bare and not rate and following is not None and bool(asked & set(terms(following["word"])))
    )


def _is_year(match: re.Match[str]) -> bool:
    bare = not (match["before"] or match["after"] or match["sign"])
    return bare and bool(_YEAR.fullmatch(match["number"]))
