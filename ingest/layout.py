"""Lines → blocks: paragraphs, list items, tables and notes of each page in reading order.

Pure: knows geometry and type, no file and no PDF library. Paragraphs are joined within a page;
what runs on over the page's end is joined later, where the structure is known.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.aligned import aligned_tables, rest_of_table
from ingest.columns import Row, in_reading_order
from ingest.continued import goes_on, set_together
from ingest.hyphens import Vocabulary, join_lines
from ingest.lines import Box, Line
from ingest.records import Block, Style, Table
from ingest.ruled import ruled_tables
from ingest.slots import PageTable

_STRONG_BULLET = re.compile(r"[•▪■●○◦‣▸►➢➤✓✔☐❑❖◆◼](?=\s|$)\s*")
_WEAK_BULLET = re.compile(r"(?:[–—−\u0336*-]|o)(?=\s|$)\s*")
_LETTERED = re.compile(r"\((?:[a-z]|[ivx]{1,5})\)(?=\s)|(?:[a-z]|[ivx]{2,5})[.)](?=\s)")
_NUMBERED = re.compile(r"(?:\d{1,3}(?:\.\d{1,3}){0,3}[.)]?|[A-Z]\d{0,2}[.)])(?=\s)")
_SUPERSCRIPT = "¹²³⁴⁵⁶⁷⁸⁹⁰"
_MARK = re.compile(rf"[{_SUPERSCRIPT}]+|[*†‡§](?=\s)")
_ENDED = re.compile(r"""[.!?:;]["'”’)\]]*[⁰¹²³⁴⁵⁶⁷⁸⁹]*$""")
_PARAGRAPH_STEP = 1.25
"""Of the leading: a wider step parts paragraphs."""
_CONTENTS_LINE = re.compile(r".*\S(?:[\s.…·_]*\t|[\s.…·_]{3,})(?:\d{1,4}|[ivxl]{1,7})")


@dataclass(frozen=True, slots=True)
class Sheetful:
    """A page ready for layout: its lines without furniture, and the boxes drawn on it."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class _Type:
    """The document's habits: the size of its body text, and the distance of its baselines as a
    multiple of the size, by size and for sizes without lines enough; its top margin."""

    body: float
    leadings: dict[float, float]
    usual: float
    top: float

    def leading(self, size: float) -> float:
        return size * self.leadings.get(round(size), self.usual)


def blocks_of(pages: Sequence[Sheetful]) -> tuple[Block, ...]:
    """The blocks of all pages in reading order. Lines are numbered through the pages."""
    vocabulary = Vocabulary.of(line.text for page in pages for line in page.lines)
    habits = _habits(pages)
    composers: list[_Composer] = []
    count = 0
    for page in pages:
        composers.append(_Composer(page, habits, vocabulary, count))
        count += len(page.lines)
    _set_tables_together(composers)
    return tuple(block for composer in composers for block in composer.blocks())


def _set_tables_together(composers: Sequence["_Composer"]) -> None:
    """Move what goes on with a table of an earlier page to that table."""
    for above, below in pairwise(composers):
        holder = above.holder or above
        first = below.head()
        last = holder.foot() if first else None
        if first and last and goes_on(last, first):
            holder.part_with(last)
            holder.parts.append(set_together(last, first, (above.page.number, below.page.number)))
            below.part_with(first)
            below.holder = None if below.parts else holder


def _habits(pages: Sequence[Sheetful]) -> _Type:
    letters: Counter[float] = Counter()
    ratios: dict[float, Counter[float]] = {}
    for page in pages:
        for line in page.lines:
            letters[line.size] += len(line.text)
        for above, below in zip(page.lines, page.lines[1:], strict=False):
            ratio = (below.y - above.y) / above.size
            # A line in lower case goes on with the sentence: its distance is the leading.
            if above.size == below.size and 0.9 < ratio < 2.2 and below.text[0].islower():
                ratios.setdefault(round(above.size), Counter())[round(ratio, 2)] += 1
    body = letters.most_common(1)[0][0] if letters else 10.0
    usual = ratios.get(round(body), Counter({1.22: 1})).most_common(1)[0][0]
    leadings = {size: counts.most_common(1)[0][0] for size, counts in ratios.items()}
    tops = sorted(min(line.top for line in page.lines) for page in pages if page.lines)
    return _Type(body, leadings, usual, tops[len(tops) // 2] if tops else 0.0)


@dataclass(slots=True)
class _Draft:
    """A block in the making."""

    kind: str
    rows: list[Row]
    gap: float
    left: float
    level: int = 0


class _Composer:
    """One page's lines → its blocks.

    ``parts`` are its columns of lines and its tables in reading order; where all of them went to a
    table of an earlier page, ``holder`` is that page's composer.
    """

    def __init__(self, page: Sheetful, habits: _Type, vocabulary: Vocabulary, counted: int) -> None:
        self.page = page
        self.habits = habits
        self.vocabulary = vocabulary
        self.right = 0.0
        self.floor = habits.top
        self.lines = tuple(
            replace(line, number=counted + at) for at, line in enumerate(page.lines, 1)
        )

        tables = ruled_tables(page.boxes, self.lines)
        taken = {line.number for table in tables for line in table.lines}
        rest = [line for line in self.lines if line.number not in taken]
        self.notes, rest = self._notes_apart(rest)
        self.parts = in_reading_order(rest, tables)
        self.holder: _Composer | None = None

    def head(self) -> PageTable | None:
        """What the page begins with, if it can be the rest of a table."""
        first = self.parts[0] if self.parts else None
        return rest_of_table(first) if isinstance(first, list) else first

    def foot(self) -> PageTable | None:
        """The table that the page ends with."""
        last = self.parts[-1] if self.parts else None
        found = aligned_tables(last, self.page.boxes)[-1] if isinstance(last, list) else last
        return found if isinstance(found, PageTable) else None

    def part_with(self, table: PageTable) -> None:
        """Take a table and its lines out of the page."""
        gone = {line.number for line in table.lines}
        kept = (
            part if isinstance(part, PageTable)
            else [row for row in part if row.lines[0].number not in gone]
            for part in self.parts if part is not table
        )  # fmt: skip
        self.parts = [part for part in kept if part]

    def blocks(self) -> list[Block]:
        blocks: list[Block] = []
        for part in self.parts:
            if not isinstance(part, PageTable):
                blocks += self._column(part)
            elif part.table is not None:
                blocks.append(self._table_block(part, part.table))
            else:
                for cell in part.cells:
                    blocks += self._column(Row.rows(cell))
        return blocks + self._notes(self.notes)

    # Notes

    def _notes_apart(self, lines: list[Line]) -> tuple[list[Line], list[Line]]:
        """The footnote zone: small type at the foot of the page, from the first line that begins
        with a mark or from a short ruling on."""
        rule = max(
            (
                box.y0 for box in self.page.boxes
                if box.kind == "line" and box.y1 - box.y0 <= 2.5 and box.y0 > 0.4 * self.page.height
                and 40 <= box.x1 - box.x0 <= 0.45 * self.page.width
            ),
            default=None,
        )  # fmt: skip
        ordered = sorted(lines, key=lambda line: (line.y, line.x0))
        start = len(ordered)
        for at in range(len(ordered) - 1, -1, -1):
            line = ordered[at]
            if line.size > 0.93 * self.habits.body or (rule is not None and line.bottom < rule - 1):
                break
            if _MARK.match(line.text) or (rule is not None and line.top >= rule - 4):
                start = at
        zone = ordered[start:]
        if not zone or not (
            (rule is not None and zone[0].top >= rule - 4) or _MARK.match(zone[0].text)
        ):
            return [], lines
        numbers = {line.number for line in zone}
        return zone, [line for line in lines if line.number not in numbers]

    def _notes(self, lines: list[Line]) -> list[Block]:
        drafts: list[_Draft] = []
        for row in Row.rows(lines):
            if not drafts or _MARK.match(row.text) or self._bare_mark(row, drafts):
                drafts.append(_Draft("note", [row], 0.0, row.x0))
            else:
                drafts[-1].rows.append(row)
        return [self._block(draft) for draft in drafts]

    def _bare_mark(self, row: Row, drafts: list[_Draft]) -> bool:
        """A note whose number isn't raised: one more than the last one's."""
        found = re.match(r"(\d{1,3})(?:\s|$)", row.text)
        last = re.match(rf"([{_SUPERSCRIPT}]+|\d{{1,3}})", drafts[-1].rows[0].text)
        plain = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
        return bool(
            found and last and int(found[1]) == int(last[1].translate(plain)) + 1
            and row.x0 <= drafts[-1].left + 3
        )  # fmt: skip

    # Paragraphs and items

    def _column(self, rows: list[Row]) -> list[Block]:
        blocks: list[Block] = []
        run: list[Row] = []
        self.right = max(row.x1 for row in rows)
        for part in aligned_tables(rows, self.page.boxes):
            if isinstance(part, Row):
                run.append(part)
            elif part.table is not None:
                blocks += self._paragraphs(run)
                run = []
                blocks.append(self._table_block(part, part.table))
        return blocks + self._paragraphs(run)

    def _paragraphs(self, rows: list[Row]) -> list[Block]:
        drafts: list[_Draft] = []
        rights = self._rights(rows)
        lefts: list[float] = []
        for at, row in enumerate(rows):
            above = rows[at - 1] if at else None
            bullet = self._bullet(row, drafts[-1] if drafts else None)
            if (
                above is not None
                and not bullet
                and drafts
                and self._runs_on(drafts[-1], above, row, rights[at - 1])
            ):
                drafts[-1].rows.append(row)
                self.floor = row.bottom
                if len(drafts[-1].rows) == 2 and drafts[-1].kind == "text":
                    drafts[-1].left = min(drafts[-1].left, row.x0)
                continue
            draft = _Draft("item" if bullet else "text", [row], self._gap(row), row.x0)
            if bullet:
                draft.level = self._level(row, lefts)
            elif row.x0 <= (lefts[0] if lefts else row.x0) + 1:
                lefts.clear()
            drafts.append(draft)
        return [self._block(draft) for draft in drafts]

    def _gap(self, row: Row) -> float:
        """The white above a row, as far as it goes beyond the usual top margin on a new column."""
        gap = row.top - self.floor
        self.floor = row.bottom
        return max(0.0, gap if gap > -self.page.height / 8 else row.top - self.habits.top)

    @staticmethod
    def _level(row: Row, lefts: list[float]) -> int:
        while lefts and row.x0 < lefts[-1] - 4:
            lefts.pop()
        if not lefts or row.x0 > lefts[-1] + 4:
            lefts.append(row.x0)
        return len(lefts) - 1

    def _bullet(self, row: Row, last: _Draft | None) -> bool:
        text = row.text
        if _STRONG_BULLET.match(text):
            return True
        apart = len(row.lines) > 1
        fresh = last is None or bool(_ENDED.search(last.rows[-1].text)) or last.kind == "item"
        if _WEAK_BULLET.match(text):
            return (apart and len(row.lines[0].text) == 1) or (fresh and text[0] != "o")
        return bool(_LETTERED.match(text)) and (apart or fresh)

    def _rights(self, rows: list[Row]) -> list[float]:
        """The right edge of the tight run of lines that each row is in."""
        rights = [0.0] * len(rows)
        start = 0
        for at in range(1, len(rows) + 1):
            if at == len(rows) or self._parted(rows[at - 1], rows[at]):
                right = max(row.x1 for row in rows[start:at])
                rights[start:at] = [right] * (at - start)
                start = at
        return rights

    def _parted(self, above: Row, row: Row) -> bool:
        return row.y - above.y > _PARAGRAPH_STEP * self.habits.leading(row.size)

    def _runs_on(self, draft: _Draft, above: Row, row: Row, right: float) -> bool:
        first = draft.rows[0]
        if self._parted(above, row) or row.y - above.y < 0.5 * row.size:
            return False
        if abs(row.size - above.size) > 0.06 * above.size:
            return False
        if _CONTENTS_LINE.fullmatch(row.text) and row.text[:1].islower() and not above.tabbed:
            # The end of a contents entry of two lines; its page number is set in plain type.
            return True
        if (above.bold and not row.starts_bold) or (row.bold and not above.ends_bold):
            return False
        if above.tabbed or row.tabbed or _CONTENTS_LINE.fullmatch(above.text):
            return False
        if _NUMBERED.match(row.text) and self._labelled(draft, row):
            return False
        if above.bold:
            return self._heading_runs_on(first, row)
        if above.size > 1.15 * self.habits.body:
            # Titles are short: the column, not their own lines, tells where they had to turn.
            return self._heading_runs_on(first, row) and not _had_room(above, row, self.right)
        return self._indented_alike(draft, row) and not _had_room(above, row, right)

    @staticmethod
    def _heading_runs_on(first: Row, row: Row) -> bool:
        centred = abs((first.x0 + first.x1) - (row.x0 + row.x1)) < 2 * row.size
        hanging = -1 <= row.x0 - first.x0 <= 4 * row.size
        return centred or hanging

    @staticmethod
    def _labelled(draft: _Draft, row: Row) -> bool:
        """Whether a number at the line's start is a label, not the sentence's own."""
        first = draft.rows[0]
        if len(row.lines) > 1 or row.labelled:
            return True
        if _NUMBERED.match(first.text) and abs(row.x0 - first.x0) < 2 and len(draft.rows) > 1:
            return draft.rows[1].x0 > first.x0 + 4
        return bool(re.match(r"\d{1,3}(?:\.\d{1,3})*[.)]\s", row.text)) and bool(
            _ENDED.search(draft.rows[-1].text)
        )

    @staticmethod
    def _indented_alike(draft: _Draft, row: Row) -> bool:
        first, size = draft.rows[0], row.size
        if len(draft.rows) > 1:
            return abs(row.x0 - draft.rows[-1].x0) <= 0.6 * size
        shift = row.x0 - first.x0
        if draft.kind == "item" or first.labelled or _NUMBERED.match(first.text):
            return -0.6 * size <= shift <= 6 * size
        # A first line may be indented against the others.
        return -3.5 * size <= shift <= 0.6 * size

    def _block(self, draft: _Draft) -> Block:
        text = join_lines([row.text for row in draft.rows], self.vocabulary)
        if draft.kind == "item":
            text = (
                _STRONG_BULLET.sub("", text, count=1)
                if _STRONG_BULLET.match(text)
                else (_WEAK_BULLET.sub("", text, count=1) if _WEAK_BULLET.match(text) else text)
            )
        elif draft.kind == "note" and (bare := re.match(r"\d{1,3}(?=\s)", text)):
            text = bare[0].translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")) + text[bare.end() :]
        numbers = [line.number for row in draft.rows for line in row.lines]
        return Block(
            draft.kind,  # type: ignore[arg-type]
            text,
            self.page.number,
            self.page.number,
            min(numbers),
            max(numbers),
            _style(draft.rows, draft.gap),
            draft.level,
        )

    def _table_block(self, found: PageTable, table: Table) -> Block:
        rows = tuple(replace(row, page=row.page or self.page.number) for row in table.rows)
        numbers = [line.number for line in found.lines]
        layout = Row.rows(found.lines)
        gap = self._gap(layout[0])
        self.floor = layout[-1].bottom
        return Block(
            "table", found.text, self.page.number,
            max((row.page for row in rows), default=self.page.number), min(numbers), max(numbers),
            _style(layout, gap), 0, replace(table, rows=rows),
        )  # fmt: skip


def _had_room(above: Row, row: Row, right: float) -> bool:
    """Whether a line's first word would have fitted on the line above: text that runs on is
    wrapped only where it must be, so that a line in capitals after a short one begins anew."""
    word = row.text.split(" ", 1)[0]
    wide = len(word) * (row.x1 - row.x0) / max(1, len(row.text))
    return right - above.x1 > wide + 0.6 * row.size and not row.text[:1].islower()


def _style(rows: Iterable[Row], gap: float) -> Style:
    rows = list(rows)
    sizes: Counter[tuple[float, str]] = Counter()
    for row in rows:
        for line in row.lines:
            sizes[line.size, line.colour] += len(line.text)
    (size, colour), _ = sizes.most_common(1)[0]
    return Style(
        size,
        all(row.bold for row in rows),
        all(row.italic for row in rows),
        colour,
        round(min(row.x0 for row in rows), 1),
        round(gap, 1),
    )
