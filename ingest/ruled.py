"""Tables of a PDF page by the rules drawn around their cells. Pure.

What isn't surely a table stays text: a frame with one column, cells that hold paragraphs.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from ingest.columns import Row
from ingest.lines import Box, Line
from ingest.rules import Grid, grids
from ingest.slots import PageTable, Slot, is_prose, shown, spans, table_of

_LARGER = 1.08
"""Of the type beneath: what is larger stands out as a heading."""


def ruled_tables(boxes: Sequence[Box], lines: Sequence[Line]) -> list[PageTable]:
    """The tables whose cells are parted by rules."""
    found: list[PageTable] = []
    taken: set[int] = set()
    for grid in grids(boxes):
        free = [line for line in lines if line.number not in taken]
        table = _ruled(grid, _filled(grid, free))
        if table is not None:
            taken |= {line.number for line in table.lines}
            found.append(table)
    return found


def _filled(grid: Grid, lines: Sequence[Line]) -> list[Slot]:
    slots: list[Slot] = []
    for cell in grid.cells:
        inside = tuple(
            line
            for line in lines
            if cell.holds((line.x0 + min(line.x1, cell.x1)) / 2, line.y - line.size / 3)
        )
        slots.append(
            Slot(cell.row, cell.column, cell.rows, cell.columns, _text(inside),
                 bool(inside) and all(line.bold for line in inside), inside)
        )  # fmt: skip
    return slots


def _text(lines: Iterable[Line]) -> str:
    text = ""
    for row in Row.rows(tuple(lines)):
        # In a narrow cell words are broken only where they have a hyphen or a slash of their own.
        glued = text.endswith("/") or (text.endswith("-") and text[-2:-1].isalpha())
        text += row.text if glued or not text else f" {row.text}"
    return text.replace("\t", " ")


def _ruled(grid: Grid, slots: list[Slot]) -> PageTable | None:
    """The grid as a table; as text cell by cell where it frames prose, or where only one row
    has several cells; None for an empty one."""
    slots, title = _below_text(slots, grid.columns)
    full = [slot for slot in slots if slot.text]
    lines = tuple(line for slot in full for line in slot.lines)
    if len({slot.column for slot in full}) < 2:
        return None
    columns = tuple(pairwise(sorted({x for cell in grid.cells for x in (cell.x0, cell.x1)})))
    celled = Counter(slot.row for slot in full)
    if sum(count > 1 for count in celled.values()) < 2 or any(map(is_prose, full)):
        cells = tuple(slot.lines for slot in full)
        return PageTable(lines, "", None, cells, tuple(slots), columns, drawn=True)
    table = table_of(slots, grid.columns, title)
    return PageTable(lines, shown(slots), table, (), tuple(slots), columns, drawn=True)


def _below_text(slots: list[Slot], columns: int) -> tuple[list[Slot], str]:
    """The cells below the wide first rows that are text above the table, and what these call it.

    A caption that is set larger than all beneath it is such text, a heading; it names the table as
    well, since a heading by itself is no answer.
    """
    title = ""
    while slots and spans(top := [slot for slot in slots if slot.row == slots[0].row], columns):
        rest = slots[len(top) :]
        is_caption = _captions(top, rest)
        if is_caption and _size(top) < _LARGER * _size(rest):
            break
        slots, title = rest, top[0].text if is_caption else ""
    return slots, title


def _captions(row: list[Slot], rest: list[Slot]) -> bool:
    below = [slot for slot in rest if slot.row == row[0].row + row[0].rows]
    is_last = not spans(below, row[0].columns)
    return is_last and row[0].text != "" and row[0].text.count(" ") < 25


def _size(slots: Iterable[Slot]) -> float:
    return max((line.size for slot in slots for line in slot.lines), default=0.0)
