"""Cells in their places on a page → tables. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.lines import BULLET, Line
from ingest.records import Cell, Row, Table
from ingest.tables import YEAR, group_rows, named_by, names_columns, number, unmarked

_PROSE = 60
"""Words: a cell with more is text in a frame."""


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


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table with the lines that it is made of; without ``table`` its ``cells`` are read as text,
    one after another. ``text`` has a line for each row, its cells parted by tabs. ``slots`` are the
    cells of one that may go on over a page; ``columns`` says where each of its columns begins and
    ends in points: at rules if ``drawn``, else with the text beneath the columns' names."""

    lines: tuple[Line, ...]
    text: str
    table: Table | None = None
    cells: tuple[tuple[Line, ...], ...] = ()
    slots: tuple[Slot, ...] = ()
    columns: tuple[tuple[float, float], ...] = ()
    drawn: bool = False


def is_prose(slot: Slot) -> bool:
    """Whether a cell is text in a frame: a paragraph or a list."""
    listed = sum(line.text.startswith(BULLET) for line in slot.lines) > 1
    return slot.text.count(" ") > _PROSE or listed


def spans(row: Sequence[Slot], columns: int) -> bool:
    """Whether a row has no more than one text, in a cell as wide as the table."""
    full = [slot for slot in row if slot.text]
    return len(full) <= 1 and any(slot.columns == columns for slot in row)


def table_of(slots: Sequence[Slot], columns: int, title: str = "") -> Table:
    """Cells as a table: a wide first row is its caption, else ``title`` or what its corner says;
    bold or wordy rows above the first figures are its header, wide rows among the others are
    groups, beneath them notes or a source."""
    rows = by_row(slots)
    caption = title
    if rows and spans(rows[0], columns) and len(rows) > 2:
        caption = " ".join(slot.text for slot in rows.pop(0) if slot.text)
    notes: list[str] = []
    source = ""
    while len(rows) > 2 and spans(rows[-1], columns):
        text = " ".join(slot.text for slot in rows.pop() if slot.text)
        if re.match(r"(?:data )?sources?\s*:", text, re.IGNORECASE):
            source = text
        elif text:
            notes.insert(0, text)
    stub = _stub(rows, columns)
    header = _header(rows, stub)
    names = [_column_name(rows[:header], column) for column in range(columns)]
    body: list[Row] = []
    group = ""
    parent = ""
    for row in rows[header:]:
        labels, values = _parted(row, slots, stub)
        if not values and spans(row, columns):
            group = " ".join(labels)
            continue
        indented = bool(stub > 1 and labels and not _starts(row))
        if not indented:
            parent = labels[0] if labels else ""
        path = tuple(label for label in (group, parent if indented else "", *labels) if label)
        body.append(
            Row(
                path,
                tuple(Cell(slot.text, unmarked(path), names[slot.column]) for slot in values),
                row[0].page,
            )
        )
    corner = " ".join(dict.fromkeys(name for name in names[:stub] if name))
    kind, unit = named_by(corner, body)
    return group_rows(
        Table(caption or kind, tuple(names[stub:]), tuple(body), "", unit, tuple(notes), source)
    )


def shown(slots: Sequence[Slot]) -> str:
    """A line for each row, its cells parted by tabs."""
    return "\n".join("\t".join(slot.text for slot in row if slot.text) for row in by_row(slots))


def by_row(slots: Sequence[Slot]) -> list[list[Slot]]:
    """The rows that have any text, from the top down."""
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
        named = names_columns([slot.text for slot in values], [slot.text for slot in below])
        bold = all(slot.bold for slot in row if slot.text)
        told = bold and not all(slot.bold for slot in below)
        figured = below and sum(number(slot.text) is not None for slot in below) > len(below) / 2
        years = all(YEAR.fullmatch(slot.text) for slot in values)
        corner = not any(slot.text for slot in row if slot.column < stub)
        if not values or not (told or (figured and named) or (corner and (years or told))):
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
