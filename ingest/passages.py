"""Sections → passages: stretches of one section, whole in themselves, each unit in its place. Pure.

A section is cut like a paragraph into lines (Knuth & Plass, "Breaking Paragraphs into Lines",
1981): of all ways to cut it between its units, the one whose passages are nearest to full and
which parts the fewest paragraphs.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.contents import fold
from ingest.footnotes import cited, marks, own_mark
from ingest.headings import is_grade
from ingest.records import Block, Cell, CountTokens, Passage, Section, Table, Unit, UnitKind
from ingest.sentences import sentence_spans
from ingest.tables import caption_of

_NOTE_TOKENS = 64
"""Of the notes that a passage cites, at most so many tokens count in its size."""
_ROW_SHARE = 0.5
"""Figures break into many tokens, and a table is read as a whole: its rows count half."""
_IN_PARAGRAPH = 0.25
_AFTER_LEAD_IN = 1.0
_ORDINAL = re.compile(r"\(?(?:\d+|[a-z]|[ivx]+)[.)]\s")
_NUMBER = re.compile(r"(\d{1,3}(?:\.\d{1,3})*)[.)]\s|(\d{1,3}(?:\.\d{1,3})+)\s")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A unit before it is placed: its text, what stands before it, and what it costs.

    ``lead`` is printed before the unit but is not part of it ("- "). ``paragraph`` counts through
    the section. ``caption`` holds a table's captions, to be repeated if the table is cut.
    """

    kind: UnitKind
    text: str
    page: int
    page_end: int
    lines: tuple[int, int]
    paragraph: int
    tokens: int
    lead: str = ""
    cells: tuple[Cell, ...] = ()
    notes: tuple[Block, ...] = ()
    note_tokens: int = 0
    table: int = -1
    number: str = ""


def cut_passages(
    sections: Sequence[Section],
    *,
    document_id: str,
    count_tokens: CountTokens,
    passage_tokens: int,
) -> tuple[Passage, ...]:
    """The passages of a document in reading order.

    No passage crosses a heading or ends in mid-sentence, and none is longer than
    ``passage_tokens`` (of body; notes count up to a bound) unless a single unit is.
    """
    out: list[Passage] = []
    for section in sections:
        pieces = _pieces(section, count_tokens)
        for start, end in _cuts(pieces, passage_tokens):
            chosen = _with_captions(pieces, start, end)
            out.append(_passage(section, chosen, document_id, len(out)))
    return tuple(out)


def _pieces(section: Section, count_tokens: CountTokens) -> list[_Piece]:
    pieces: list[_Piece] = []
    paragraph = -1
    number = ""
    before: Block | None = None
    for block, notes in cited(section.blocks):
        if before is None or block.kind != "item" or before.kind != "item":
            paragraph += 1
        # The items of a list are under the number of the paragraph that leads to it.
        number = number if block.kind == "item" else _number(block)
        drafts = [replace(piece, number=number) for piece in _draft(block, section, paragraph)]
        for place, own in _place_notes(drafts, notes).items():
            drafts[place] = replace(
                drafts[place],
                notes=tuple(own),
                note_tokens=sum(count_tokens(note.text) for note in own),
            )
        pieces.extend(replace(piece, tokens=count_tokens(piece.text)) for piece in drafts)
        before = block
    return pieces


def _number(block: Block) -> str:
    """The number printed before a paragraph, else ""."""
    found = _NUMBER.match(block.text) if block.kind == "text" else None
    return (found[1] or found[2]) if found else ""


def _draft(block: Block, section: Section, paragraph: int) -> Iterator[_Piece]:
    def piece(kind: UnitKind, start: int, end: int) -> _Piece:
        pages = block.page_at(start), block.page_at(max(start, end - 1))
        return _Piece(kind, block.text[start:end], *pages, lines, paragraph, 0)

    lines = block.first_line, block.last_line
    if block.table is not None:
        rows = iter(block.table.rows)
        for kind, text, cells in table_lines(block.table):
            page = next(rows).page if kind == "row" else 0
            yield _Piece(
                kind, text, page or block.page, page or block.page, lines, paragraph, 0,
                cells=cells, table=paragraph,
            )  # fmt: skip
    elif block.kind == "item":
        bullet = "" if _ORDINAL.match(block.text) else "- "
        yield replace(piece("item", 0, len(block.text)), lead="  " * block.level + bullet)
    elif block.kind == "note":
        for span in sentence_spans(block.text):
            yield piece("note", *span)
    elif fold(block.text) == fold(section.title):
        yield piece("caption", 0, len(block.text))
    elif is_grade(block.text):
        yield piece("grade", 0, len(block.text))
    else:
        for span in sentence_spans(block.text):
            yield piece("sentence", *span)


def _place_notes(pieces: Sequence[_Piece], notes: Sequence[Block]) -> dict[int, list[Block]]:
    """Piece → the notes that it cites; notes whose mark is not found go with the last piece."""
    placed: dict[int, list[Block]] = {}
    for note in notes:
        mark = own_mark(note.text)
        citing = [at for at, piece in enumerate(pieces) if mark in marks(piece.text)]
        placed.setdefault(citing[0] if citing else len(pieces) - 1, []).append(note)
    return placed


def table_lines(table: Table) -> Iterator[tuple[UnitKind, str, tuple[Cell, ...]]]:
    """A table as lines: caption and unit, rows with their labels, notes, source.

    The cells' offsets are within their line. A panel of key figures, whose only row is labelled
    with its caption, is that row.
    """
    is_panel = (
        len(table.rows) == 1
        and table.rows[0].labels[:1] != ()
        and bool(table.caption)
        and table.rows[0].labels[0].startswith(table.caption)
    )
    named = caption_of(table)
    if named and not is_panel:
        yield "caption", named, ()
    for row in table.rows:
        line = " – ".join(row.labels)
        cells: list[Cell] = []
        for n, cell in enumerate(row.cells):
            line += ("; " if n else ": ") if line else ""
            line += f"{cell.column} " if cell.column else ""
            cells.append(replace(cell, start=len(line), end=len(line) + len(cell.value)))
            line += cell.value
        yield "row", line, tuple(cells)
    for note in table.notes:
        yield "note", note, ()
    if table.source:
        yield "source", table.source, ()


def _cuts(pieces: Sequence[_Piece], most: int) -> list[tuple[int, int]]:
    """Where to cut: (start, end) of each passage's pieces, by least total cost."""
    sizes = [
        piece.tokens * (_ROW_SHARE if piece.kind == "row" else 1.0)
        + min(piece.note_tokens, _NOTE_TOKENS)
        for piece in pieces
    ]
    best: list[float] = [0.0] + [float("inf")] * len(pieces)
    came_from = [0] * (len(pieces) + 1)
    for end in range(1, len(pieces) + 1):
        size = 0.0
        for start in range(end - 1, -1, -1):
            size += sizes[start]
            if size > most and end - start > 1:
                break
            slack = max(0.0, 1 - size / most) if most else 0.0
            cost = best[start] + 0.1 + slack**2 + _break_cost(pieces, end)
            if cost < best[end]:
                best[end], came_from[end] = cost, start
    cuts: list[tuple[int, int]] = []
    end = len(pieces)
    while end:
        cuts.append((came_from[end], end))
        end = came_from[end]
    return cuts[::-1]


def _break_cost(pieces: Sequence[_Piece], at: int) -> float:
    """What it costs to cut before piece ``at``."""
    if at == len(pieces):
        return 0.0
    before, after = pieces[at - 1], pieces[at]
    if before.kind in ("grade", "caption") or before.text.endswith(":"):
        return _AFTER_LEAD_IN
    return _IN_PARAGRAPH if before.paragraph == after.paragraph else 0.0


def _with_captions(pieces: Sequence[_Piece], start: int, end: int) -> list[_Piece]:
    """The pieces of one passage; a table that goes on in it is named again."""
    first = pieces[start]
    named: list[_Piece] = []
    if first.table >= 0 and first.kind != "caption":
        named = [
            piece
            for piece in pieces[:start]
            if piece.table == first.table and piece.kind == "caption"
        ]
    return [*(replace(piece, notes=()) for piece in named), *pieces[start:end]]


def _passage(section: Section, pieces: Sequence[_Piece], document_id: str, n: int) -> Passage:
    text = ""
    units: list[Unit] = []
    paragraph = -1
    before: _Piece | None = None
    for piece in pieces:
        apart = before is None or piece.paragraph != before.paragraph
        paragraph += apart
        if before is not None:
            text += "\n\n" if apart else " " if _flows(piece) else "\n"
        text += piece.lead
        start = len(text)
        cells = tuple(
            replace(cell, start=cell.start + start, end=cell.end + start) for cell in piece.cells
        )
        text += piece.text
        units.append(
            Unit(
                piece.kind, start, len(text), piece.page, paragraph, cells, piece.page_end,
                piece.number,
            )
        )  # fmt: skip
        before = piece
    for note in dict.fromkeys(note for piece in pieces for note in piece.notes):
        paragraph += 1
        text += "\n\n"
        start = len(text)
        text += note.text
        units.extend(
            Unit(
                "note", start + a, start + b, note.page_at(a), paragraph,
                page_end=note.page_at(b - 1),
            )
            for a, b in sentence_spans(note.text)
        )  # fmt: skip
    return Passage(
        document_id,
        n,
        section.path,
        text,
        tuple(units),
        min(piece.page for piece in pieces),
        max(piece.page_end for piece in pieces),
        section.printed_page,
        min(piece.lines[0] for piece in pieces),
        max(piece.lines[1] for piece in pieces),
    )


def _flows(piece: _Piece) -> bool:
    return piece.table < 0 and piece.kind in ("sentence", "note")
