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
_PUBLISHED = re.compile(r"\b(?:published|publication date|date of publication|issued)\b", re.I)
_NOT_TITLE = re.compile(r"©|copyright|isbn|issn|https?:|www\.|\S+@\S+|[\d\W]+\Z|page \d", re.I)
_FRONT_BLOCKS = 40
_TITLE_LINES = 2
_LONGEST_LINE = 150


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
    matter, then what the file declares.
    """
    front = source.blocks[:_FRONT_BLOCKS]
    for block in front:
        if _PUBLISHED.search(block.text):
            found = _DATE.search(block.text, _PUBLISHED.search(block.text).start())  # type: ignore[union-attr]
            if found:
                return _iso(found)
    for block in front:
        found = _DATE.fullmatch(block.text.strip())
        if found:
            return _iso(found)
    return source.date


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
