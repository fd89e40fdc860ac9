"""Grids of cells → tables whose every value knows its row, group and column. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from ingest.footnotes import without_marks
from ingest.records import Block, Cell, Row, Table

YEAR = re.compile(r"\b(?:19|20)\d\d(?:[/–-]\d{2,4})?\b")
"""A year or a span of years, which names a column though it has digits."""
_NAME = re.compile(rf"{YEAR.pattern}|[£$€](?:\s?['’]?(?:000s?|m|bn|k))?|%", re.IGNORECASE)
"""A year or a unit: it names a column though it may have digits."""
_NUMBER = re.compile(r"[-–−+(]?[£$€]?\s?(\d[\d,]*(?:\.\d+)?|\.\d+)\s?(?:%|m|bn|k)?\)?")
_UNIT = re.compile(
    r"\bper\b|[%£$€]|\bpercent|\brates?\b|\bnumbers?\b|\b000s?\b|\bmillions?\b|"
    r"\((?:[^()]*\W)?(?:thousands?|billions?|m|bn|k|pence|pounds|nos?|count|headcount|fte|"
    r"full[ -]time|part[ -]time|people|persons|places|cases|points|index|score|hours|days|weeks|"
    r"months|years|tonnes|tons|[km]?g|litres|[kc]?m[²³23]?|miles|metres|hectares|[kmgt]wh?)"
    r"(?:\W[^()]*)?\)\W*\Z",
    re.IGNORECASE,
)
"""What says of values what they count; in brackets shorter words do."""
_PER_CENT = re.compile(r"\bper ?cent(?:age)?\b")
_PIECES = re.compile(r"[()\[\]]|[,;:–](?=\s)|(?=\bper\b)", re.IGNORECASE)
_TOTAL = re.compile(r"\b(total|all|overall|sum)\b", re.IGNORECASE)
_RESULT = re.compile(
    r"\b(net|surplus|deficit|shortfall|profit|loss|balance|difference|gap|margin|equity)\b", re.I
)
"""What remains when one thing is taken from another."""
_DIGIT = re.compile(r"\d")
_PIPE = re.compile(r"(?:^|\s)\|(?:\s|$)")
_STARS = "*†‡"
_MOST_PARTS = 40
_Values = list[float] | None
"""A row's values, None where they are not all numbers."""


def number(text: str) -> float | None:
    """The number that a cell consists of ("1,447", "-10.5%", "(3.2)"), else None."""
    found = _NUMBER.fullmatch(text.strip().rstrip(_STARS).strip())
    if not found:
        return None
    value = float(found[1].replace(",", ""))
    return -value if text.strip()[0] in "-–−(" else value


def is_figure(text: str) -> bool:
    """Whether a cell holds a value: a number that is neither a year nor a unit ("£000")."""
    return number(text) is not None and not is_name(text)


def is_name(text: str) -> bool:
    """Whether a cell is a year or a unit, which name a column."""
    return _NAME.fullmatch(text.strip().rstrip(_STARS).strip()) is not None


def names_columns(values: Sequence[str], below: Sequence[str]) -> bool:
    """Whether the cells of a table's first row can name those ``below`` them, labels left out.

    Figures name nothing; years and units do, but above nothing else they are values themselves.
    """
    if any(map(is_figure, values)):
        return False
    return all(number(value) is None for value in values) or any(map(is_figure, below))


def grid_table(grid: Sequence[Sequence[str]], *, page: int, is_headed: bool | None = None) -> Table:
    """A header row and rows of cells, the row labels in the first column, as a Table.

    ``is_headed`` says whether the first row is a header; None where the source doesn't tell, so
    that its cells must. A lone row is none. A header that names groups only at their first column
    is completed. The corner cell is the unit if it says what all values count or when, else the
    caption, until a better one is found. Without a header the columns have no names. A mark at a
    row's label leads to a note: the row keeps it, its cells' labels do not.
    """
    width = max(len(row) for row in grid)
    cells = [[*row, *[""] * (width - len(row))] for row in grid]
    if is_headed is None:
        is_headed = names_columns(cells[0][1:], [value for row in cells[1:] for value in row[1:]])
    has_header = is_headed and len(cells) > 1
    header, body = (cells[0], cells[1:]) if has_header else ([""] * width, cells)
    columns = merged_headers(header[1:])
    rows = tuple(
        Row(
            (row[0],) if row[0] else (),
            tuple(
                Cell(value, unmarked((row[0],) if row[0] else ()), column)
                for value, column in zip(row[1:], columns, strict=True)
                if value
            ),
            page,
        )
        for row in body
    )
    caption, unit = named_by(header[0], rows)
    return Table(caption, tuple(columns), rows, unit=unit)


def named_by(corner: str, rows: Sequence[Row]) -> tuple[str, str]:
    """What a table's corner cell gives it: a caption and a unit, one of them "".

    What says of all values what they count, or when ("Year to 31 March 2024 (£000)"), stays beside
    a caption; what only names the rows ("Council") gives way to one. Above words ("Judgement":
    "Good") a corner says nothing unless it has a unit.
    """
    figured = any(_DIGIT.search(cell.value) for row in rows for cell in row.cells)
    plain = without_marks(corner)
    if _UNIT.search(plain) or (figured and YEAR.search(plain)):
        return "", corner
    return corner if figured else "", ""


def caption_of(table: Table) -> str:
    """A table's caption and its unit, unless the caption says it: "Table 2: Staff – £000"."""
    told = _says(table.caption, table.unit)
    return " – ".join(filter(None, (table.caption, "" if told else table.unit)))


def _says(caption: str, unit: str) -> bool:
    """Whether a caption has each piece of a unit ("Costs", "£000") as it stands; a currency's sign
    is said by any of it."""
    said = f" {' '.join(map(_folded, _PIECES.split(caption)))} "
    pieces = filter(None, map(_folded, _PIECES.split(unit)))
    return all(f" {piece} " in said or (piece in "£$€" and piece in said) for piece in pieces)


def _folded(text: str) -> str:
    """A text's words in small letters, of which "£000" is one, and "%", which "per cent" is."""
    text = _PER_CENT.sub("%", without_marks(text).casefold()).replace("'", "").replace("’", "")
    return " ".join(filter(None, (word.strip(".,;:–") for word in text.split())))


def unmarked(labels: Sequence[str]) -> tuple[str, ...]:
    """A row's labels without the stars and the footnotes' marks that lead to notes."""
    return tuple(without_marks(label).rstrip(_STARS).rstrip() for label in labels)


def group_tables(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks with the rows of every table under the rows that sum them up."""
    return tuple(
        block if block.table is None else replace(block, table=group_rows(block.table))
        for block in blocks
    )


def bind_pipes(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Paragraphs that are rows of cells parted by "|", as many in each, set together as a table."""
    out: list[Block] = []
    at = 0
    while at < len(blocks):
        grid = _pipe_rows(blocks, at)
        if len(grid) < 2:
            out.append(blocks[at])
            at += 1
            continue
        rows = blocks[at : at + len(grid)]
        out.append(
            replace(
                rows[0],
                kind="table",
                text="\n".join(" ".join(cells) for cells in grid),
                page_end=rows[-1].page_end,
                last_line=rows[-1].last_line,
                table=grid_table(grid, page=rows[0].page),
            )
        )
        at += len(grid)
    return tuple(out)


def _pipe_rows(blocks: Sequence[Block], at: int) -> list[list[str]]:
    grid: list[list[str]] = []
    for block in islice(blocks, at, None):
        if block.kind != "text" or block.style.mark or not _PIPE.search(block.text):
            break
        text = block.text.strip()
        edged = text.startswith("|") and text.endswith("|")
        cells = [cell.strip() for cell in (text[1:-1] if edged else text).split("|")]
        if grid and len(cells) != len(grid[0]):
            break
        grid.append(cells)
    return grid


def merged_headers(names: Sequence[str]) -> list[str]:
    """Column headers whose group was named only over its first column, completed.

    ["Leeds Number", "Rate", "England Number", "Rate"] →
    ["Leeds Number", "Leeds Rate", "England Number", "England Rate"]
    """
    repeated = next((n for n in names if n and names.count(n) > 1), None)
    if repeated is None:
        return list(names)
    groups = names.count(repeated)
    width, rest = divmod(len(names), groups)
    if rest or any(names[g * width + names.index(repeated)] != repeated for g in range(groups)):
        return list(names)
    firsts = [names[g * width].split() for g in range(groups)]
    shared = 0
    while all(len(words) > shared + 1 for words in firsts) and (
        len({words[-1 - shared] for words in firsts}) == 1
    ):
        shared += 1
    if not shared:
        return list(names)
    return [
        name if at % width == 0 else f"{' '.join(firsts[at // width][:-shared])} {name}"
        for at, name in enumerate(names)
    ]


def group_rows(table: Table) -> Table:
    """Rows put under the row that sums them up, where indentation is lost and sums show it.

    A row is a group if the next k ≥ 2 rows add up to it in every column, within what rounding
    of the printed figures allows, and at least two columns bear witness. A total bears witness
    against it: rows that one beneath them counts are no parts of a row above, or they would count
    twice. So does a result among the rows: what liabilities leave of assets is no part of them,
    though both together are as much.
    """
    if any(len(row.labels) != 1 for row in table.rows):
        return table
    values = [_values(row) for row in table.rows]
    rows: list[Row] = []
    at = 0
    while at < len(table.rows):
        parts = _parts(table.rows, values, at)
        rows.append(table.rows[at])
        group = table.rows[at].labels[0] if parts else ""
        rows.extend(_under(group, row) for row in table.rows[at + 1 : at + 1 + parts])
        at += 1 + parts
    return replace(table, rows=tuple(rows))


def _parts(rows: Sequence[Row], values: Sequence[_Values], at: int) -> int:
    """How many rows after ``at`` are its parts; 0 if it is no group."""
    if _TOTAL.search(rows[at].labels[0]):
        return 0
    count = _addends(rows[at], values[at], values[at + 1 : at + 1 + _MOST_PARTS])
    if not count or _is_counted(rows, values, at + count):
        return 0
    parts = rows[at + 1 : at + 1 + count]
    return 0 if any(_RESULT.search(row.labels[0]) for row in parts) else count


def _is_counted(rows: Sequence[Row], values: Sequence[_Values], at: int) -> bool:
    """Whether a row beneath adds up those above it as far as ``at`` or farther, each as one."""
    beneath = range(at + 1, min(len(rows), at + 1 + _MOST_PARTS))
    return any(
        _addends(rows[end], values[end], values[max(0, end - _MOST_PARTS) : end][::-1]) >= end - at
        for end in beneath
    )


def _addends(row: Row, totals: _Values, beside: Sequence[_Values]) -> int:
    """How many of the rows beside a row, from the nearest on, add up to it; 0 if none do."""
    if totals is None or len(totals) < 2:
        return 0
    digits = [_last_digit(cell.value) for cell in row.cells]
    sums, nonzero = [0.0] * len(totals), [0] * len(totals)
    for count, part in enumerate(beside, 1):
        if part is None or len(part) != len(totals):
            return 0
        sums = [a + b for a, b in zip(sums, part, strict=True)]
        nonzero = [n + bool(value) for n, value in zip(nonzero, part, strict=True)]
        # Each printed figure may be off by half its last digit.
        off = (count + 1) * 0.5
        if min(nonzero) >= 2 and all(
            abs(total - found) <= off * digit + 1e-9
            for total, found, digit in zip(totals, sums, digits, strict=True)
        ):
            return count
    return 0


def _values(row: Row) -> _Values:
    """A row's values if all are numbers."""
    values = [number(cell.value) for cell in row.cells]
    return [v for v in values if v is not None] if None not in values else None


def _last_digit(printed: str) -> float:
    """What a figure's last digit is worth ("5.0" → 0.1); 0 for whole counts, which are exact."""
    decimals = len(printed.rsplit(".", 1)[1].rstrip("%)mbnk ")) if "." in printed else 0
    return float(10**-decimals) if decimals or "%" in printed else 0.0


def _under(group: str, row: Row) -> Row:
    cells = tuple(replace(cell, labels=(*unmarked([group]), *cell.labels)) for cell in row.cells)
    return replace(row, labels=(group, *row.labels), cells=cells)


def is_row_of_numbers(text: str) -> bool:
    """Whether a line holds nothing but one or more figures."""
    words = text.split()
    return bool(words) and all(number(word) is not None for word in words)
