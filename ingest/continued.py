"""Tables that go on over a page, ruled or not: the pieces set together as one. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, takewhile

from ingest.captions import is_caption
from ingest.slots import PageTable, Slot, by_row, is_prose, shown, spans, table_of

_SAME = 3.0
"""Points: edges of the next page within this stand below those of the page before."""


def goes_on(above: PageTable, below: PageTable) -> bool:
    """Whether the last table of a page goes on as the first of the next: the same columns, cells
    that are no paragraphs, and neither a caption nor column names of its own."""
    return (
        above.drawn == below.drawn
        and len(above.columns) == len(below.columns) > 1
        and all(map(_same_rules if above.drawn else _lined_up, above.columns, below.columns))
        and not any(map(is_prose, (*above.slots, *below.slots)))
        and not _is_named(_without_header(above.slots, below.slots), len(below.columns))
    )


def _same_rules(above: tuple[float, float], below: tuple[float, float]) -> bool:
    return all(abs(a - b) <= _SAME for a, b in zip(above, below, strict=True))


def _lined_up(above: tuple[float, float], below: tuple[float, float]) -> bool:
    """Whether the texts of two columns begin, end or centre together."""
    left, right = (b - a for a, b in zip(above, below, strict=True))
    return min(abs(left), abs(right), abs(left + right) / 2) <= _SAME


def _is_named(slots: Sequence[Slot], columns: int) -> bool:
    """Whether rows begin with a caption, or with names of columns in bold."""
    rows = by_row(slots)
    if rows and is_caption(" ".join(slot.text for slot in rows[0])):
        return True
    told = [row for row in rows if not spans(row, columns)]
    first, rest = (told[0], told[1:]) if told else ([], [])
    return bool(rest) and _is_bold([first]) and not _is_bold(rest)


def _is_bold(rows: Sequence[Sequence[Slot]]) -> bool:
    return all(slot.bold for row in rows for slot in row if slot.text)


def set_together(above: PageTable, below: PageTable, pages: tuple[int, int]) -> PageTable:
    """Both pieces as one table; ``pages`` are those of its last row above and first row below.

    A header printed again counts once, and a row that was cut is whole again.
    """
    upper = [slot if slot.page else replace(slot, page=pages[0]) for slot in above.slots]
    first = max(slot.row for slot in upper) + 1
    lower = [
        replace(slot, row=slot.row + first, page=pages[1])
        for slot in _without_header(upper, below.slots)
    ]
    slots = tuple(_mended(upper, lower))
    lines = (*above.lines, *below.lines)
    table = table_of(slots, len(above.columns), above.table.caption if above.table else "")
    return replace(above, lines=lines, text=shown(slots), table=table, cells=(), slots=slots)


def _rows(slots: Sequence[Slot]) -> list[list[Slot]]:
    return [list(row) for _, row in groupby(slots, key=lambda slot: slot.row)]


def _said(row: Sequence[Slot]) -> list[tuple[int, str]]:
    return [(slot.column, slot.text) for slot in row if slot.text]


def _without_header(upper: Sequence[Slot], lower: Sequence[Slot]) -> list[Slot]:
    above, below = _rows(upper), _rows(lower)
    both = zip(map(_said, above), map(_said, below), strict=False)
    again = len(list(takewhile(lambda pair: pair[0] == pair[1], both)))
    return [slot for row in below[again:] for slot in row]


def _mended(upper: list[Slot], lower: list[Slot]) -> list[Slot]:
    """The slots of both, with the row that the page cut in two: all its cells below go on with
    those above in small letters."""
    if not lower:
        return upper
    last = {slot.column: slot for slot in upper if slot.row == upper[-1].row}
    first = [slot for slot in lower if slot.row == lower[0].row]
    full = [slot for slot in first if slot.text]
    if not all(s.text[0].islower() and s.column in last and last[s.column].text for s in full):
        return upper + lower
    tails = {slot.column: slot for slot in full}
    mended = [
        replace(slot, text=f"{slot.text} {tail.text}", lines=slot.lines + tail.lines)
        if slot.row == upper[-1].row and (tail := tails.get(slot.column))
        else slot
        for slot in upper
    ]
    return mended + lower[len(first) :]
