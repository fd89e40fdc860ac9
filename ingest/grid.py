"""Tables of a PDF page, by the rules drawn around their cells or by the alignment of their text.

What isn't surely a table stays text: a frame with one column, cells that hold paragraphs, a list
of contents, two columns of prose.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.columns import Row
from ingest.lines import BULLET, Box, Line
from ingest.records import Cell, Table
from ingest.records import Row as TableRow
from ingest.rules import Grid, grids
from ingest.tables import group_rows, number, unit_in, unstarred

_PROSE = 60
"""Words: a cell with more is text in a frame."""
_ALIGNED = 4.0
"""Points within which cells of a column begin, end or centre together."""
_PAGE = re.compile(r"\d{1,4}|[ivxl]+")
_YEAR = re.compile(r"(?:19|20)\d\d(?:[/–-]\d{2,4})?")
_NAME = re.compile(rf"{_YEAR.pattern}|[£$€]\s?['’]?(?:000s?|m|bn|k)", re.IGNORECASE)
"""What has digits and yet names a column: a year, a unit."""
_SHORT = 8
"""Words: cells of an unruled table have no more, but for the row's label."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table with the lines that it is made of; without ``table`` its ``cells`` are read as text,
    one after another. ``text`` has a line for each row, its cells parted by tabs. ``slots`` and
    ``edges`` are its grid's, where there is one: the edges of its columns in points."""

    lines: tuple[Line, ...]
    text: str
    table: Table | None = None
    cells: tuple[tuple[Line, ...], ...] = ()
    slots: "tuple[Slot, ...]" = ()
    edges: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """The text of a cell and where it stands in its table; ``page`` where that has several."""

    row: int
    column: int
    rows: int
    columns: int
    text: str
    bold: bool
    lines: tuple[Line, ...]
    page: int = 0


def ruled_tables(boxes: Sequence[Box], lines: Sequence[Line]) -> list[Ruled]:
    """The tables whose cells are parted by rules."""
    found: list[Ruled] = []
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


def _ruled(grid: Grid, slots: list[Slot]) -> Ruled | None:
    """The grid as a table; as text cell by cell where it frames prose, or where only one row
    has several cells; None for an empty one."""
    while (
        slots
        and (top := [slot for slot in slots if slot.row == slots[0].row])
        and (_spans(top, grid.columns) and not _captions(top, slots))
    ):
        # A wide first row that is no caption is text above the table.
        slots = slots[len(top) :]
    full = [slot for slot in slots if slot.text]
    lines = tuple(line for slot in full for line in slot.lines)
    if len({slot.column for slot in full}) < 2:
        return None
    edges = tuple(sorted({x for cell in grid.cells for x in (cell.x0, cell.x1)}))
    celled = Counter(slot.row for slot in full)
    if sum(count > 1 for count in celled.values()) < 2 or any(map(is_prose, full)):
        return Ruled(lines, "", None, tuple(slot.lines for slot in full), tuple(slots), edges)
    table = table_of(slots, grid.columns)
    return Ruled(lines, shown(slots), table, (), tuple(slots), edges)


def is_prose(slot: Slot) -> bool:
    """Whether a cell is text in a frame: a paragraph or a list."""
    listed = sum(line.text.startswith(BULLET) for line in slot.lines) > 1
    return slot.text.count(" ") > _PROSE or listed


def _spans(row: list[Slot], columns: int) -> bool:
    full = [slot for slot in row if slot.text]
    return len(full) <= 1 and any(slot.columns == columns for slot in row)


def _captions(row: list[Slot], slots: list[Slot]) -> bool:
    below = [slot for slot in slots if slot.row == row[0].row + row[0].rows]
    is_last = not _spans(below, row[0].columns)
    return is_last and row[0].text != "" and row[0].text.count(" ") < 25


def table_of(slots: Sequence[Slot], columns: int) -> Table:
    """Cells as a table: a wide first row is its caption, bold or wordy rows above the first figures
    are its header, wide rows among the others are groups, beneath them notes or a source."""
    rows = _by_row(slots)
    caption = ""
    if rows and _spans(rows[0], columns) and len(rows) > 2:
        caption = " ".join(slot.text for slot in rows.pop(0) if slot.text)
    notes: list[str] = []
    source = ""
    while len(rows) > 2 and _spans(rows[-1], columns):
        text = " ".join(slot.text for slot in rows.pop() if slot.text)
        if re.match(r"(?:data )?sources?\s*:", text, re.IGNORECASE):
            source = text
        elif text:
            notes.insert(0, text)
    stub = _stub(rows, columns)
    header = _header(rows, stub)
    names = [_column_name(rows[:header], column) for column in range(columns)]
    body: list[TableRow] = []
    group = ""
    parent = ""
    for row in rows[header:]:
        labels, values = _parted(row, slots, stub)
        if not values and _spans(row, columns):
            group = " ".join(labels)
            continue
        indented = bool(stub > 1 and labels and not _starts(row))
        if not indented:
            parent = labels[0] if labels else ""
        path = tuple(label for label in (group, parent if indented else "", *labels) if label)
        body.append(
            TableRow(
                path,
                tuple(Cell(slot.text, unstarred(path), names[slot.column]) for slot in values),
                row[0].page,
            )
        )
    corner = " ".join(dict.fromkeys(name for name in names[:stub] if name))
    return group_rows(
        Table(caption, tuple(names[stub:]), tuple(body), "", unit_in(corner), tuple(notes), source)
    )


def shown(slots: Sequence[Slot]) -> str:
    """A line for each row, its cells parted by tabs."""
    return "\n".join("\t".join(slot.text for slot in row if slot.text) for row in _by_row(slots))


def _by_row(slots: Sequence[Slot]) -> list[list[Slot]]:
    rows: dict[int, list[Slot]] = {}
    for slot in slots:
        rows.setdefault(slot.row, []).append(slot)
    return [rows[row] for row in sorted(rows) if any(slot.text for slot in rows[row])]


def _stub(rows: list[list[Slot]], columns: int) -> int:
    """How many columns hold the rows' labels: those that no value begins in."""
    widest = max(
        (slot.columns for row in rows for slot in row
         if slot.column == 0 and slot.columns < columns and slot.text), default=1
    )  # fmt: skip
    merged = [slot for row in rows for slot in row if slot.column == 0 and slot.rows > 1]
    if merged and widest == 1 and columns > 2:
        seconds = [slot for row in rows[1:] for slot in row if slot.column == 1 and slot.text]
        if seconds and not any(number(slot.text) is not None for slot in seconds):
            return 2
    return min(widest, columns - 1)


def _header(rows: list[list[Slot]], stub: int) -> int:
    """How many rows name the columns."""
    count = 0
    for row in rows[:-1]:
        values = [slot for slot in row if slot.column >= stub and slot.text]
        below = [slot for other in rows[count + 1 :] for slot in other
                 if slot.column >= stub and slot.text]  # fmt: skip
        figures = any(number(slot.text) is not None for slot in values)
        bold = all(slot.bold for slot in row if slot.text)
        told = bold and not all(slot.bold for slot in below)
        figured = below and sum(number(slot.text) is not None for slot in below) > len(below) / 2
        years = all(_YEAR.fullmatch(slot.text) for slot in values)
        corner = not any(slot.text for slot in row if slot.column < stub)
        if not values or not (told or (figured and not figures) or (corner and (years or told))):
            break
        count += 1
        if not any(slot.columns > 1 for slot in values):
            break
    return count


def _column_name(rows: list[list[Slot]], column: int) -> str:
    parts = [
        slot.text
        for row in rows
        for slot in row
        if slot.column <= column < slot.column + slot.columns and slot.text
    ]
    return " ".join(dict.fromkeys(parts))


def _parted(row: list[Slot], slots: Sequence[Slot], stub: int) -> tuple[list[str], list[Slot]]:
    """A row's labels, with those of merged cells that reach down to it, and its values."""
    at = row[0].row
    reaching = [s for s in slots if s.column < stub and s.row < at < s.row + s.rows]
    labels = [*reaching, *(slot for slot in row if slot.column < stub)]
    labels.sort(key=lambda slot: slot.column)
    return (
        [slot.text for slot in labels if slot.text],
        [slot for slot in row if slot.column >= stub and slot.text],
    )


def _starts(row: list[Slot]) -> bool:
    return any(slot.column == 0 and slot.text for slot in row)


# Tables without rules


def aligned_tables(rows: Sequence[Row], boxes: Sequence[Box] = ()) -> "list[Row | Ruled]":
    """A column's rows with those that form a table set together."""
    if _is_contents(rows):
        return list(rows)
    parts: list[Row | Ruled] = []
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
        end += 1
    return end


def _aligned(rows: Sequence[Row]) -> Ruled | None:
    """Rows of cells as a table, None if they are a contents list or don't line up."""
    celled = [_cells(row) for row in rows if _cells(row)]
    if len(celled) < 2:
        return None
    columns = _columns(celled)
    if len(columns) < 2:
        return None
    heads = _heads(rows)
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
    if not any(slot.column == 0 for slot in slots if number(slot.text) is None):
        return None
    if (strip := _strip(celled, len(columns))) is not None:
        return Ruled(lines, shown(slots), strip) if len(celled) == len(rows) else None
    slots = _wrapped(slots)
    return Ruled(lines, shown(slots), table_of(slots, len(columns)))


def _heads(rows: Sequence[Row]) -> int:
    """How many rows stand above the first with a figure; years and units are none there."""
    for at, row in enumerate(rows):
        values = row.lines[1:] if len(row.lines) > 1 else ()
        if any(number(v.text) is not None and not _NAME.fullmatch(v.text) for v in values):
            return at
    return 0


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
    most = max(len(row) for row in celled)
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
    rows = _by_row(slots)
    kept: list[Slot] = []
    for row in rows:
        lone = len(row) == 1 and row[0].column == 0
        above = [at for at, slot in enumerate(kept) if slot.column == 0]
        if lone and above and row[0].text[:1].islower():
            first = above[-1]
            label = kept[first]
            kept[first] = replace(
                label, text=f"{label.text} {row[0].text}", lines=label.lines + row[0].lines
            )
        else:
            kept += row
    return kept


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


def _panel(heads: Sequence[Row], ruled: Ruled) -> Ruled:
    """A table with the lines above it in its panel: the first is its title, others its period."""
    assert ruled.table is not None
    bold = [row for row in heads if row.bold] or [heads[0]]
    caption = " ".join(row.text for row in bold)
    period = " ".join(row.text for row in heads if row not in bold)
    table = replace(ruled.table, caption=caption, period=period)
    lines = (*(line for row in heads for line in row.lines), *ruled.lines)
    return Ruled(lines, "\n".join([*(row.text for row in heads), ruled.text]), table)
