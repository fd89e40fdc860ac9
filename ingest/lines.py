"""Positioned text: what a PDF page is before its structure is known.

Lengths are in points from the top left corner of the page as it is shown (turned, cropped).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Span(NamedTuple):
    """A run of letters in one type on one baseline, as the file draws it.

    ``y`` is the baseline, ``x0`` and ``x1`` the ends of the run; where it is turned, ``x0`` and
    ``y`` are its start and ``x1`` is as far from ``x0`` as the run is long. ``angle`` is the
    writing direction in degrees counter-clockwise. ``furniture`` holds where the file itself marks
    the run as a running head or foot, ``hidden`` where it is drawn without ink.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool = False
    italic: bool = False
    colour: str = ""
    furniture: bool = False
    hidden: bool = False
    angle: int = 0


class Box(NamedTuple):
    """A rectangle on the page: a ruling where thin, a panel, a cell's shade or a picture else.

    ``kind`` is "line" for what is drawn with ink and thinner than a letter, "frame" for an
    outline, "fill" for a coloured area, "picture" for an image.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    kind: str
    colour: str = ""

    def holds(self, x: float, y: float, slack: float = 1.0) -> bool:
        return self.x0 - slack <= x <= self.x1 + slack and self.y0 - slack <= y <= self.y1 + slack


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page's spans in the order of the file, and the boxes drawn on it."""

    number: int
    label: str
    width: float
    height: float
    spans: tuple[Span, ...]
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """Spans that stand side by side on one baseline with no more than word space between them.

    ``text`` has superscript digits where a number is raised; ``size`` and ``colour`` are those of
    most of its letters, ``bold`` and ``italic`` hold for all of them; ``starts_bold`` and
    ``ends_bold`` for the first and last span. ``number`` counts the lines of the file from 1.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool = False
    italic: bool = False
    starts_bold: bool = False
    ends_bold: bool = False
    colour: str = ""
    furniture: bool = False
    number: int = 0

    @property
    def top(self) -> float:
        return self.y - 0.8 * self.size

    @property
    def bottom(self) -> float:
        return self.y + 0.2 * self.size


def lines_of(spans: Iterable[Span], walls: Sequence[Box] = ()) -> list[Line]:
    """Upright spans as lines, from the top down and from the left on each baseline.

    ``walls`` are upright rules, which no line runs through.

    Text drawn twice in the same place counts once, and as bold; a small number raised beside
    larger letters becomes superscript digits on their line.
    """
    rows = _rows(_once(spans))
    _settle_raised(rows)
    rows.sort(key=lambda row: row.y)
    return [_line(run, row.y) for row in rows for run in _runs(row, walls)]


@dataclass(slots=True)
class _Placed:
    span: Span
    raised: bool = False


@dataclass(slots=True)
class _Row:
    y: float
    size: float
    placed: list[_Placed]


def _once(spans: Iterable[Span]) -> list[Span]:
    """Drop overprinted copies: the same text nearly in the same place (imitated bold, shadows)."""
    kept: dict[tuple[str, int], list[int]] = {}
    result: list[Span] = []
    for span in spans:
        twin = None
        for shelf in (round(span.y / 2), round(span.y / 2) - 1, round(span.y / 2) + 1):
            for at in kept.get((span.text, shelf), ()):
                other = result[at]
                near = max(0.5, 0.25 * min(span.x1 - span.x0, span.size))
                if abs(other.x0 - span.x0) < near and abs(other.y - span.y) < 0.25 * span.size:
                    twin = at
        if twin is None:
            kept.setdefault((span.text, round(span.y / 2)), []).append(len(result))
            result.append(span)
        else:
            result[twin] = result[twin]._replace(bold=True)
    return result


def _rows(spans: list[Span]) -> list[_Row]:
    """Spans by baseline; those within a seventh of the type size of each other share one."""
    rows: list[_Row] = []
    for span in sorted(spans, key=lambda span: (span.y, span.x0)):
        row = rows[-1] if rows else None
        if row is not None and span.y - row.y <= 0.15 * max(4.0, min(span.size, row.size)):
            row.placed.append(_Placed(span))
            row.size = max(row.size, span.size)
        else:
            rows.append(_Row(span.y, span.size, [_Placed(span)]))
    return rows


def _settle_raised(rows: list[_Row]) -> None:
    """Move small spans that stand raised or lowered beside larger letters to their line."""
    for at, row in enumerate(rows):
        for placed in list(row.placed):
            home = _home(rows, at, placed.span)
            if home is not None:
                row.placed.remove(placed)
                home.placed.append(_Placed(placed.span, raised=row.y < home.y))
    rows[:] = [row for row in rows if row.placed]


def _home(rows: list[_Row], at: int, span: Span) -> _Row | None:
    for step, reach in ((1, _RAISED_BY), (-1, _LOWERED_BY)):
        near = at + step
        while 0 <= near < len(rows) and abs(rows[near].y - span.y) <= reach * rows[near].size:
            row = rows[near]
            if row.size > 1.2 * span.size and any(
                _follows(span, other.span) if other.raised else _touch(span, other.span)
                for other in row.placed
            ):
                return row
            near += step
    return None


def _touch(small: Span, large: Span) -> bool:
    """Whether a small span begins where a large one ends, or ends where it begins."""
    lap, reach = -0.3 * small.size, 0.45 * large.size
    return large.size > 1.2 * small.size and (
        lap <= small.x0 - large.x1 <= reach or lap <= large.x0 - small.x1 <= reach
    )


def _follows(mark: Span, before: Span) -> bool:
    """Whether a raised span stands right after another: several marks at one word."""
    return abs(mark.y - before.y) < 0.2 * mark.size and 0 <= mark.x0 - before.x1 <= mark.size


def _runs(row: _Row, walls: Sequence[Box]) -> Iterator[list[_Placed]]:
    """Part a row where the gap is wider than a letter is high, and at walls."""
    middle = row.y - 0.3 * row.size
    posts = [wall.x0 for wall in walls if wall.y0 <= middle <= wall.y1]
    run: list[_Placed] = []
    end = 0.0
    for placed in sorted(row.placed, key=lambda placed: placed.span.x0):
        span = placed.span
        if run and (
            span.x0 - end > _reach(run[-1].span, span)
            or any(end - 2 <= post <= span.x0 + 2 for post in posts)
        ):
            yield run
            run, end = [], 0.0
        run.append(placed)
        end = max(end, span.x1)
    if run:
        yield run


def _reach(left: Span, right: Span) -> float:
    """How far apart two spans may stand on one line. Figures are parted by less than words, for
    nothing but a column puts one figure beside another."""
    figures = _FIGURE.fullmatch(left.text.strip()) and _FIGURE.fullmatch(right.text.strip())
    return (FIGURE_GAP if figures else CELL_GAP) * max(left.size, right.size)


def _line(run: list[_Placed], y: float) -> Line:
    parts: list[str] = []
    letters: Counter[tuple[float, str]] = Counter()
    bold = italic = total = 0
    end = run[0].span.x0
    for placed in run:
        span = placed.span
        text = normalise(span.text)
        count = len(text.strip())
        if placed.raised and _RAISED.fullmatch(text.strip()):
            text = " ".join(text.translate(SUPERSCRIPTS).split())
            if parts:
                marked = parts[-1].rstrip().endswith(tuple(_RAISED_DIGITS))
                parts[-1] = parts[-1].rstrip() + (" " if marked else "")
        else:
            letters[round(span.size, 1), span.colour] += count
            total += count
            bold += span.bold * count
            italic += span.italic * count
            gap = span.x0 - end
            apart = BULLET_GAP if len(parts) == 1 and parts[0] in _BULLETS else WORD_GAP
            if (
                parts
                and gap > apart * span.size
                and not (parts[-1].endswith(" ") or text.startswith(" "))
            ):
                parts.append(" ")
        parts.append(text)
        end = max(end, span.x1)
    (size, colour), _ = max(
        letters.items(),
        key=lambda item: item[1],
        default=((round(run[0].span.size, 1), run[0].span.colour), 0),
    )
    return Line(
        " ".join("".join(parts).split()), run[0].span.x0, end, y, size,
        bold >= 0.95 * total > 0, italic >= 0.95 * total > 0,
        run[0].span.bold, run[-1].span.bold, colour,
        all(placed.span.furniture for placed in run),
    )  # fmt: skip


WORD_GAP = 0.16
BULLET_GAP = 0.1
"""Of the type size: what stands farther apart are two words, or a line's bullet and its text."""
_RAISED_BY = 0.7
_LOWERED_BY = 0.35
"""Of the type size of the letters beside it: how far a small number is raised or lowered."""
FIGURE_GAP = 0.5
CELL_GAP = 1.0
"""Of the type size: wider gaps part words, two figures, and cells or columns."""

_RAISED_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
SUPERSCRIPTS = str.maketrans("0123456789", _RAISED_DIGITS)
BULLET = "•"
_BULLETS = frozenset("•–—−\u0336")
UNKNOWN = "\ufffd"
"""What a letter reads as whose font doesn't say which letter it is."""
_FIGURE = re.compile(r"[-–−+£$€(]{0,2}\d[\d,.]*[%)]{0,2}")
_RAISED = re.compile(r"\d{1,3}(?:(?:\s*[,–-]\s*|\s+)\d{1,3})*")
_LETTERS = {
    "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl",
    "\ufb05": "st", "\ufb06": "st", "\u00a0": " ", "\u2002": " ", "\u2003": " ", "\u2009": " ",
    "\u202f": " ", "\u2011": "-", "\u2010": "-", "\ufeff": "", "\u200b": "", "\u200c": "",
    "\u200d": "", "\u2028": " ", "\u2029": " ",
}  # fmt: skip
_SYMBOL_DASHES = ("\uf02d", "\uf0be")
_SWAPS = str.maketrans(
    _LETTERS
    | {chr(code): None for code in range(32) if chr(code) not in "\t\n\r"}
    | {chr(code): None for code in range(0x80, 0xA0)}
    # Codes that WinAnsiEncoding leaves unused stand for a bullet (ISO 32000-2, D.2, note 3).
    | dict.fromkeys("\x7f\x81\x8d\x8f\x90\x9d", BULLET)
    | {chr(code): BULLET for code in range(0xE000, 0xF900)}
    | dict.fromkeys(_SYMBOL_DASHES, "–")
    # Halves of a pair, which no text can hold alone.
    | {chr(code): UNKNOWN for code in range(0xD800, 0xE000)}
)


def normalise(text: str) -> str:
    """Ligatures apart, odd spaces and hyphens plain, private-use glyphs (bullets) as "•"."""
    return text if text.isascii() and text.isprintable() else text.translate(_SWAPS)
