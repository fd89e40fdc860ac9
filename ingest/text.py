"""Text and Markdown files → blocks. Extracted text keeps what its lines still show."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.contents import is_contents_title, looks_like_contents
from ingest.errors import EmptySource, UnsupportedSource
from ingest.footnotes import own_mark, superscript
from ingest.markdown import read_markdown
from ingest.records import Block, Page, Source, Style
from ingest.tables import grid_table

MARKDOWN_SUFFIXES = frozenset({".md", ".markdown"})
TEXT_SUFFIXES = frozenset({".txt", ".text"})

_BULLET = re.compile(r"(\s*)(?:[-*•·▪●○◦‣–\uf0b7\uf0a7]|o(?=\s{2,}))\s+(?=\S)")
_BRACED_MARK = re.compile(r"\^\{([\d ,]+)\}")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,2})(?=\S)([^*]+?)(?<=\S)\1(?![\w*])")
_COLUMN = 6.0
"""Points: the width of a typewriter's column, so that indentation has the unit of a page."""
_WIDEST_WRAP = 110
"""Columns: text with longer lines is not wrapped by hand."""


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    page: int
    text: str

    @property
    def left(self) -> int:
        return len(self.text) - len(self.text.lstrip())


def read_text(path: Path) -> Source:
    """A .txt or .md file (UTF-8, with or without a byte order mark) as blocks.

    Form feeds part pages; without them the pages are 0. Raises EmptySource for a file without
    text, UnsupportedSource for one that is not UTF-8 text, naming the first wrong byte.
    """
    data = path.read_bytes()
    text = decode(data, path.name)
    if not text.strip():
        raise EmptySource(path.name, "the file has no text")
    digest = hashlib.sha256(data).hexdigest()
    if path.suffix.lower() in MARKDOWN_SUFFIXES:
        parsed = read_markdown(text)
        return Source(
            path.name, digest, "text/markdown", parsed.blocks, title=parsed.title, date=parsed.date
        )
    lines, pages = _lines(text)
    return Source(path.name, digest, "text/plain", tuple(_blocks(lines)), pages=pages)


def decode(data: bytes, name: str) -> str:
    """UTF-8 bytes as text with "\\n" line ends. Raises UnsupportedSource."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnsupportedSource(name, "the text is UTF-16, not UTF-8; save it as UTF-8")
    if b"\0" in data:
        raise UnsupportedSource(
            name,
            f"byte {data.index(0)} is zero, so this is no text file; give a PDF, text or "
            "Markdown file",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnsupportedSource(
            name,
            f"byte {error.start} (line {line}) is 0x{data[error.start]:02x}, which is not UTF-8; "
            "save it as UTF-8",
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _lines(text: str) -> tuple[list[_Line], tuple[Page, ...]]:
    paged = "\f" in text.strip("\f\n")
    lines: list[_Line] = []
    page = 1
    for number, line in enumerate(text.split("\n"), start=1):
        page += line.count("\f")
        lines.append(_Line(number, page if paged else 0, line.replace("\f", "")))
    return lines, tuple(Page(n) for n in range(1, page + 1)) if paged else ()


def _blocks(lines: Sequence[_Line]) -> Iterator[Block]:
    wraps = _is_wrapped(lines)
    previous = ""
    for run in _runs(lines):
        if is_contents_title(previous) or looks_like_contents([line.text for line in run]):
            yield from (_text_block([line]) for line in run)
        else:
            yield from _run_blocks(run, wraps)
        previous = run[-1].text


def _runs(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Lines between blank ones; a page ends a run as well."""
    run: list[_Line] = []
    for line in lines:
        blank = not line.text.strip()
        if run and (blank or line.page != run[-1].page):
            yield run
            run = []
        if not blank:
            run.append(line)
    if run:
        yield run


def _run_blocks(run: Sequence[_Line], wraps: bool) -> Iterator[Block]:
    at = 0
    while at < len(run):
        rows = _table_rows(run, at)
        if rows:
            yield _table_block(run[at : at + rows])
            at += rows
            continue
        end = at + 1
        while wraps and end < len(run) and _continues(run[end - 1], run[end], run[at]):
            end += 1
        yield _text_block(run[at:end])
        at = end


def _is_wrapped(lines: Sequence[_Line]) -> bool:
    lengths = sorted(len(line.text.rstrip()) for line in lines if line.text.strip())
    return bool(lengths) and lengths[len(lengths) * 19 // 20] <= _WIDEST_WRAP


def _continues(before: _Line, line: _Line, first: _Line) -> bool:
    if _BULLET.match(line.text) or own_mark(_clean(line.text)) or "\t" in line.text.strip():
        return False
    in_item = _BULLET.match(first.text) is not None
    return len(before.text.rstrip()) > 40 or (in_item and line.left > first.left)


def _table_rows(run: Sequence[_Line], at: int) -> int:
    """How many lines from ``at`` are rows of one table, its cells parted by tabs; 0 for none."""
    end = at
    while end < len(run) and "\t" in run[end].text.strip():
        end += 1
    return end - at if end - at >= 2 else 0


def _table_block(rows: Sequence[_Line]) -> Block:
    grid = [[_clean(cell) for cell in row.text.split("\t")] for row in rows]
    page = rows[0].page
    return Block(
        "table",
        "\n".join(" ".join(cells) for cells in grid),
        page,
        page,
        rows[0].number,
        rows[-1].number,
        table=grid_table(grid, page=page),
    )


def _text_block(lines: Sequence[_Line]) -> Block:
    first = lines[0]
    bullet = _BULLET.match(first.text)
    text = _clean(" ".join(line.text.strip() for line in lines))
    if bullet:
        text = _clean(" ".join([first.text[bullet.end() :], *(ln.text for ln in lines[1:])]))
    return Block(
        "item" if bullet else "note" if own_mark(text) else "text",
        text,
        first.page,
        first.page,
        first.number,
        lines[-1].number,
        Style(left=first.left * _COLUMN),
        level=min(first.left // 2, 8) if bullet else 0,
    )


def _clean(text: str) -> str:
    text = _BRACED_MARK.sub(
        lambda found: " ".join(superscript(n) for n in re.findall(r"\d+", found[1])), text
    )
    return " ".join(_EMPHASIS.sub(r"\2", text).split())
