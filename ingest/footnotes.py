"""Footnote marks, and notes tied to the text that cites them. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.records import Block, Footnote, Section

_DIGITS = "0123456789"
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_RAISE = str.maketrans(_DIGITS, _SUPERSCRIPTS)
_LOWER = str.maketrans(_SUPERSCRIPTS, _DIGITS)

# "km²" and "m³" are units, not citations.
_MARK = re.compile(rf"(?<!\bm)(?<!\b[kcm]m)[{_SUPERSCRIPTS}]+")
_MARKS_BEFORE_SPACE = re.compile(
    rf"(?:\s+|(?<!\bm)(?<!\b[kcm]m))[{_SUPERSCRIPTS}]+(?:[\s,]+[{_SUPERSCRIPTS}]+)*"
)
_OWN_MARK = re.compile(rf"([{_SUPERSCRIPTS}]+)\s*")


def superscript(number: str) -> str:
    """ASCII digits as superscript digits: "12" → "¹²"."""
    return number.translate(_RAISE)


def plain(mark: str) -> str:
    """Superscript digits as ASCII digits: "¹²" → "12"."""
    return mark.translate(_LOWER)


def marks(text: str) -> list[str]:
    """The footnote marks in a text, in order, as superscripts."""
    return _MARK.findall(text)


def without_marks(text: str) -> str:
    """The text as it would stand without footnotes."""
    return _MARKS_BEFORE_SPACE.sub("", text) if _MARK.search(text) else text


def own_mark(text: str) -> str:
    """The mark that a note's text begins with, else ""."""
    found = _OWN_MARK.match(text)
    return found[1] if found else ""


def tie(sections: Sequence[Section]) -> tuple[tuple[Section, ...], tuple[Footnote, ...]]:
    """Each note set directly after the block that cites it, whatever section it was printed in.

    Where a mark is used again (numbering that restarts on each page or chapter), a note goes to
    the nearest block before it that cites the mark and has no note yet; an endnote's mark may also
    follow it. A note that nothing cites stays where it stands.
    Returns the sections and the notes that were tied, in the order of their marks in the text.
    """
    flat = [(s, b) for s, section in enumerate(sections) for b in range(len(section.blocks))]
    block = {place: sections[place[0]].blocks[place[1]] for place in flat}
    citing: dict[str, list[int]] = {}
    notes: list[int] = []
    for at, place in enumerate(flat):
        if block[place].kind == "note":
            notes.append(at)
        else:
            for mark in dict.fromkeys(marks(_citing_text(block[place]))):
                citing.setdefault(mark, []).append(at)

    follows: dict[int, list[int]] = {}
    tied: set[int] = set()
    for at in notes:
        places = citing.get(own_mark(block[flat[at]].text), [])
        if places:
            before = [citer for citer in places if citer < at]
            citer = before[-1] if before else places[0]
            places.remove(citer)
            follows.setdefault(citer, []).append(at)
            tied.add(at)

    kept: list[list[Block]] = [[] for _ in sections]
    found: list[Footnote] = []
    for at, (s, b) in enumerate(flat):
        if at in tied:
            continue
        kept[s].append(sections[s].blocks[b])
        order = marks(_citing_text(sections[s].blocks[b]))
        for note_at in sorted(
            follows.get(at, []), key=lambda n: order.index(own_mark(block[flat[n]].text))
        ):
            note = block[flat[note_at]]
            kept[s].append(note)
            found.append(_footnote(note, sections[s].path))
    return (
        tuple(
            replace(section, blocks=tuple(blocks))
            for section, blocks in zip(sections, kept, strict=True)
        ),
        tuple(found),
    )


def cited(blocks: Sequence[Block]) -> Iterator[tuple[Block, list[Block]]]:
    """The blocks of a tied section, each with the notes that directly follow it."""
    at = 0
    while at < len(blocks):
        end = at + 1
        while end < len(blocks) and blocks[end].kind == "note":
            end += 1
        yield blocks[at], list(blocks[at + 1 : end])
        at = end


def _citing_text(block: Block) -> str:
    if block.table is None:
        return block.text
    table = block.table
    labels = (" ".join(row.labels) for row in table.rows)
    values = (cell.value for row in table.rows for cell in row.cells)
    return " ".join(
        (table.caption, table.unit, *table.columns, *labels, *values, *table.notes, table.source)
    )


def _footnote(note: Block, section: tuple[str, ...]) -> Footnote:
    mark = own_mark(note.text)
    return Footnote(plain(mark), note.text[len(mark) :].strip(), section, note.page)
