"""What the first page says: the document's title and date. Pure."""

import re
from collections.abc import Sequence

from ingest.contents import is_contents_title
from ingest.footnotes import without_marks
from ingest.headings import is_title_page_fact
from ingest.records import Block, Source

_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_DATE = re.compile(
    rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)?\s+)?({'|'.join(_MONTHS)})\s+((?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"(?:(?:^|[.;:] )(?:(?:this |the )?report |first |ordered to be )*(?:was )?"
    r"(?:published|issued)\b|\b(?:published|issued) ?:|"
    r"\b(?:publication date|date of publication)\b)"
    rf"[^.;]*?{_DATE.pattern}",
    re.IGNORECASE,
)
_YEAR = r"((?:19|20)\d\d)(?: ?[/–-] ?(?:(?:19|20)(?=\d\d\b))?(\d\d))?\b"
"""A year or a span of years, of which the second group is the last without its century."""
_PERIOD = re.compile(
    r"\b(?:year|period|months) (?:ended|ending|to) (?:on )?(?:\d{1,2} )?"
    rf"(?:{'|'.join(_MONTHS)}) {_YEAR}",
    re.IGNORECASE,
)
_EDITION = re.compile(
    r"\b(?:reports?|accounts|statements?|review|inspection)"
    r"(?:[ ,:–-]+(?!(?:act|order|regulations)\b)[a-z'’]+)*[ ,:–-]+"
    rf"{_YEAR}\W*\Z",
    re.IGNORECASE,
)
"""A year that a report is called by, not that of a law."""
_NOT_TITLE = re.compile(r"©|copyright|isbn|issn|https?:|www\.|\S+@\S+|[\d\W]+\Z|page \d", re.I)
_FRONT_BLOCKS = 40
_FIRST_BLOCKS = 12
_FRONT_PAGES = 2
_TITLE_LINES = 2
_LONGEST_LINE = 150
_LONGEST_PERIOD = 10
"""Years: a longer span is a plan's, or no span but a month ("2024-05")."""


def find_title(source: Source) -> str:
    """What a person would call the document: from its first lines and largest type, else what
    the file declares, else its name."""
    marked = [block for block in source.blocks if block.style.mark == 1]
    if source.media_type == "text/markdown" and len(marked) == 1:
        return without_marks(marked[0].text)
    if source.title and source.media_type == "text/markdown":
        return source.title
    lines = _title_lines(source.blocks)
    if lines:
        return " – ".join(lines)
    return source.title or re.sub(r"[_-]+", " ", source.name.rsplit(".", 1)[0]).strip()


def find_date(source: Source) -> str:
    """The publication date as ISO 8601 (day, month or year as given), else "".

    A date that is said to be of publication comes first, then one that stands alone in the front
    matter, then what the file declares, then the month or year that the title or a line beside it
    calls the report by, of a period the year in which it ends. Dates in the text are of other
    things.
    """
    front = [" ".join(block.text.split()) for block in _front(source)]
    for find in (_PUBLISHED.search, _DATE.fullmatch):
        if found := next(filter(None, map(find, front)), None):
            return _iso(found)
    short = [line for line in front if len(line) <= _LONGEST_LINE]
    return source.date or next(filter(None, map(_named_date, [find_title(source), *short])), "")


def _front(source: Source) -> Sequence[Block]:
    """The title and what stands by it: down to the second marked heading, or the first pages."""
    blocks = source.blocks[:_FRONT_BLOCKS]
    marked = [at for at, block in enumerate(blocks) if block.style.mark]
    if marked:
        return blocks[: marked[1] if len(marked) > 1 else None]
    if source.pages and blocks:
        return [block for block in blocks if block.page < blocks[0].page + _FRONT_PAGES]
    return blocks[:_FIRST_BLOCKS]


def _named_date(line: str) -> str:
    """The month or year that a report is called by, or the year in which its period ends."""
    if found := _PERIOD.search(line):
        return _last_year(found)
    found = _EDITION.search(line)
    month = _DATE.search(line, found.start()) if found else None
    return _iso(month) if month else _last_year(found) if found else ""


def _last_year(found: re.Match[str]) -> str:
    """2024 of "2024", "2023/24" and "2023–2024"."""
    first = int(found[1])
    last = first // 100 * 100 + int(found[2] or first % 100)
    last += 100 * (last < first)
    return str(last if last < first + _LONGEST_PERIOD else first)


def _iso(found: re.Match[str]) -> str:
    month = _MONTHS.index(found[2].lower()) + 1
    day = f"-{int(found[1]):02d}" if found[1] else ""
    return f"{found[3]}-{month:02d}{day}"


def _title_lines(blocks: Sequence[Block]) -> list[str]:
    """The lines at the head of the document that name it."""
    lines: list[str] = []
    for block in blocks[:_FRONT_BLOCKS]:
        text = without_marks(block.text).strip()
        if (
            is_contents_title(text)
            or _NOT_TITLE.match(text)
            or _DATE.fullmatch(text)
            or len(text) > _LONGEST_LINE
            or text.endswith((".", ":", ";"))
            or is_title_page_fact(text)
            or block.kind != "text"
        ):
            if lines:
                break
            continue
        lines.append(text)
        if len(lines) == _TITLE_LINES:
            break
    return lines
