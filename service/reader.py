"""Passages → what a reader shows: paragraphs, lists, tables and notes, words highlighted. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Literal

from ingest.footnotes import own_mark
from ingest.records import Document, Passage, Section, Unit
from service.reply import Span

_SUPERSCRIPTS = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_PART = 24_000
"""Characters of text on one page of the reader."""
_CHAPTER = 6_000
"""A chapter shorter than this shares its page with the next."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that looks one way; ``note`` is the footnote mark that it is, else ""."""

    text: str
    marked: bool = False
    note: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class GridRow:
    """A table's row: ``cells`` has one entry for each column, empty where it has no value."""

    labels: tuple[str, ...]
    cells: tuple[Runs, ...]
    marked: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; ``columns`` is empty where they have no names."""

    captions: tuple[Runs, ...]
    columns: tuple[str, ...]
    rows: tuple[GridRow, ...]
    notes: tuple[Runs, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (``text``, ``grade``, ``caption``), the items of a list, a table, or a footnote
    (``note``, without its ``mark``). ``marked`` says whether anything in it is highlighted."""

    kind: Literal["text", "grade", "caption", "list", "table", "note"]
    lines: tuple[Runs, ...] = ()
    grid: Grid | None = None
    mark: str = ""
    marked: bool = False


def blocks(passage: Passage, spans: Iterable[Span] = ()) -> list[Block]:
    """A passage as blocks, ``spans`` of its text highlighted; spans outside it are left out."""
    show = _Shown(passage, tuple(spans))
    units = groupby(passage.units, key=lambda unit: unit.paragraph)
    return [show.block(list(group)) for _, group in units]


def excerpt(shown: Sequence[Block], *, rows: int = 4) -> list[Block]:
    """The blocks that hold highlights, or else the first; of a table only such rows, or else as
    many as ``rows``."""
    chosen = [block for block in shown if block.marked] or list(shown[:1])
    return [_cut(block, rows) for block in chosen]


def quotation(passage: Passage, quote: str) -> list[Block]:
    """A quote that holds a list, as blocks; none for any other, which reads well as it is."""
    start = passage.text.find(quote)
    end = start + len(quote)
    own = [unit for unit in passage.units if start <= unit.start and unit.end <= end]
    kinds = {unit.kind for unit in own}
    if start < 0 or "item" not in kinds or "row" in kinds:
        return []
    return blocks(replace(passage, units=tuple(own)))


def parts(passages: Sequence[Passage]) -> list[Sequence[Passage]]:
    """A document's passages in stretches of a page each: whole chapters where they are short,
    pieces of one where it is long."""
    cuts, size = [0], 0
    for at, passage in enumerate(passages):
        new_chapter = at > 0 and passage.section[:1] != passages[at - 1].section[:1]
        if size and (size + len(passage.text) > _PART or (new_chapter and size > _CHAPTER)):
            cuts.append(at)
            size = 0
        size += len(passage.text)
    return [passages[a:b] for a, b in zip(cuts, [*cuts[1:], len(passages)], strict=True)]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the outline: ``n`` is the section's first passage, None where it has none."""

    title: str
    path: tuple[str, ...]
    page: int
    n: int | None
    children: tuple["Entry", ...] = ()


def outline(document: Document, passages: Sequence[Passage]) -> tuple[Entry, ...]:
    """The document's headings as a tree, each with the passage where it begins."""
    first: dict[tuple[str, ...], int] = {}
    for passage in passages:
        for depth in range(1, len(passage.section) + 1):
            first.setdefault(passage.section[:depth], passage.n)
    sections = [section for section in document.sections if section.path]
    return _entries(sections, first)


def headings(passage: Passage, before: Passage | None) -> Iterator[tuple[int, str]]:
    """The headings that open a passage after the one ``before``: depth from 1, and title."""
    old = before.section if before else ()
    same = 0
    for ours, theirs in zip(passage.section, old, strict=False):
        if ours != theirs:
            break
        same += 1
    yield from ((depth + 1, passage.section[depth]) for depth in range(same, len(passage.section)))


def _entries(
    sections: Sequence[Section], first: dict[tuple[str, ...], int], depth: int = 1
) -> tuple[Entry, ...]:
    found: list[Entry] = []
    for _, group in groupby(sections, key=lambda section: section.path[:depth]):
        own = list(group)
        path = own[0].path[:depth]
        inner = [section for section in own if len(section.path) > depth]
        children = _entries(inner, first, depth + 1)
        found.append(Entry(path[-1], path, own[0].page, first.get(path), children))
    return tuple(found)


class _Shown:
    """One passage with its highlights, on the way to blocks."""

    def __init__(self, passage: Passage, spans: Sequence[Span]) -> None:
        self.text = passage.text
        self.spans = [(a, b) for a, b in spans if 0 <= a < b <= len(passage.text)]
        self.notes = {own_mark(self.text[u.start : u.end]) for u in passage.units if _is_note(u)}

    def block(self, units: Sequence[Unit]) -> Block:
        marked = any(self._overlaps(unit.start, unit.end) for unit in units)
        kinds = {unit.kind for unit in units}
        start, end = units[0].start, units[-1].end
        if "row" in kinds:
            return Block("table", grid=self._grid(units), marked=marked)
        if kinds == {"note"}:
            mark = own_mark(self.text[start:end])
            return Block("note", (self._runs(start + len(mark), end),), mark=mark, marked=marked)
        if "item" in kinds:
            lines = tuple(self._runs(unit.start, unit.end) for unit in units)
            return Block("list", lines, marked=marked)
        if kinds <= {"caption", "source", "note"}:
            lines = tuple(self._runs(unit.start, unit.end) for unit in units)
            return Block("caption", lines, marked=marked)
        kind: Literal["grade", "text"] = "grade" if kinds == {"grade"} else "text"
        return Block(kind, (self._runs(start, end),), marked=marked)

    def _grid(self, units: Sequence[Unit]) -> Grid:
        rows = [unit for unit in units if unit.kind == "row"]
        columns = _columns(rows)
        width = len(columns) or max(len(unit.cells) for unit in rows) or 1
        return Grid(
            captions=tuple(self._runs(u.start, u.end) for u in units if u.kind == "caption"),
            columns=tuple(columns),
            rows=tuple(self._row(unit, columns, width) for unit in rows),
            notes=tuple(
                self._runs(u.start, u.end) for u in units if u.kind not in ("caption", "row")
            ),
        )

    def _row(self, unit: Unit, columns: Sequence[str], width: int) -> GridRow:
        cells: list[Runs] = [()] * width
        for place, cell in enumerate(unit.cells):
            at = columns.index(cell.column) if columns else place
            cells[at] = self._runs(cell.start, cell.end)
        if not unit.cells:
            cells[0] = self._runs(unit.start, unit.end)
        labels = unit.cells[0].labels if unit.cells else ()
        return GridRow(labels, tuple(cells), self._overlaps(unit.start, unit.end))

    def _overlaps(self, start: int, end: int) -> bool:
        return any(a < end and start < b for a, b in self.spans)

    def _runs(self, start: int, end: int) -> Runs:
        cuts = {start, end}
        cuts.update(edge for span in self.spans for edge in span if start < edge < end)
        notes = {
            found.start(): found
            for found in _SUPERSCRIPTS.finditer(self.text, start, end)
            if found[0] in self.notes
        }
        cuts.update(edge for found in notes.values() for edge in found.span())
        edges = sorted(cuts)
        return tuple(
            Run(self.text[a:b], self._overlaps(a, b), self.text[a:b] if a in notes else "")
            for a, b in pairwise(edges)
        )


def _columns(rows: Sequence[Unit]) -> list[str]:
    names: list[str] = []
    for unit in rows:
        own = [cell.column for cell in unit.cells]
        if "" in own or len(set(own)) < len(own):
            return []
        names += [name for name in own if name not in names]
    return names


def _is_note(unit: Unit) -> bool:
    return unit.kind == "note"


def _cut(block: Block, rows: int) -> Block:
    if block.grid is None:
        return block
    marked = tuple(row for row in block.grid.rows if row.marked)
    return replace(block, grid=replace(block.grid, rows=marked or block.grid.rows[:rows]))
