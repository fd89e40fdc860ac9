"""Ruled tables that go on over a page: the pieces set together as one. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, takewhile

from ingest.slots import PageTable, Slot, is_prose, shown, table_of

_SAME = 3.0
"""Points: rules of the next page within this stand below those of the page before."""


def goes_on(above: PageTable, below: PageTable) -> bool:
    """Whether the last grid of a page goes on as the first of the next: the same columns, and
    cells that are no paragraphs."""
    return (
        len(above.edges) == len(below.edges) > 2
        and all(abs(a - b) <= _SAME for a, b in zip(above.edges, below.edges, strict=True))
        and not any(map(is_prose, (*above.slots, *below.slots)))
    )


def set_together(above: PageTable, below: PageTable, pages: tuple[int, int]) -> PageTable:
    """Both pieces as one table; ``pages`` are those of its last row above and first row below.

    A header printed again counts once, and a row that was cut is whole again.
    """
    columns = len(above.edges) - 1
    upper = [slot if slot.page else replace(slot, page=pages[0]) for slot in above.slots]
    first = max(slot.row for slot in upper) + 1
    lower = [
        replace(slot, row=slot.row + first, page=pages[1])
        for slot in _without_header(upper, below.slots)
    ]
    slots = tuple(_mended(upper, lower))
    lines = (*above.lines, *below.lines)
    return PageTable(lines, shown(slots), table_of(slots, columns), (), slots, above.edges)


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
