"""What was read of a file, shown so that a user finds out why an answer was missed. Pure."""

from typing import Any

from ingest.records import Block, Document, Passage, Reading, Section

_SHOWN = 100


def as_text(reading: Reading, *, full: bool = False) -> str:
    """A Reading as plain text: outline with pages, tables, footnotes, acronyms, warnings and
    passages (their first words, or whole if ``full``)."""
    document = reading.document
    parts = [
        _head(document, len(reading.passages)),
        _part("Outline", [_outline_line(section) for section in document.sections if section.path]),
        _part("Tables", [_table_line(block) for block in _tables(document)]),
        _part(
            "Footnotes",
            [
                f"{note.mark}  {_cut(note.text)}{_page(note.page)}\n    cited in "
                f"{_path(note.section)}"
                for note in document.footnotes
            ],
        ),
        _part("Acronyms", [f"{a.short}  {a.long}" for a in document.acronyms]),
        _part("Warnings", list(document.warnings)),
        _part("Passages", [_passage_text(passage, full=full) for passage in reading.passages]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def as_dict(reading: Reading) -> dict[str, Any]:
    """A Reading as plain data for JSON; offsets are characters of the passage's text."""
    document = reading.document
    return {
        "id": document.id,
        "title": document.title,
        "name": document.name,
        "sha256": document.sha256,
        "media_type": document.media_type,
        "pages": document.pages,
        "date": document.date,
        "outline": [
            {
                "path": list(section.path),
                "level": section.level,
                "page": section.page or None,
                "printed_page": section.printed_page,
                "number": section.number,
            }
            for section in document.sections
            if section.path
        ],
        "tables": [_table_dict(block) for block in _tables(document)],
        "footnotes": [
            {
                "mark": note.mark,
                "text": note.text,
                "section": list(note.section),
                "page": note.page or None,
            }
            for note in document.footnotes
        ],
        "acronyms": {a.short: a.long for a in document.acronyms},
        "warnings": list(document.warnings),
        "passages": [_passage_dict(passage) for passage in reading.passages],
    }


def _head(document: Document, passages: int) -> str:
    pages = f"{document.pages} pages" if document.pages else "no pages"
    return (
        f"{document.title}\n"
        f"{document.name}  {document.media_type}  {pages}  {document.date or 'no date'}\n"
        f"id {document.id}  sha256 {document.sha256}\n"
        f"{sum(1 for s in document.sections if s.path)} sections, {passages} passages, "
        f"{document.tables} tables, {len(document.footnotes)} footnotes, "
        f"{len(document.acronyms)} acronyms"
    )


def _part(title: str, lines: list[str]) -> str:
    return f"{title}\n" + "\n".join(f"  {line}" for line in lines) if lines else ""


def _outline_line(section: Section) -> str:
    printed = f" (printed {section.printed_page})" if section.printed_page is not None else ""
    return f"{'  ' * (section.level - 1)}{section.title}{_page(section.page)}{printed}"


def _table_line(block: Block) -> str:
    assert block.table is not None
    caption = block.table.caption or "(no caption)"
    rows = len(block.table.rows)
    size = f"{rows} rows × {len(block.table.columns)} columns" if rows else "no values in the text"
    return f"{_cut(caption)}: {size}{_page(block.page)}"


def _table_dict(block: Block) -> dict[str, Any]:
    table = block.table
    assert table is not None
    return {
        "caption": table.caption,
        "page": block.page or None,
        "period": table.period,
        "unit": table.unit,
        "columns": list(table.columns),
        "rows": [
            {
                "labels": list(row.labels),
                "cells": [{"column": cell.column, "value": cell.value} for cell in row.cells],
            }
            for row in table.rows
        ],
        "notes": list(table.notes),
        "source": table.source,
    }


def _passage_text(passage: Passage, *, full: bool) -> str:
    head = f"[{passage.n}] {_path(passage.section)}{_page(passage.page, passage.page_end)}"
    text = passage.text.replace("\n", "\n    ") if full else _cut(passage.text)
    return f"{head}\n    {text}"


def _passage_dict(passage: Passage) -> dict[str, Any]:
    return {
        "n": passage.n,
        "section": list(passage.section),
        "section_page": passage.section_page,
        "page": passage.page or None,
        "page_end": passage.page_end or None,
        "lines": [passage.first_line, passage.last_line],
        "text": passage.text,
        "units": [
            {
                "kind": unit.kind,
                "start": unit.start,
                "end": unit.end,
                "page": unit.page or None,
                "page_end": unit.page_end or None,
                "paragraph": unit.paragraph,
                "number": unit.number,
                "cells": [
                    {
                        "value": cell.value,
                        "labels": list(cell.labels),
                        "column": cell.column,
                        "start": cell.start,
                        "end": cell.end,
                    }
                    for cell in unit.cells
                ],
            }
            for unit in passage.units
        ],
    }


def _tables(document: Document) -> list[Block]:
    return [b for section in document.sections for b in section.blocks if b.table is not None]


def _path(section: tuple[str, ...]) -> str:
    return " › ".join(section) or "(before the first heading)"


def _page(first: int, last: int = 0) -> str:
    if not first:
        return ""
    return f"  p. {first}" if last in (0, first) else f"  pp. {first}–{last}"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1].rstrip() + "…"
