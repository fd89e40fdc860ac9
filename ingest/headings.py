"""Which blocks are headings: evidence of several kinds, none trusted alone. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.captions import is_caption, is_source
from ingest.contents import fold
from ingest.footnotes import without_marks
from ingest.paragraphs import continues, opens
from ingest.records import Block, Style
from ingest.sentences import sentence_spans

_LONGEST_TITLE = 220
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
            weight[Style(round(style.size, 1), style.bold, colour=style.colour)] += len(block.text)
    return weight.most_common(1)[0][0] if weight else Style()


def is_grade(text: str) -> bool:
    """Whether a line is a judgement and nothing else ("Requires improvement")."""
    return _GRADE.fullmatch(without_marks(text).strip()) is not None


def heading_number(title: str) -> str:
    """The section number that a title begins with ("3.2 Costs" → "3.2"), else ""."""
    found = _NUMBERED.match(title)
    return found["number"] if found and any(c.isdigit() for c in found["number"]) else ""


def find_headings(blocks: Sequence[Block], evidence: Evidence) -> list[int]:
    """The positions of the headings among the blocks."""
    if any(block.style.mark for block in blocks):
        return [at for at, block in enumerate(blocks) if block.style.mark]
    found: list[int] = []
    for at, block in enumerate(blocks):
        after = blocks[at + 1] if at + 1 < len(blocks) else None
        follows_heading = bool(found) and found[-1] == at - 1
        if follows_heading and is_grade(block.text):
            continue
        before = blocks[at - 1] if at else None
        if _score(block, before, after, evidence) >= 2:
            found.append(at)
    return found


def _score(block: Block, before: Block | None, after: Block | None, evidence: Evidence) -> float:
    """Evidence that a block is a heading; 2 and more is enough."""
    text = without_marks(block.text).strip()
    if block.kind != "text" or not _may_be_title(text) or after is None or continues(after):
        return 0.0
    if before is not None and before.kind == "text" and opens(before) and before.page == block.page:
        return 0.0
    score = 0.0
    if fold(text) in evidence.titles:
        score += 3
    if text.endswith("?") and len(sentence_spans(text)) == 1:
        score += 1 if evidence.styled else 2
    if heading_number(text):
        score += 0.5
    if evidence.styled:
        return score + _style_score(block, evidence.body)
    words = len(text.split())
    if text[-1] not in ".!" and words <= 12:
        score += 1
        if after.kind in ("text", "item", "table", "note") and not is_source(after.text):
            score += 1
    return score


def _style_score(block: Block, body: Style) -> float:
    style = block.style
    ratio = style.size / body.size if style.size else 1.0
    score = 2.5 if ratio >= 1.25 else 1.5 if ratio >= 1.08 else -1.0 if ratio < 0.92 else 0.0
    if style.bold and not body.bold:
        score += 1.5
    if style.colour and body.colour and style.colour != body.colour:
        score += 0.5
    if block.text.isupper() and len(block.text) > 3:
        score += 0.5
    if score <= 0:
        return score - 1.0
    if len(block.text.split()) <= 15:
        score += 0.5
    return score


def _may_be_title(text: str) -> bool:
    return (
        2 < len(text) <= _LONGEST_TITLE
        and not text[0].islower()
        and text[-1] not in ",;:"
        and not (text[-1] == "." and len(text.split()) > 3)
        and not _NO_TITLE.match(text)
        and not is_caption(text)
        and len(sentence_spans(text)) == 1
    )
