"""Which blocks are headings: evidence of several kinds, none trusted alone. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.captions import is_caption, is_source
from ingest.contents import fold
from ingest.footnotes import without_marks
from ingest.paragraphs import continues, opens
from ingest.records import Block, Style
from ingest.sentences import is_whole, sentence_spans

_LONGEST_TITLE = 220
_ENOUGH = 2.0
"""Evidence from which a block is a heading; each kind alone gives less, except being listed."""
_FEW_WORDS = 25
_COLUMN = 72.0
"""Points between the left edges of blocks that stand side by side."""
_PARAGRAPH = 120
"""Characters: a longer text is a paragraph, and the title page's lines are over."""
_NUMBERED = re.compile(
    r"(?:(?:chapter|part|section|annex|appendix|schedule)\s+)?"
    r"(?P<number>\d+(?:\.\d+)*|[A-Z](?=[.:)\s–-])|[IVX]+(?=[.:)]))[.:)]?\s+(?=\S)",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(
    r"(?:©|isbn|https?:|www\.|tel\b|email|\S+@\S+|page \d|source)|"
    r"(?:\d{1,2}\s+)?(?:january|february|march|april|may|june|july|august|september|october|"
    r"november|december)\s+\d{4}\Z|[\d\W]+\Z",
    re.IGNORECASE,
)
_TITLE_PAGE_FACT = re.compile(
    r"(?:\w+ ){0,3}(?:dates?|published|inspectors?|authors?|reference|urn|version)\b[^?]*[:\d]|"
    r"(?:lead|reporting) inspector\b",
    re.IGNORECASE,
)
_GRADE = re.compile(
    r"(?:overall\s*:\s*)?(?:outstanding|excellent|very good|good|adequate|satisfactory|"
    r"requires improvement(?: to be good)?|needs improvement|inadequate|unsatisfactory|weak|poor|"
    r"cause of concern|(?:not |partly |fully )?(?:met|compliant)|red|amber|green)\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the document's headings before its blocks are looked at.

    ``titles`` are the folded titles of its contents list and bookmarks, ``body`` the style of most
    of its text.
    """

    titles: frozenset[str]
    body: Style

    @property
    def styled(self) -> bool:
        return self.body.size > 0


def body_style(blocks: Sequence[Block]) -> Style:
    """The style in which most characters are set."""
    weight: Counter[Style] = Counter()
    for block in blocks:
        if block.kind in ("text", "item"):
            style = block.style
            key = Style(round(style.size, 1), style.bold, style.italic, style.colour)
            weight[key] += len(block.text)
    return weight.most_common(1)[0][0] if weight else Style()


def is_grade(text: str) -> bool:
    """Whether a line is a judgement and nothing else ("Requires improvement")."""
    return _GRADE.fullmatch(without_marks(text).strip()) is not None


def is_title_page_fact(text: str) -> bool:
    """Whether a line tells of the inspection (dates, inspectors), not what a section is about."""
    return _TITLE_PAGE_FACT.match(text) is not None


def heading_number(title: str) -> str:
    """The section number that a title begins with ("3.2 Costs" → "3.2"), else ""."""
    found = _NUMBERED.match(title)
    return found["number"] if found and any(c.isdigit() for c in found["number"]) else ""


def find_headings(blocks: Sequence[Block], evidence: Evidence) -> list[int]:
    """The positions of the headings among the blocks."""
    if any(block.style.mark for block in blocks):
        return [at for at, block in enumerate(blocks) if block.style.mark]
    found: list[int] = []
    titles = _title_pages(blocks) if evidence.styled else frozenset()
    for at, block in enumerate(blocks):
        if at in titles:
            continue
        after = blocks[at + 1] if at + 1 < len(blocks) else None
        follows_heading = bool(found) and found[-1] == at - 1
        if follows_heading and is_grade(block.text):
            continue
        before = blocks[at - 1] if at and not follows_heading else None
        if _score(block, before, after, evidence) >= _ENOUGH:
            found.append(at)
    return found


def title_lines(blocks: Sequence[Block]) -> int:
    """How many blocks at the head are lines of a title page.

    They end at the first paragraph, table or list. A line directly before a paragraph or table may
    be its heading if it stands nearer to that than to the line above, unless it has the largest
    type.
    """
    end = 0
    while (
        end < len(blocks)
        and blocks[end].kind == "text"
        and blocks[end].page == blocks[0].page
        and len(blocks[end].text) < _PARAGRAPH
    ):
        end += 1
    if end in (0, len(blocks)):
        return 0
    largest = max(block.style.size for block in blocks[:end])
    last, after = blocks[end - 1].style, blocks[end]
    is_heading = after.kind != "item" and last.size < largest and after.style.gap <= last.gap
    return end - 1 if is_heading else end


def _title_pages(blocks: Sequence[Block]) -> frozenset[int]:
    """The positions of the lines of title pages that are no headings: those of the document's own,
    and those below the title of each further report that is bound with it, whose page begins in
    type as large and tells facts of a title page."""
    first = title_lines(blocks)
    found = set(range(first))
    largest = max((block.style.size for block in blocks[:first]), default=0.0)
    for at, (before, block) in enumerate(pairwise(blocks), 1):
        if at < first or block.page == before.page or block.style.size < largest or not first:
            continue
        lines = range(at + 1, at + title_lines(blocks[at:]))
        if any(is_title_page_fact(blocks[line].text) for line in lines):
            found.update(lines)
    return frozenset(found)


def _score(block: Block, before: Block | None, after: Block | None, evidence: Evidence) -> float:
    text = without_marks(block.text).strip()
    if block.kind != "text" or not _may_be_title(text) or after is None or continues(after):
        return 0.0
    if before is not None and (_goes_on(before, block) or _beside(before, block)):
        return 0.0
    if _beside(block, after) and not is_grade(after.text):
        return 0.0
    score = 3.0 if fold(text) in evidence.titles else 0.0
    if text.endswith("?"):
        score += 1.0 if evidence.styled else 2.0
    if heading_number(text):
        score += 0.5
    if evidence.styled:
        return score + _style_score(block, evidence.body)
    if text[-1] not in ".!:" and len(text.split()) <= 12:
        score += 1.0 if is_source(after.text) else 2.0
    return score


def _style_score(block: Block, body: Style) -> float:
    style = block.style
    ratio = style.size / body.size if style.size else 1.0
    score = 2.5 if ratio >= 1.25 else 1.5 if ratio >= 1.08 else -1.0 if ratio < 0.92 else 0.0
    if (style.bold and not body.bold) or (
        style.italic and not body.italic and not is_whole(block.text)
    ):
        score += 1.5
    if style.colour != body.colour:
        score += 0.5
    if block.text.isupper() and len(block.text) > 3:
        score += 0.5
    if score <= 0:
        return score - 1.0
    return score + 0.5 if len(block.text.split()) <= _FEW_WORDS else score


def _goes_on(before: Block, block: Block) -> bool:
    """Whether a block goes on with a paragraph that the block before it left open."""
    same_type = (before.style.size, before.style.bold) == (block.style.size, block.style.bold)
    return before.kind == "text" and opens(before) and before.page == block.page and same_type


def _beside(left: Block, right: Block) -> bool:
    """Whether two blocks stand side by side: cells of a table without rules, not headings."""
    return (
        left.page == right.page
        and left.style.size > 0
        and right.style.gap == 0
        and right.style.left > left.style.left + _COLUMN
    )


def _may_be_title(text: str) -> bool:
    return (
        2 < len(text) <= _LONGEST_TITLE
        and not text[0].islower()
        and text[-1] not in ",;"
        and not _NO_TITLE.match(text)
        and not is_title_page_fact(text)
        and not is_caption(text)
        and len(sentence_spans(text)) == 1
    )
