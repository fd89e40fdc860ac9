"""Key figures: a label, a period, names and values on lines of their own → tables of one row. Pure.

What a designed page of key figures leaves when its text is extracted: a label ("Calls per 1,000
population 12 months to 31 March 2015"), the names compared ("Anytown Police", "England") on one
line or several, then as many values.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.records import Block, Cell, Row, Table
from ingest.tables import is_row_of_numbers

_PERIOD = re.compile(
    r"(?:,?\s*\b(?:for|in|over)(?: the)?)?,?\s*\b("
    r"(?:\d+|twelve|six|three) months? (?:to|ending|from)\b.*|as (?:at|of)\b.*|"
    r"(?:year|quarter|period) (?:to|ending|ended)\b.*|\d{4}[/–-]\d{2,4}(?: .*)?)\Z",
    re.IGNORECASE,
)
_LONGEST_LABEL = 200
_LONGEST_NAMES = 90


def split_period(label: str) -> tuple[str, str]:
    """A label and the period at its end: "Calls as at May" → ("Calls", "as at May")."""
    found = _PERIOD.search(label)
    if not found or not label[: found.start()].strip():
        return label, ""
    return label[: found.start()].strip(" ,"), found[1].strip()


def whole_period(line: str) -> str:
    """A line that is a period and nothing else, else ""."""
    title, period = split_period(f"x {line.strip()}")
    return period if title == "x" else ""


def bind_panels(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks with each panel of key figures set together as a table of one row."""
    names = _known_names(blocks)
    out: list[Block] = []
    at = 0
    while at < len(blocks):
        if (tabled := _tabled_panel(blocks[at])) is not None:
            out.append(tabled)
            at += 1
            continue
        end, values = _values(blocks, at)
        if values and (panel := _panel(out, values, blocks[at:end], names)):
            del out[len(out) - panel[0] :]
            out.append(panel[1])
        else:
            out.extend(blocks[at : max(end, at + 1)])
        at = max(end, at + 1)
    return tuple(out)


def _values(blocks: Sequence[Block], at: int) -> tuple[int, list[str]]:
    values: list[str] = []
    while at < len(blocks) and blocks[at].kind == "text" and is_row_of_numbers(blocks[at].text):
        values.extend(blocks[at].text.split())
        at += 1
    return at, values


def _known_names(blocks: Sequence[Block]) -> Counter[str]:
    """What stands as a table's column or on a line of its own: likely names of what is compared."""
    names: Counter[str] = Counter()
    for block in blocks:
        if block.table is not None:
            names.update(block.table.columns)
        elif block.kind == "text" and len(block.text) <= _LONGEST_NAMES:
            names[block.text] += 1
    return names


def _panel(
    before: Sequence[Block],
    values: Sequence[str],
    value_blocks: Sequence[Block],
    known: Counter[str],
) -> tuple[int, Block] | None:
    """How many of the blocks before the values belong to the panel, and the panel."""
    names = _names(before, len(values), known)
    if names is None:
        return None
    used, columns = names
    if len(before) <= used:
        return None
    period = whole_period(before[-1 - used].text)
    used += bool(period)
    if len(before) <= used:
        return None
    label = before[-1 - used]
    if label.kind != "text" or len(label.text) > _LONGEST_LABEL or label.style.mark:
        return None
    title, inner = (label.text, period) if period else split_period(label.text)
    if not inner and len(values) < 2:
        return None
    return used + 1, Block(
        "table",
        " ".join(block.text for block in (*before[-1 - used :], *value_blocks)),
        label.page,
        value_blocks[-1].page_end,
        label.first_line,
        value_blocks[-1].last_line,
        label.style,
        table=_panel_table(title, inner, columns, values, label.page),
    )


def _panel_table(
    title: str, period: str, columns: Sequence[str], values: Sequence[str], page: int
) -> Table:
    full = f"{title}, {period}" if period else title
    cells = tuple(Cell(v, (full,), c) for v, c in zip(values, columns, strict=True))
    return Table(title, tuple(columns), (Row((full,), cells, page),), period)


def _tabled_panel(block: Block) -> Block | None:
    """A panel that was read as a table of one row without a label, completed from its lines."""
    table = block.table
    if table is None or len(table.rows) != 1 or table.rows[0].labels or not table.caption:
        return None
    row = table.rows[0]
    periods = [period for line in block.text.split("\n") if (period := whole_period(line))]
    title, inner = split_period(table.caption)
    columns, values = [cell.column for cell in row.cells], [cell.value for cell in row.cells]
    period = periods[0] if periods else inner
    return replace(block, table=_panel_table(title, period, columns, values, row.page))


def _names(
    before: Sequence[Block], wanted: int, known: Counter[str]
) -> tuple[int, list[str]] | None:
    """How many blocks hold the names, and the names: one a line, or all on one line."""
    lines = before[len(before) - wanted :] if len(before) >= wanted else ()
    if wanted > 1 and len(lines) == wanted and all(_is_name(block) for block in lines):
        return wanted, [block.text for block in lines]
    if before and _is_name(before[-1]):
        tabbed = [part.strip() for part in before[-1].text.split("\t")]
        if len(tabbed) == wanted:
            return 1, tabbed
        parts = _split_names(before[-1].text.split(), wanted, known)
        if parts:
            return 1, parts
    return None


def _is_name(block: Block) -> bool:
    return (
        block.kind == "text"
        and len(block.text) <= _LONGEST_NAMES
        and block.text[:1].isupper()
        and not block.text.endswith((".", "?", ":", ";"))
        and not split_period(block.text)[1]
    )


def _split_names(words: Sequence[str], wanted: int, known: Counter[str]) -> list[str] | None:
    """Words cut into names, each beginning with a capital; names known elsewhere decide."""
    best = max(
        _cuts(words, wanted),
        key=lambda parts: sum(min(known[part], 100) for part in parts),
        default=None,
    )
    if best is None or (wanted > 1 and not all(known[part] for part in best)):
        return None
    return best


def _cuts(words: Sequence[str], wanted: int) -> Iterator[list[str]]:
    if wanted == 1:
        yield [" ".join(words)]
        return
    for at in range(1, len(words) - wanted + 2):
        if words[at][:1].isupper():
            for rest in _cuts(words[at:], wanted - 1):
                yield [" ".join(words[:at]), *rest]
