"""Which sentences of a text the passages cited in them vouch for. Pure.

The rule, to the letter: a sentence is kept if it cites passages that are shown, as ``[1]`` or
``[1, 2]``, and each of its numbers and content words stands, by its stem, in one place of a
passage that it cites: a sentence or an item, two that follow one another, or one cell of a table,
with the headings above and what leads in. Each place itself says a quarter of these words at least.
A sentence that says "not" needs a place that says so, and one that does not a place that doesn't.
Numbers are the same as "9" and "nine", units as "%" and "per cent".

What the rule does not see is the order of words: of a sentence with two numbers for two years, it
cannot tell which belongs to which.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.candidates import lead_in
from index.terms import FUNCTION_WORDS, stem, words
from ingest.records import Passage, Unit
from ingest.sentences import sentence_spans
from service.reply import Citation

_CITED = re.compile(r"\[\s*\d+(?:\s*[,;]\s*\d+)*\s*\]")
_CITED_AFTER = re.compile(rf"([.!?]+[\"'’”)]*)((?:\s*{_CITED.pattern})+)")
_BULLET = re.compile(r"^\s*(?:[-*•#>]+|\d+[.)])\s+")
_EMPHASIS = re.compile(r"[*`]+(?=\S)|(?<=\S)[*`]+|(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)")

_MEANT = (
    (re.compile(r"(?<![\w)])[-−–](?=[\d.£€$])"), " minus "),
    (re.compile(r"%|\bper\s+cent\b", re.IGNORECASE), " percent "),
    (re.compile("£"), " pound "),
    (re.compile("€"), " euro "),
    (re.compile(r"\$"), " dollar "),
)
_NUMBERS = dict(
    zip(
        "zero one two three four five six seven eight nine ten eleven twelve".split(),
        map(str, range(13)),
        strict=True,
    )
)
_NOT = frozenset("cannot neither never no none nor not without".split())
_WEIGHTY = frozenset("all more most only".split())
"""Function words that change what is said."""
_FRAME = frozenset(map(stem, "according adds report reports states notes passage".split()))
"""Words that say who speaks."""

Terms = frozenset[str]
_DENIED = "not"
_LEAST = 0.25
"""Share of a sentence's words that each place cited must say itself."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage may vouch for a sentence: what is said there, and there or above it."""

    said: Terms
    known: Terms


def vouched(text: str, citations: Sequence[Citation]) -> str:
    """The sentences of a text that hold up, in order, joined by spaces: plain text, each with its
    citations before its full stop. ``[1]`` is the first of ``citations``. May be empty."""
    places = [list(_places(citation)) for citation in citations]
    return " ".join(s for s in _sentences(text) if _holds_up(s, places))


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a text without marks of lists and emphasis, and without characters that
    are not seen."""
    for line in text.splitlines():
        seen = "".join(c if c.isprintable() else " " for c in line)
        bare = " ".join(_EMPHASIS.sub("", _BULLET.sub("", seen)).split())
        plain = _CITED_AFTER.sub(lambda m: f" {m[2].strip()}{m[1]}", bare)
        yield from (plain[start:end] for start, end in sentence_spans(plain))


def _holds_up(sentence: str, places: Sequence[Sequence[Place]]) -> bool:
    cited = {int(n) - 1 for mark in _CITED.findall(sentence) for n in re.findall(r"\d+", mark)}
    claim = _terms(_CITED.sub(" ", sentence)) - _FRAME
    if not claim or not all(0 <= n < len(places) and places[n] for n in cited):
        return False
    best = [max(places[n], key=lambda place: _fit(claim, place)) for n in sorted(cited)]
    said = frozenset[str]().union(*(place.said for place in best))
    known = frozenset[str]().union(*(place.known for place in best))
    return (
        claim <= known
        and (_DENIED in claim) == (_DENIED in said)
        and all(len(claim & place.said) >= _LEAST * len(claim) for place in best)
    )


def _fit(claim: Terms, place: Place) -> tuple[int, bool, int, int]:
    """The most of the claim, of equal ones the one that denies as it does, then the one that says
    most of it itself, then the shortest."""
    denies = (_DENIED in claim) == (_DENIED in place.said)
    return len(claim & place.known), denies, len(claim & place.said), -len(place.said)


def _places(citation: Citation) -> Iterator[Place]:
    passage, document = citation.passage, citation.document
    above = _terms(" ".join((document.title, document.date, *passage.section)))
    said = [_said(passage, unit) for unit in passage.units]
    for at, own in enumerate(said):
        around = above | _terms(lead_in(passage, at))
        yield from (Place(terms, terms | around) for terms in own)
        if at and len(own) == len(said[at - 1]) == 1:
            both = own[0] | said[at - 1][0]
            yield Place(both, both | around | _terms(lead_in(passage, at - 1)))


def _said(passage: Passage, unit: Unit) -> list[Terms]:
    """What a unit says: each cell of a row by itself, with its labels and its column."""
    if unit.cells:
        return [_terms(" ".join((*c.labels, c.column, c.value))) for c in unit.cells]
    return [_terms(passage.text[unit.start : unit.end])]


def _terms(text: str) -> Terms:
    for pattern, meant in _MEANT:
        text = pattern.sub(meant, text)
    return frozenset(term for word in words(text) if (term := _term(word)))


def _term(word: str) -> str:
    """The word as it is compared; "" for a function word."""
    if word in _NOT or word.endswith("n't"):
        return _DENIED
    if word in _NUMBERS:
        return _NUMBERS[word]
    return "" if word in FUNCTION_WORDS - _WEIGHTY else stem(word)
