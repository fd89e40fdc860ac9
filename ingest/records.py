"""What the stages of reading hand to one another: file → blocks → sections → passages.

Standard library only, so that any stage can import it without loading a PDF library or a model.
Offsets are in characters, page numbers count the file's pages from 1 and are 0 where the source
has no pages, lengths on paper are in points from the page's top left corner.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

OnPage = Callable[[int, int], None]
"""Told which page is being read, from 1, and of how many."""
CountTokens = Callable[[str], int]
"""Text → how many tokens the embedding model makes of it."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a block looks: the evidence for headings that a page gives.

    ``size`` is the type size in points (0 where unknown), ``gap`` the white space above the block
    in points, ``left`` its left edge. ``bold`` and ``italic`` hold for the whole block.
    ``mark`` is the heading level where the source marks headings itself (Markdown), else 0.
    """

    size: float = 0.0
    bold: bool = False
    italic: bool = False
    colour: str = ""
    left: float = 0.0
    gap: float = 0.0
    mark: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a table with everything that says what it is.

    ``labels`` is its row's label, outermost group first; ``column`` its column's header, merged
    headers first, joined by a space. ``start`` and ``end`` are the value's offsets in the text of
    the passage that holds it; both are 0 until the passage is cut.
    """

    value: str
    labels: tuple[str, ...]
    column: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; ``cells`` in the order of the columns, empty values left out."""

    labels: tuple[str, ...]
    cells: tuple[Cell, ...]
    page: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or a panel of key figures (a table of one row).

    ``caption`` names it ("Figure 2: …"; for a panel its title), ``period`` and ``unit`` are what
    the caption, the panel or the header's first cell says of all values, ``notes`` the starred and
    other notes beneath it, ``source`` where the figures come from. A chart without text has no
    rows.
    """

    caption: str
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    period: str = ""
    unit: str = ""
    notes: tuple[str, ...] = ()
    source: str = ""


BlockKind = Literal["text", "item", "table", "note"]


@dataclass(frozen=True, slots=True)
class Block:
    """A run of lines that belong together on the page: a paragraph or a possible heading
    (``text``), one item of a list without its bullet (``item``), a table, or a footnote (``note``).

    Footnote marks stand in ``text`` as superscript digits (``crime.³``); a note's text begins with
    its own mark. Hyphenation is undone, ligatures and private-use bullets are normalised. The
    lines are joined by one space. ``first_line`` and ``last_line`` are the block's place in the
    source: line numbers from 1 (of the file for text, through all pages for PDF).
    """

    kind: BlockKind
    text: str
    page: int = 0
    page_end: int = 0
    first_line: int = 0
    last_line: int = 0
    style: Style = Style()
    level: int = 0
    """Depth of a list item: 0 outermost."""
    table: Table | None = None
    turns: tuple[tuple[int, int], ...] = ()
    """Where the text goes on on another page: offset and page, in order."""

    def page_at(self, offset: int) -> int:
        """The page on which a character of the text stands."""
        return next((page for at, page in reversed(self.turns) if at <= offset), self.page)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the file's own outline; ``level`` 1 is outermost."""

    title: str
    level: int
    page: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the file: ``label`` is the number printed or declared for it ("iv"), else ""."""

    number: int
    label: str = ""
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class Source:
    """A file as read, before its structure is known; the blocks are in reading order.

    ``sha256`` is of the file's bytes. ``title`` and ``date`` (ISO 8601) are what the file declares
    of itself, else "". ``warnings`` are lines for the user about what could not be read.
    """

    name: str
    sha256: str
    media_type: Literal["application/pdf", "text/plain", "text/markdown"]
    blocks: tuple[Block, ...]
    pages: tuple[Page, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()
    title: str = ""
    date: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Footnote:
    """A note tied to its mark: ``section`` is the heading path of the text that cites it."""

    mark: str
    text: str
    section: tuple[str, ...]
    page: int = 0


@dataclass(frozen=True, slots=True)
class Acronym:
    """A short form and the long form that the document defines for it."""

    short: str
    long: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the blocks that it governs, up to the next heading of any level.

    ``path`` holds the titles from the chapter down to this section, as printed but without
    footnote marks and without the document's title; the text before the first heading has the
    path (). ``printed_page`` is the page that a contents list gives for it, else None. ``number``
    is a printed section number ("3.2"), kept in the title as well, else "".
    """

    path: tuple[str, ...]
    level: int
    page: int
    blocks: tuple[Block, ...] = ()
    printed_page: int | None = None
    number: str = ""

    @property
    def title(self) -> str:
        return self.path[-1] if self.path else ""


UnitKind = Literal["sentence", "item", "row", "caption", "note", "source", "grade"]


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest piece of a passage that can be quoted: passage.text[start:end].

    A sentence, an item of a list, a row of a table with its labels, a table's caption, a footnote
    or a table's note, a source line, or a judgement that stands alone under a heading ("Good").
    ``paragraph`` counts the passage's paragraphs, lists and tables from 0, so that neighbours can
    be set together again; ``cells`` are a row's values with their offsets in the passage. ``page``
    and ``page_end`` are those on which it begins and ends; ``number`` is that printed before its
    paragraph ("42"), by which it can be cited, else "".
    """

    kind: UnitKind
    start: int
    end: int
    page: int = 0
    paragraph: int = 0
    cells: tuple[Cell, ...] = ()
    page_end: int = 0
    number: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one section that can be found, quoted and cited.

    Carries all that a citation needs. ``n`` counts the document's passages from 0, and is stable
    as long as the file is. Paragraphs in ``text`` are parted by a blank line, list items and table
    rows by a line break; the notes that the passage cites stand at its end. ``units`` cover it in
    order without overlap. ``page`` and ``page_end`` are those of its text (0 without pages).
    """

    document_id: str
    n: int
    section: tuple[str, ...]
    text: str
    units: tuple[Unit, ...]
    page: int = 0
    page_end: int = 0
    section_page: int | None = None
    first_line: int = 0
    last_line: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A report as read. ``id`` is made from its title and content, so that it survives a new
    reading of the same file; ``date`` is its publication date (ISO 8601, possibly cut to year or
    month) where it could be found, else the year that it is called by, else "". ``pages`` is 0
    where the source has none."""

    id: str
    title: str
    name: str
    sha256: str
    media_type: str
    pages: int
    sections: tuple[Section, ...]
    footnotes: tuple[Footnote, ...] = ()
    acronyms: tuple[Acronym, ...] = ()
    tables: int = 0
    date: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one file gives: the document and its passages in reading order."""

    document: Document
    passages: tuple[Passage, ...]
