"""Blocks → the tree of sections, flat and in reading order, each with its heading path. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from ingest.contents import Contents, fold
from ingest.footnotes import without_marks
from ingest.headings import Evidence, body_style, find_headings, heading_number
from ingest.levels import place
from ingest.records import Block, Bookmark, Section


def build_sections(
    blocks: Sequence[Block], contents: Contents, bookmarks: Sequence[Bookmark] = ()
) -> tuple[Section, ...]:
    """The sections of a document; the first has the path () and holds what precedes all headings.

    What stands before a contents list is front matter without headings. A single Markdown title
    ("# Title") at the head is the document's and no section.
    """
    titles = [entry.title for entry in contents.entries] + [mark.title for mark in bookmarks]
    evidence = Evidence(frozenset(map(fold, titles)), body_style(blocks))
    front = 0 if evidence.styled else contents.at
    at = [front + found for found in find_headings(blocks[front:], evidence)]
    if document_title(blocks, at):
        at = at[1:]
    headings = [blocks[i] for i in at]
    announced = frozenset(fold(block.text) for block in blocks if block.kind == "item")
    placed = place(headings, contents, bookmarks, announced)

    ends = [*at[1:], len(blocks)][: len(at)]
    first_text = [block for block in blocks[: at[0] if at else None] if block.style.mark != 1]
    out = [Section((), 0, first_text[0].page if first_text else 0, tuple(first_text))]
    path: list[tuple[int, str]] = []
    for heading, where, start, end in zip(headings, placed, at, ends, strict=True):
        while path and path[-1][0] >= where.level:
            path.pop()
        title = without_marks(heading.text).strip()
        path.append((where.level, title))
        body = tuple(blocks[start + 1 : end])
        out.append(
            Section(
                tuple(name for _, name in path),
                len(path),
                heading.page,
                (_cited_heading(heading), *body) if heading.text != title else body,
                where.printed_page,
                heading_number(title),
            )
        )
    return tuple(out)


def document_title(blocks: Sequence[Block], headings: Sequence[int]) -> str:
    """The title of a Markdown document whose only first-level heading stands at its head."""
    marks = [blocks[at].style.mark for at in headings]
    if len(marks) > 0 and marks[0] == 1 and marks.count(1) == 1:
        return without_marks(blocks[headings[0]].text)
    return ""


def _cited_heading(heading: Block) -> Block:
    """A heading that cites a footnote, kept in its section so that the note finds its mark."""
    return replace(heading, style=replace(heading.style, mark=0))
