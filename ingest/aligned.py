"""Tables of a PDF page that only the alignment of their text shows. Pure.

What isn't surely a table stays text: a list of contents, two columns of prose.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.columns import Row
from ingest.lines import Box, Line
from ingest.records import Cell, Table
from ingest.records import Row as TableRow
from ingest.slots import PageTable, Slot, by_row, shown, table_of
from ingest.tables import is_figure, is_name, number

_PAGE = re.compile(r"\d{1,4}|[ivxl]+")
_APART = 1.4
"""Times the widest step between the rows of a table: what stands farther off is another."""
_SHORT = 8
"""Words: cells of such a table have no more, but for the row's label."""
_MOST_HEADS = 2
"""Rows of column names that begin a table below another."""
_NOTHING = re.compile(r"n/?a\.?|[^\w£$€%]+", re.IGNORECASE)
"""What stands in a cell for want of a value."""


def aligned_tables(rows: Sequence[Row], boxes: Sequence[Box] = ()) -> "list[Row | PageTable]":
    """A column's rows with those that form a table set together."""
    if _is_contents(rows):
        return list(rows)
    parts: list[Row | PageTable] = []
    at = 0
    while at < len(rows):
        end = _extent(rows, at)
        table = _aligned(rows[at:end]) if end - at > 1 else None
        if table is None:
            parts.append(rows[at])
            at += 1
            continue
        shade = _shade(boxes, rows[at])
        heads: list[Row] = []
        while (
            shade
            and parts
            and isinstance(parts[-1], Row)
            and shade.holds(parts[-1].x0, parts[-1].y)
        ):
            heads.insert(0, parts.pop())  # type: ignore[arg-type]
        parts.append(_panel(heads, table) if heads else table)
        at = end
    return parts


def _cells(row: Row) -> tuple[Line, ...]:
    return row.lines if "\t" in row.text and not row.labelled else ()


def _extent(rows: Sequence[Row], at: int) -> int:
    """Where the run of rows with cells that begins at ``at`` ends."""
    if not _cells(rows[at]):
        return at
    end = at + 1
    while end < len(rows):
        step = rows[end].y - rows[end - 1].y
        if step > 3.2 * rows[end].size or not _cells(rows[end]):
            ahead = end + 1
            if (
                step > 2.2 * rows[end].size
                or ahead >= len(rows)
                or not _cells(rows[ahead])
                or rows[ahead].y - rows[end].y > 2.2 * rows[ahead].size
                or rows[end].text.count(" ") >= _SHORT
            ):
                break
        elif _begins_another(rows[at:end], rows[end : end + 1 + _MOST_HEADS]):
            break
        end += 1
    return end


def _begins_another(above: Sequence[Row], below: Sequence[Row]) -> bool:
    """Whether the column names of a next table stand below: apart from the rows above, which have
    figures, and shortly before some. Words may be values as well: they are names where they repeat
    those above or stand in bold; years and units always are.
    """
    near = _APART * max((lower.y - upper.y for upper, lower in pairwise(above)), default=0.0)
    if not near or below[0].y - above[-1].y <= near or not any(map(_has_figures, above)):
        return False
    first = _heads(below)
    heads: list[Row] = []
    for row in below[:first]:
        if any(map(_NOTHING.fullmatch, _values(row))) or (heads and row.y - heads[-1].y > near):
            break
        heads.append(row)
    known = [_values(row) for row in above[: _heads(above)]]
    for row in heads:
        values = _values(row)
        told = all(map(is_name, values)) or (row.bold and not below[first].bold)
        if values and (values in known or (told and len(set(values)) == len(values))):
            return True
    return False


def _values(row: Row) -> list[str]:
    """The texts of a row's cells without its label."""
    return [line.text for line in _cells(row)[1:]]


def _has_figures(row: Row) -> bool:
    return any(map(is_figure, _values(row)))


def rest_of_table(rows: Sequence[Row]) -> PageTable | None:
    """The rows of cells at the head of a page, as what is left of a table; whether it is must be
    told by the table before. One row is enough, and it may begin with the second line of a label.
    """
    tail = bool(rows) and not _cells(rows[0]) and _is_tail(rows[0].text)
    rows = rows[: _extent(rows, 1)] if tail and len(rows) > 1 else rows[: _extent(rows, 0)]
    columns = _columns([_cells(row) for row in rows if _cells(row)])
    return _set(rows, columns, 0 if tail else _heads(rows)) if len(columns) > 1 else None


def _aligned(rows: Sequence[Row]) -> PageTable | None:
    """Rows of cells as a table, None if they don't line up or show no more than two columns of
    text."""
    celled = [_cells(row) for row in rows if _cells(row)]
    columns = _columns(celled)
    lined_up = len(celled) > 1 and len(columns) > 1
    table = _set(rows, columns, _heads(rows)) if lined_up else None
    if table is None or not any(
        slot.column == 0 for slot in table.slots if number(slot.text) is None
    ):
        return None
    if (strip := _strip(celled, len(columns))) is not None:
        alone = len(celled) == len(rows)
        return PageTable(table.lines, table.text, strip) if alone else None
    return table


def _set(
    rows: Sequence[Row], columns: Sequence[tuple[float, float]], heads: int
) -> PageTable | None:
    """Rows set in columns, the first ``heads`` of them as their names; None where a line stands in
    no column, cells are wordy or none holds a figure."""
    slots = _headed(rows[:heads], columns)
    for at, row in enumerate(rows[heads:], 1):
        for line in row.lines:
            over = [c for c, (lo, hi) in enumerate(columns) if line.x0 < hi and line.x1 > lo]
            if not over:
                return None
            slots.append(Slot(at, over[0], 1, len(over), line.text, line.bold, (line,)))
    body = [slot for slot in slots if slot.column > 0]
    if any(slot.text.count(" ") >= _SHORT for slot in body) or not any(
        number(slot.text) is not None for slot in body
    ):
        return None
    lines = tuple(line for row in rows for line in row.lines)
    slots = _wrapped(slots)
    table = table_of(slots, len(columns))
    return PageTable(lines, shown(slots), table, (), tuple(slots), _extents(slots, columns))


def _extents(
    slots: Sequence[Slot], columns: Sequence[tuple[float, float]]
) -> tuple[tuple[float, float], ...]:
    """Where the columns begin and end beneath their names, which may be wider or narrower."""
    extents: list[tuple[float, float]] = []
    for at, column in enumerate(columns):
        own = [line for slot in slots if (slot.column, slot.columns) == (at, 1) and slot.row > 0
               for line in slot.lines]  # fmt: skip
        ends = (
            min((line.x0 for line in own), default=0.0),
            max((line.x1 for line in own), default=0.0),
        )
        extents.append(ends if own else column)
    return tuple(extents)


def _heads(rows: Sequence[Row]) -> int:
    """How many rows stand above the first with a figure; years and units are none there."""
    return next((at for at, row in enumerate(rows) if _has_figures(row)), 0)


def _headed(rows: Sequence[Row], columns: Sequence[tuple[float, float]]) -> list[Slot]:
    """The rows above the figures as one row of column names, each from the top down. A name whose
    middle is between columns is that of a group: columns without one of their own take it where
    it is the nearest."""
    names: list[list[Line]] = [[] for _ in columns]
    for row in rows:
        over = {
            line: [c for c, (lo, hi) in enumerate(columns) if line.x0 < hi and line.x1 > lo]
            for line in row.lines
        }
        groups = [
            line
            for line in row.lines
            if not any(lo <= (line.x0 + line.x1) / 2 <= hi for lo, hi in columns)
        ]
        covered = {c for own in over.values() for c in own}
        for c, (lo, hi) in enumerate(columns):
            near = min(row.lines, key=lambda line: abs(line.x0 + line.x1 - lo - hi))
            if c in covered:
                names[c] += [line for line, own in over.items() if c in own]
            elif c > 0 and near in groups:
                names[c].append(near)
    return [
        Slot(0, c, 1, 1, " ".join(line.text for line in own), True, tuple(own))
        for c, own in enumerate(names)
        if own
    ]


def _strip(celled: Sequence[Sequence[Line]], columns: int) -> Table | None:
    """One row of figures with the words above or beneath each: a panel of one row."""
    figures = [
        at for at, row in enumerate(celled) if all(number(line.text) is not None for line in row)
    ]
    if len(figures) != 1 or any(len(row) != columns for row in celled):
        return None
    words = [row for at, row in enumerate(celled) if at != figures[0]]
    if any(number(line.text) is not None for row in words for line in row):
        return None
    names = tuple(" ".join(line.text for line in column) for column in zip(*words, strict=True))
    values = celled[figures[0]]
    cells = tuple(Cell(value.text, (), name) for value, name in zip(values, names, strict=True))
    return Table("", names, (TableRow((), cells),))


def _columns(celled: Sequence[Sequence[Line]]) -> list[tuple[float, float]]:
    """The extents of the columns, from the rows that have most cells."""
    most = max((len(row) for row in celled), default=0)
    columns: list[tuple[float, float]] = []
    for line in sorted((line for row in celled if len(row) == most for line in row),
                       key=lambda line: line.x0):  # fmt: skip
        if columns and line.x0 < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], line.x1))
        else:
            columns.append((line.x0, line.x1))
    return columns if len(columns) == most else []


def _wrapped(slots: list[Slot]) -> list[Slot]:
    """Rows that are only the second line of the label above, put back to it."""
    rows = by_row(slots)
    kept: list[Slot] = []
    for row in rows:
        lone = len(row) == 1 and row[0].column == 0
        above = [at for at, slot in enumerate(kept) if slot.column == 0]
        if lone and above and _is_tail(row[0].text):
            first = above[-1]
            label = kept[first]
            kept[first] = replace(
                label, text=f"{label.text} {row[0].text}", lines=label.lines + row[0].lines
            )
        else:
            kept += row
    return kept


def _is_tail(text: str) -> bool:
    """Whether a line without cells goes on with the label of the row above."""
    return text[:1].islower()


def _is_contents(rows: Sequence[Row]) -> bool:
    """Titles, on one line or more, with page numbers that never fall."""
    celled = [_cells(row) for row in rows if _cells(row)]
    lasts = [cells[-1].text for cells in celled]
    if len(celled) < 3 or not all(map(_PAGE.fullmatch, lasts)) or max(map(len, celled)) > 2:
        return False
    pages = [int(text) for text in lasts if text.isdigit()]
    return pages == sorted(pages)


def _shade(boxes: Sequence[Box], row: Row) -> Box | None:
    """The smallest panel drawn around a row."""
    around = [
        box for box in boxes
        if box.kind in ("fill", "frame") and box.holds(row.x0, row.y) and box.holds(row.x1, row.y)
    ]  # fmt: skip
    return min(around, key=lambda box: (box.x1 - box.x0) * (box.y1 - box.y0), default=None)


def _panel(heads: Sequence[Row], found: PageTable) -> PageTable:
    """A table with the lines above it in its panel: the first is its title, others its period."""
    assert found.table is not None
    bold = [row for row in heads if row.bold] or [heads[0]]
    caption = " ".join(row.text for row in bold)
    period = " ".join(row.text for row in heads if row not in bold)
    table = replace(found.table, caption=caption, period=period)
    lines = (*(line for row in heads for line in row.lines), *found.lines)
    return PageTable(lines, "\n".join([*(row.text for row in heads), found.text]), table)
