"""Tables of a PDF page, by the rules drawn around their cells or by the alignment of their text."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.columns import Row
from ingest.lines import Box, Line
from ingest.records import Table


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table with the lines that it is made of."""

    table: Table
    lines: tuple[Line, ...]
    caption_gap: float = 0.0


def ruled_tables(boxes: Sequence[Box], lines: Sequence[Line]) -> list[Ruled]:
    return []


def aligned_tables(rows: Sequence[Row]) -> "list[Row | Ruled]":
    return list(rows)
