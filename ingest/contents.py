"""The contents list: not text to be found, but evidence for headings and their printed pages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.footnotes import without_marks
from ingest.records import Block

_TITLE = re.compile(r"(table of )?contents( page)?", re.IGNORECASE)
_ENTRY = re.compile(r"(?P<title>\S.*?)(?P<leader>[\s.…·_]*[\s.…·_])(?P<page>\d{1,3}|[ivxl]{1,7})")
_LEADER = re.compile(r"(?:[.…·_]\s*){4,}")
_LONGEST_ENTRY = 200
"""Characters, leaders not counted."""
_INDENT = 6.0
_MOST_ENTRIES = 200
_UNTITLED_RUN = 5
"""Entries in a row that make a contents list even without its heading."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents list; ``page`` as printed; ``left`` its indentation, if known."""

    title: str
    page: int | None
    left: float | None


@dataclass(frozen=True, slots=True)
class Contents:
    """``entries`` in order; ``at`` is how many blocks stood before the first list."""

    entries: tuple[Entry, ...] = ()
    at: int = 0


def fold(title: str) -> str:
    """A title by its words alone, for comparison: no case, punctuation or footnote marks."""
    return " ".join(re.findall(r"\w+", without_marks(title).casefold()))


def is_contents_title(text: str) -> bool:
    return _TITLE.fullmatch(text.strip()) is not None


def parse_entry(text: str) -> tuple[str, int | None] | None:
    """A line "Title ..... 12" as title and page (None for a roman number), else None."""
    line = _LEADER.sub("… ", text.strip())
    found = _ENTRY.fullmatch(line) if len(line) <= _LONGEST_ENTRY else None
    if not found:
        return None
    page = found["page"]
    return found["title"].rstrip(" .…·_"), int(page) if page.isdigit() else None


def looks_like_contents(lines: Sequence[str]) -> bool:
    """Whether lines without a "Contents" heading are entries: each with a page, never falling."""
    entries = [parse_entry(line) for line in lines]
    pages = [entry[1] for entry in entries if entry and entry[1] is not None]
    led = sum(bool(re.search(r"[.…·_]{3,}", line)) for line in lines)
    return (
        len(lines) >= _UNTITLED_RUN
        and all(entries)
        and pages == sorted(pages)
        and led * 2 >= len(lines)
    )


def split_contents(blocks: Sequence[Block]) -> tuple[Contents, tuple[Block, ...]]:
    """The contents lists (a report bound with another has two) and the blocks without them."""
    found: list[Entry] = []
    rest: list[Block] = []
    first = at = 0
    while at < len(blocks):
        entries, end = _list_at(blocks, at)
        if entries:
            first = first or len(rest)
            found.extend(entries)
            at = end
        else:
            rest.extend(blocks[at : max(end, at + 1)])
            at = max(end, at + 1)
    return Contents(tuple(found), first), tuple(rest)


def _list_at(blocks: Sequence[Block], at: int) -> tuple[list[Entry], int]:
    """The entries of a list that begins at a block, and the index after it; without entries, the
    index up to which there is none."""
    lines = _lines(blocks[at])
    if is_contents_title(lines[0]):
        return _run(blocks, at, 1)
    if parse_entry(lines[0]):
        entries, end = _run(blocks, at, 0)
        if looks_like_contents([line for block in blocks[at:end] for line in _lines(block)]):
            return entries, end
        return [], end
    return [], at


def _lines(block: Block) -> list[str]:
    """A block's lines: those of a list that was taken for a table are parted in its text."""
    return block.text.split("\n") if block.kind == "table" else [block.text]


def _run(blocks: Sequence[Block], start: int, skip: int) -> tuple[list[Entry], int]:
    """The entries from ``start`` and the index after them; a wrapped title is set together."""
    entries: list[Entry] = []
    end = at = start
    wrapped: tuple[str, float | None] | None = None
    last_page = 0
    near = blocks[start : start + _MOST_ENTRIES]
    edge = min((b.style.left for b in near if b.kind == "text"), default=0.0)
    while at < len(blocks) and blocks[at].kind != "note":
        left = _left(blocks[at], edge)
        for line in _lines(blocks[at])[skip:]:
            parsed = parse_entry(line)
            if parsed is None and (wrapped or len(line) > _LONGEST_ENTRY):
                return entries, end
            if parsed is None:
                wrapped = line, left
                continue
            title, page = parsed
            if page is not None and page < last_page:
                return entries, end
            last_page = page or last_page
            before, first_left = wrapped or ("", left)
            entries.append(Entry(f"{before} {title}".strip(), page, first_left))
            wrapped, end = None, at + 1
        skip = 0
        at += 1
    return entries, end


def _left(block: Block, edge: float) -> float | None:
    """The indentation of a block's lines; that of a table's lines is known only where all of them
    stand in from the edge of the text."""
    if block.kind != "table" or block.style.left > edge + _INDENT:
        return block.style.left
    return None
