"""What the first page says: the document's title and date. Pure."""

import re
from collections.abc import Sequence
from itertools import pairwise

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
    r"(?:(?-i:\b(?:First p|P)ublished|\bIssued)\b|\b(?:published|issued) ?:|"
    r"(?:^|[.;:|·] )(?:(?:(?!(?:an?|another|previous|last|earlier|next|other|his|her|their)\b)"
    r"[\w-]+ ){0,3}report |first |ordered to be )*(?:was )?(?:published|issued)\b|"
    r"\b(?:publication date|date of publication)\b)"
    rf"[^.;]*?{_DATE.pattern}",
    re.IGNORECASE,
)
"""A date said to be that of publication. A capital letter begins a line, where lines were joined;
within a sentence only "this inspection report was published" is of the document itself."""
_LINE_ENDS = re.compile(
    r"(?!(?i:.*\b(?:an?|another|previous|earlier|next|other|his|her|their) ))"
    rf".*, (?i:(?:published|issued) (?:on |in )?{_DATE.pattern})"
)
"""A line of a title page that ends in when it was published, and has no other text's name."""
_YEAR = r"((?:19|20)\d\d)(?: ?[/–-] ?((?:19|20)?\d\d))?\b"
"""A year or a span of years, of which the second group is the last."""
_MONTH = rf"(?:\d{{1,2}}(?:st|nd|rd|th)? )?(?:{'|'.join(_MONTHS)}) "
_PERIOD = re.compile(
    rf"(?:for )?(?:the )?\b(?:year|period|quarter|months|weeks) (?:ended|ending|to) (?:on )?"
    rf"{_MONTH}{_YEAR}",
    re.IGNORECASE,
)
_NOUN = (
    r"\b(?<!last )(?<!previous )(?<!next )(?:reports?|accounts|statements?|review|"
    r"(?<!of )inspection)\b"
)
_ISSUE = (
    r"(?:annual|financial|audited|interim|draft|final|full|summary|and|for|to|as|at|the|"
    r"of the year|years?|half|quarter|spring|summer|autumn|winter|edition|reports?|accounts|"
    r"statements?|review)\b"
)
_APART = r"[\s,:&|(–—-]+"
_EDITIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_NOUN}(?:{_APART}{_ISSUE})*{_APART}(?:{_MONTH})?{_YEAR}"
        r"(?=\W*\Z|\s*[:|(]\s?(?!\d)|\s[–—]\s(?!\d))",
        rf"\breports? (?:of|by|to) .*[,:–—(] ?(?:{_MONTH})?{_YEAR}(?=\W*\Z)",
        rf"(?:\A|[,:|–—] ){_YEAR} (?:{_ISSUE} )*{_NOUN}(?:{_APART}{_ISSUE})*\W*\Z",
    )
)
"""What a report is called by ("report and accounts 2024", "report of the board, May 2024", "2024
annual report"), not what it is about ("report into the flood of 2024")."""
_NOT_TITLE = re.compile(r"©|copyright|isbn|issn|https?:|www\.|\S+@\S+|[\d\W]+\Z|page \d", re.I)
_FRONT_BLOCKS = 40
_FIRST_BLOCKS = 12
_FRONT_PAGES = 2
_TITLE_LINES = 2
_LONGEST_LINE = 150
_LONGEST_PERIOD = 10
"""Years: a longer span is a plan's."""


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
    calls the report by, of a period the year in which it ends. A PDF declares when the file was
    made, which may be years off: the title's year overrules it. Dates in the text are of other
    things.
    """
    blocks = _front(source)
    front = [" ".join(block.text.split()) for block in blocks]
    lines = [
        line
        for line, block in zip(front, blocks, strict=True)
        if block.kind == "text" and len(line) <= _LONGEST_LINE and not _is_sentence(line)
    ]
    said = map(_PUBLISHED.search, front), map(_LINE_ENDS.fullmatch, lines)
    for found in (*said, map(_DATE.fullmatch, front)):
        if date := next(filter(None, found), None):
            return _iso(date)
    title = find_title(source)
    names = [title, *title.split(" – ")]
    years = [
        f"{name} {line}"
        for name, line in pairwise(map(without_marks, lines))
        if name in names and re.fullmatch(_YEAR, line)
    ]
    titled = next(filter(None, map(_named_date, names + years)), "")
    overruled = source.media_type == "application/pdf" and titled[:4] not in ("", source.date[:4])
    if source.date and not overruled:
        return source.date
    return titled or next(filter(None, map(_named_date, lines)), "")


def _front(source: Source) -> Sequence[Block]:
    """The title and what stands by it: down to the first marked heading beneath running text, a
    list or a table, or the first pages."""
    blocks = source.blocks[:_FRONT_BLOCKS]
    if any(block.style.mark for block in blocks):
        text = next((at for at, block in enumerate(blocks) if _is_running(block)), len(blocks))
        heads = (at for at, block in enumerate(blocks) if block.style.mark and at > text)
        return blocks[: next(heads, None)]
    if source.pages and blocks:
        return [block for block in blocks if block.page < blocks[0].page + _FRONT_PAGES]
    return blocks[:_FIRST_BLOCKS]


def _is_running(block: Block) -> bool:
    """Whether a block is no line of a title page."""
    is_line = len(block.text) <= _LONGEST_LINE and not _is_sentence(block.text)
    return not block.style.mark and not (block.kind == "text" and is_line)


def _is_sentence(line: str) -> bool:
    return line.endswith(".") and not _PERIOD.fullmatch(line[:-1])


def _named_date(line: str) -> str:
    """The month or year that a report is called by, or the year in which its period ends."""
    if found := _PERIOD.search(line):
        return _last_year(found)
    found = next(filter(None, (edition.search(line) for edition in _EDITIONS)), None)
    if not found:
        return ""
    month = next((date for date in _DATE.finditer(line) if date.end() == found.end()), None)
    return _iso(month) if month else _last_year(found)


def _last_year(found: re.Match[str]) -> str:
    """2024 of "2024", "2023/24", "2023–2024" and "2024-05", a month; "" of a plan's years."""
    first, last = int(found[1]), int(found[2] or found[1])
    if last < 100:
        last += first // 100 * 100
        last += 100 * (last < first)
        if last - first >= _LONGEST_PERIOD and 1 <= last % 100 <= 12:
            return str(first)
    return str(last) if 0 <= last - first < _LONGEST_PERIOD else ""


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
