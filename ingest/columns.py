"""The order in which a page's lines are read: columns, and what stands across them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Generic, Protocol, TypeVar

from ingest.lines import BULLET, Line

_GUTTER = 0.9
"""Of the type size: the least width of the white between two columns."""
_JOINED = 1.5
"""Of the type size: a wider gap inside a row is shown as a tab."""
_HANG = 5.0
"""Of the type size: the widest gap between a list's label and its text."""


class Framed(Protocol):
    """A table with its place on the page."""

    @property
    def lines(self) -> Sequence[Line]: ...


F = TypeVar("F", bound=Framed)


@dataclass(frozen=True, slots=True)
class Row:
    """The lines that share a baseline within a column, from the left."""

    lines: tuple[Line, ...]

    @classmethod
    def rows(cls, lines: Sequence[Line]) -> "list[Row]":
        """Lines by baseline, from the top down."""
        grouped: list[list[Line]] = []
        for line in sorted(lines, key=lambda line: (line.y, line.x0)):
            if grouped and line.y - grouped[-1][0].y <= 0.25 * min(line.size, grouped[-1][0].size):
                grouped[-1].append(line)
            else:
                grouped.append([line])
        return [cls(tuple(sorted(group, key=lambda line: line.x0))) for group in grouped]

    @property
    def labelled(self) -> bool:
        """Whether a bullet or number stands apart before the text."""
        return len(self.lines) == 2 and labels(*self.lines)

    @property
    def tabbed(self) -> bool:
        return "\t" in self.text

    @property
    def text(self) -> str:
        text = self.lines[0].text
        for at in range(1, len(self.lines)):
            left, right = self.lines[at - 1], self.lines[at]
            label = at == 1 and labels(left, right)
            # Justified text may be set wide; cells are short.
            near = right.x0 - left.x1 <= _JOINED * right.size and (
                min(left.text.count(" "), right.text.count(" ")) > 1
            )
            text += (" " if label or near else "\t") + right.text
        return text

    @property
    def x0(self) -> float:
        return self.lines[0].x0

    @property
    def x1(self) -> float:
        return max(line.x1 for line in self.lines)

    @property
    def y(self) -> float:
        return self.lines[-1].y

    @property
    def size(self) -> float:
        return max(self.lines, key=lambda line: len(line.text)).size

    @property
    def top(self) -> float:
        return min(line.top for line in self.lines)

    @property
    def bottom(self) -> float:
        return max(line.bottom for line in self.lines)

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines if line.text != BULLET)

    @property
    def italic(self) -> bool:
        return all(line.italic for line in self.lines if line.text != BULLET)

    @property
    def starts_bold(self) -> bool:
        return self.lines[0].starts_bold

    @property
    def ends_bold(self) -> bool:
        return self.lines[-1].ends_bold


def labels(left: Line, right: Line) -> bool:
    """Whether a piece of a line is only a bullet, a number or a letter before the text."""
    near = right.x0 - left.x1 <= _HANG * right.size
    return near and _LABEL.fullmatch(left.text) is not None and _WORD.search(right.text) is not None


def in_reading_order(lines: Sequence[Line], blocks: "Sequence[F]" = ()) -> "list[list[Row] | F]":
    """A page's lines, column by column, with the tables where they stand among them.

    Recursive X-Y cut (Nagy and Seth 1984): a white gutter beside which both sides have running
    text parts columns as far up and down as no line crosses it; what crosses it stands between.
    """
    pieces: list[_Piece[F]] = [*_pieces(lines), *(_Piece((), block) for block in blocks)]
    parts: list[list[Row] | F] = []
    for column in _cut(sorted(pieces, key=lambda piece: (piece.y, piece.x0)), 0):
        run: list[Line] = []
        for piece in column:
            if piece.block is None:
                run += piece.lines
                continue
            if run:
                parts.append(Row.rows(run))
                run = []
            parts.append(piece.block)
        if run:
            parts.append(Row.rows(run))
    return parts


@dataclass(slots=True)
class _Piece(Generic[F]):
    """A line with its label, or a table: what a gutter may not cross."""

    lines: tuple[Line, ...]
    block: F | None = None
    x0: float = 0.0
    x1: float = 0.0
    y: float = 0.0
    top: float = 0.0
    bottom: float = 0.0
    size: float = 0.0
    words: int = 0

    def __post_init__(self) -> None:
        lines = self.lines or self.block.lines  # type: ignore[union-attr]
        self.x0, self.x1 = min(line.x0 for line in lines), max(line.x1 for line in lines)
        self.top, self.bottom = min(line.top for line in lines), max(line.bottom for line in lines)
        self.y = lines[-1].y if self.block is None else self.top
        self.size = lines[-1].size
        self.words = sum(line.text.count(" ") + 1 for line in lines)


def _pieces(lines: Sequence[Line]) -> list[_Piece[F]]:
    pieces: list[_Piece[F]] = []
    for row in Row.rows(lines):
        label: tuple[Line, ...] = ()
        for at, line in enumerate(row.lines):
            if at + 1 < len(row.lines) and not label and labels(line, row.lines[at + 1]):
                label = (line,)
            else:
                pieces.append(_Piece((*label, line)))
                label = ()
    return pieces


def _cut(pieces: list[_Piece[F]], depth: int) -> Iterator[list[_Piece[F]]]:
    gutter = _gutter(pieces) if depth < _DEPTH and len(pieces) >= 2 * _ROWS else None
    if gutter is None:
        yield pieces
        return
    above = [piece for piece in pieces if piece.bottom <= gutter.top]
    below = [piece for piece in pieces if piece.top >= gutter.bottom]
    inside = [p for p in pieces if p.bottom > gutter.top and p.top < gutter.bottom]
    left = [piece for piece in inside if piece.x0 < gutter.x]
    right = [piece for piece in inside if piece.x0 >= gutter.x]
    for part in (above, left, right, below):
        if part:
            yield from _cut(part, depth + 1)


_DEPTH = 12
_ROWS = 3
"""Fewer rows than this on a side make no column."""


@dataclass(frozen=True, slots=True)
class _Gutter:
    x: float
    top: float
    bottom: float
    height: float


def _gutter(pieces: list[_Piece[Any]]) -> _Gutter | None:
    """The tallest gutter with running text on both sides, None where there is none."""
    best: _Gutter | None = None
    rows = _by_baseline(pieces)
    tried: list[tuple[float, float, int, int]] = []
    for at, row in enumerate(rows):
        beside = rows[at + 1] if at + 1 < len(rows) and _overlap(row, rows[at + 1]) else []
        for left, right in pairwise(sorted([*row, *beside], key=lambda piece: piece.x0)):
            if right.x0 - left.x1 < _GUTTER * min(left.size, right.size):
                continue
            middle = (left.x1 + right.x0) / 2
            if any(lo < middle < hi and a <= at < b for lo, hi, a, b in tried):
                continue
            lo, hi, first, last = _stretch(rows, at, left.x1, right.x0)
            tried.append((lo, hi, first, last))
            gutter = _judged(rows[first:last], (lo + hi) / 2, crossed=last < len(rows))
            if gutter and (best is None or gutter.height > best.height):
                best = gutter
    return best


def _overlap(row: list[_Piece[Any]], below: list[_Piece[Any]]) -> bool:
    """Whether the baselines of two columns alternate: rows nearer than one line to the next."""
    return below[0].y - row[0].y < 0.8 * min(below[0].size, row[0].size)


def _by_baseline(pieces: list[_Piece[Any]]) -> list[list[_Piece[Any]]]:
    rows: list[list[_Piece[Any]]] = []
    for piece in pieces:
        if rows and piece.block is None and piece.y - rows[-1][0].y <= 0.25 * piece.size:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.x0) for row in rows]


def _stretch(
    rows: list[list[_Piece[Any]]], at: int, lo: float, hi: float
) -> tuple[float, float, int, int]:
    """As far up and down from a row as the white between ``lo`` and ``hi`` goes on."""
    first, last = at, at + 1
    for step in (-1, 1):
        near = at + step
        while 0 <= near < len(rows):
            narrowed = _narrowed(rows[near], lo, hi)
            if narrowed is None:
                break
            lo, hi = narrowed
            first, last = min(first, near), max(last, near + 1)
            near += step
    return lo, hi, first, last


def _narrowed(row: list[_Piece[Any]], lo: float, hi: float) -> tuple[float, float] | None:
    for piece in row:
        if piece.x1 <= lo or piece.x0 >= hi:
            continue
        if piece.x0 <= lo and piece.x1 < hi:
            lo = piece.x1
        elif piece.x1 >= hi and piece.x0 > lo:
            hi = piece.x0
        else:
            return None
        if hi - lo < _GUTTER * piece.size:
            return None
    return lo, hi


def _judged(rows: list[list[_Piece[Any]]], x: float, *, crossed: bool) -> _Gutter | None:
    """The gutter at ``x`` if it parts columns of text, not the cells of a table."""
    rows = _without_labels(rows)
    if crossed:
        rows = _trimmed(rows, x)
    sides = (
        [piece for row in rows for piece in row if piece.x0 < x],
        [piece for row in rows for piece in row if piece.x0 >= x],
    )
    if any(len(side) < _ROWS or not _running(side) for side in sides):
        return None
    top = min(piece.top for row in rows for piece in row)
    bottom = max(piece.bottom for row in rows for piece in row)
    return _Gutter(x, top, bottom, bottom - top)


def _without_labels(rows: list[list[_Piece[Any]]]) -> list[list[_Piece[Any]]]:
    """Without first rows that stand apart from the text beneath and have few words themselves."""
    for at in range(min(_ROWS, len(rows) - 1), 0, -1):
        head = [piece for row in rows[:at] for piece in row]
        gap = min(piece.top for piece in rows[at]) - max(piece.bottom for piece in head)
        if gap > 1.5 * rows[at][0].size and sum(p.words for p in head) < 3 * len(head):
            return rows[at:]
    return rows


def _trimmed(rows: list[list[_Piece[Any]]], x: float) -> list[list[_Piece[Any]]]:
    """Without the last rows that stand apart, on the left only: they lead to what stands across."""
    for at in range(len(rows) - 1, 0, -1):
        if any(p.x0 < x for p in rows[at]) and any(p.x0 >= x for p in rows[at]):
            break
        gap = rows[at][0].top - max(piece.bottom for piece in rows[at - 1])
        if gap > rows[at][0].size and not any(p.x0 >= x for row in rows[at:] for p in row):
            rows = rows[:at]
    return rows


def _running(side: list[_Piece[Any]]) -> bool:
    """Whether lines read on from one to the next: several words each, filling their column."""
    filling = 0
    column: list[_Piece[Any]] = []
    edge = 0.0
    for piece in sorted(side, key=lambda piece: piece.x0):
        if column and piece.x0 >= edge:
            filling += _full(column)
            column = []
        edge = max(edge, piece.x1) if column else piece.x1
        column.append(piece)
    filling += _full(column)
    words = sum(piece.words for piece in side) / len(side)
    return words >= 3 and filling >= 0.5 * len(side)


def _full(column: list[_Piece[Any]]) -> int:
    width = max(piece.x1 for piece in column) - column[0].x0
    return sum(piece.x1 - piece.x0 >= 0.5 * width for piece in column)


_WORD = re.compile(r"[^\W\d_]{2}")
_LABEL = re.compile(
    r"[•▪■●○◦‣▸►➢➤✓✔☐❑❖◆◼–—−\u0336*o-]|\(?(?:\d{1,3}(?:\.\d{1,3}){0,3}|[A-Za-z]|[ivx]{1,5})[.)]"
    r"|\d{1,2}(?:\.\d{1,3}){1,3}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}"
)
