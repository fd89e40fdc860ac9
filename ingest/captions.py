"""Captions, notes and sources tied to their tables; charts without text recorded as such. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.footnotes import without_marks
from ingest.panels import split_period, whole_period
from ingest.records import Block, Table

_CAPTION = re.compile(
    r"(?:figure|fig\.|table|chart|graph|map|exhibit|diagram)\s+(?:[A-Z]{0,2}\d+(?:\.\d+)*[a-z]?|[A-Z])"
    r"(?:\s*[:.–—-]|\s+(?=[A-Z]))",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"(?:data )?sources?\s*[:–-]\s*\S", re.IGNORECASE)
_NOTE = re.compile(r"(?:[*†‡]+|notes?\s*[:–-]|n\.?b\.?\s*[:–-]|key\s*:)\s*\S", re.IGNORECASE)
_LAST_BRACKET = re.compile(r"\s*\(([^()]*)\)\Z")
_LONGEST_CAPTION = 300


def is_caption(text: str) -> bool:
    return len(text) <= _LONGEST_CAPTION and _CAPTION.match(text) is not None


def is_source(text: str) -> bool:
    return len(text) <= _LONGEST_CAPTION and _SOURCE.match(text) is not None


def tie_captions(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Each caption, with the table, notes and source that follow it, as one table block.

    A caption followed by no table is a chart whose values are not in the text: a table without
    rows. Notes and sources after a table without a caption are its own as well.
    """
    out: list[Block] = []
    at = 0
    while at < len(blocks):
        block = blocks[at]
        table_at = at
        caption = ""
        if block.kind == "text" and is_caption(block.text) and not block.style.mark:
            caption, table_at = block.text, at + 1
        has_table = table_at < len(blocks) and blocks[table_at].table is not None
        if has_table and (own := blocks[table_at].table) and caption and own.caption:
            has_table = is_caption(own.caption) is False
        end = table_at + 1 if has_table else table_at
        notes_end, notes, source = _footer(blocks, end)
        if not (caption or has_table) or (
            not has_table and caption.endswith((".", ";")) and not source
        ):
            out.append(block)
            at += 1
            continue
        table = blocks[table_at].table if has_table else None
        out.append(_set_together(blocks[at:notes_end], table or Table(""), caption, notes, source))
        at = notes_end
    return tuple(out)


def _footer(blocks: Sequence[Block], at: int) -> tuple[int, list[str], str]:
    notes: list[str] = []
    source = ""
    while at < len(blocks) and blocks[at].kind == "text":
        text = blocks[at].text
        if not source and is_source(text):
            source = text
        elif _NOTE.match(text):
            notes.append(text)
        else:
            break
        at += 1
    return at, notes, source


def _set_together(
    blocks: Sequence[Block], table: Table, caption: str, notes: Sequence[str], source: str
) -> Block:
    caption = caption or table.caption
    return Block(
        "table",
        " ".join(block.text for block in blocks),
        blocks[0].page,
        blocks[-1].page_end,
        blocks[0].first_line,
        blocks[-1].last_line,
        blocks[0].style,
        table=replace(
            table,
            caption=caption,
            period=table.period or _period(caption) or _period(table.unit),
            notes=(*table.notes, *notes),
            source=source or table.source,
        ),
    )


def _period(text: str) -> str:
    """The period that a caption or a corner says, before its final bracket or in it."""
    plain = without_marks(text)
    last = _LAST_BRACKET.search(plain)
    parts = (plain[: last.start()], last[1]) if last else (plain,)
    periods = (whole_period(part) or split_period(part)[1] for part in parts)
    return next(filter(None, periods), "").split(" for ")[0]
