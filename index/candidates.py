"""Passages → candidates: every piece that could be the answer, and what it is about."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ingest.records import Passage, Unit


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible answer: one unit, two that stand together, or a whole list.

    Its words are ``passage.text[start:end]``. ``unit`` is the unit, of several the last.
    ``context`` is what the cross-encoder reads: the innermost heading, what leads in, the words.
    ``dense`` is the unit's cosine similarity to the question (-1 to 1), of several the best,
    ``rerank`` the cross-encoder's logit (None where it was not read); higher is better.
    """

    passage: Passage
    unit: Unit
    start: int
    end: int
    context: str
    span: Literal["unit", "pair", "list"] = "unit"
    dense: float = 0.0
    rerank: float | None = None

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


def candidates(passage: Passage, heading: str, dense: list[float]) -> list[Candidate]:
    """Every unit of a passage in order, then every whole list; ``dense`` has a score a unit."""
    return [*_units(passage, heading, dense), *_whole_lists(passage, heading, dense)]


def pairs(read: Sequence[Candidate]) -> list[Candidate]:
    """Two units of a kind that stand together, of which the better was read well: sentences of one
    paragraph or note, rows of a table. They have the better one's scores."""
    units = [c for c in read if c.span == "unit"]
    return [
        replace(
            second,
            start=first.start,
            context=f"{first.context}\n{second.text}",
            span="pair",
            dense=max(first.dense, second.dense),
            rerank=max(first.rerank or 0.0, second.rerank or 0.0),
        )
        for first, second in itertools.pairwise(units)
        if first.rerank is not None
        and second.rerank is not None
        and first.passage is second.passage
        and _together(first, second)
    ]


def _together(first: Candidate, second: Candidate) -> bool:
    if first.unit.kind != second.unit.kind:
        return False
    if first.unit.kind == "row":
        return second.start - first.end <= len("\n\n")
    return first.unit.kind in ("sentence", "note") and (
        first.unit.paragraph == second.unit.paragraph
    )


def lead_in(passage: Passage, position: int) -> str:
    """What a unit cannot be understood without: the sentence before a list, a table's caption, the
    first sentence of a footnote, the sentence before one that refers back."""
    unit = passage.units[position]
    before = passage.units[:position]
    same = [u for u in before if u.kind == unit.kind and u.paragraph == unit.paragraph]
    if unit.kind == "note" and same:
        return _words(passage, same[0])
    if same and _refers_back(passage, unit):
        return _words(passage, same[-1])
    if unit.kind in ("row", "source"):
        captions = [u for u in before if u.kind == "caption" and u.paragraph == unit.paragraph]
        return _words(passage, captions[-1]) if captions else ""
    if unit.kind == "item":
        for earlier in reversed(before):
            if earlier.kind != "item":
                return _words(passage, earlier) if earlier.kind == "sentence" else ""
    return ""


def referred_to(candidate: Candidate) -> Unit | None:
    """The sentence of the same paragraph that a sentence refers back to, None where it doesn't."""
    passage, unit = candidate.passage, candidate.unit
    if not _refers_back(passage, unit):
        return None
    before = [u for u in passage.units if u.end <= unit.start and u.kind == unit.kind]
    return before[-1] if before and before[-1].paragraph == unit.paragraph else None


def _refers_back(passage: Passage, unit: Unit) -> bool:
    """Whether a sentence begins with a word for something in the sentence before: "It is …"."""
    return unit.kind == "sentence" and bool(_BACK.match(_words(passage, unit)))


_BACK = re.compile(
    r"(?:(?:for|in|with|by|from|at|of|to|on) )?"
    r"(?:it|its|this|that|these|those|they|their|them|he|she|his|her|such|both|neither|another)\b",
    re.IGNORECASE,
)


def _units(passage: Passage, heading: str, dense: list[float]) -> Iterator[Candidate]:
    for position, unit in enumerate(passage.units):
        lead = f"{lead_in(passage, position)} {_words(passage, unit)}".strip()
        context = f"{heading}\n{lead}" if heading else lead
        yield Candidate(passage, unit, unit.start, unit.end, context, dense=dense[position])


def _whole_lists(passage: Passage, heading: str, dense: list[float]) -> Iterator[Candidate]:
    for first, last in _runs_of_items(passage):
        start, unit = passage.units[first].start, passage.units[last]
        text = passage.text[start : unit.end]
        yield Candidate(
            passage,
            unit,
            start,
            unit.end,
            f"{heading}\n{text}" if heading else text,
            span="list",
            dense=max(dense[first : last + 1]),
        )


def _runs_of_items(passage: Passage) -> Iterator[tuple[int, int]]:
    """First and last position of every run of two or more items, the sentence before included."""
    units = passage.units
    start: int | None = None
    for position in range(len(units) + 1):
        is_item = position < len(units) and units[position].kind == "item"
        if is_item and start is None:
            start = position
        elif not is_item and start is not None:
            leads = start > 0 and units[start - 1].kind == "sentence"
            if position - start > 1:
                yield (start - 1 if leads else start), position - 1
            start = None


def _words(passage: Passage, unit: Unit) -> str:
    return passage.text[unit.start : unit.end]
