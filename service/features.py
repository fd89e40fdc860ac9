"""What is known of a candidate before it is believed: numbers from the chain and from agreement
between question and text. Nothing here knows a report."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache

from index.candidates import Candidate, pairs
from index.query import PER, RATE, Query
from index.question import Kind, Wanted, counts, holds, measured, years
from index.search import Hit
from index.terms import FUNCTION_WORDS, stem, terms, words
from index.vocabulary import Vocabulary
from ingest.records import Document, Passage, Unit

_NATIONAL = re.compile(
    r"\b(?:national(?:ly|wide)?|england|wales|scotland|britain|united kingdom|uk|country(?:wide)?"
    r"|all (?:\w+ )?(?:forces|councils|authorities|areas|trusts|schools)|other (?:forces|areas)"
    r"|average)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_UNFINISHED = re.compile(r"[^.!?:;)\]'\"’”…\d]$")
"""How a line ends that is no sentence; a footnote's mark may follow one."""
_PLAIN = frozenset({Kind.NUMBER, Kind.DATE})
"""Kinds of answer that are seen in the words: without a figure, no text says how many."""
_MUST = 3.0
"""How much more a thing counts that an answer can hardly do without."""


@dataclass(frozen=True, slots=True)
class Features:
    """One candidate's numbers; each is about -1 to 1, and says by its name what more of it is."""

    rerank: float
    rerank_gap: float
    dense: float
    dense_gap: float
    dense_unsure: float
    fused: float
    cover: float
    cover_text: float
    cover_passage: float
    absent_word: float
    absent_near: float
    absent_name: float
    name_far: float
    year_clash: float
    year_beside: float
    year_absent: float
    older: float
    kind_absent: float
    number_in_row: float
    counted: float
    uncounted: float
    measure_absent: float
    label_fits: float
    label_extra: float
    scope_fits: float
    scope_clash: float
    grade_found: float
    grade_unasked: float
    reason_found: float
    list_found: float
    list_unasked: float
    pair: float
    pair_compared: float
    pair_listed: float
    defines: float
    compares: float
    row: float
    note: float
    caption: float
    fragment: float
    words: float

    def named(self) -> dict[str, float]:
        """All of them by name."""
        return {name: getattr(self, name) for name in NAMES}


NAMES = tuple(field.name for field in fields(Features))


def subjects(documents: Iterable[Document]) -> dict[str, str]:
    """What each report is about, by id: its title and its year."""
    return {d.id: f"{d.title} {d.date[:4]}".strip() for d in documents}


def all_features(
    query: Query, hits: Sequence[Hit], vocabulary: Vocabulary, titles: Mapping[str, str]
) -> list[tuple[Hit, Candidate, Features]]:
    """The features of every candidate that the cross-encoder read, in the hits' order."""
    read = [
        (hit, c)
        for hit in hits
        for c in (*hit.candidates, *pairs(hit.candidates))
        if c.rerank is not None
    ]
    best = Best(
        rerank=max((c.rerank for _, c in read if c.rerank is not None), default=0.0),
        dense=max((c.dense for _, c in read), default=0.0),
    )
    asked = Asked.of(query, vocabulary)
    return [
        (hit, c, _features(asked, query.wants, hit, c, best, titles[hit.passage.document_id]))
        for hit, c in read
    ]


@dataclass(frozen=True, slots=True)
class Best:
    """The best of the candidates together: their highest logit and their highest similarity."""

    rerank: float
    dense: float


@dataclass(frozen=True, slots=True)
class Asked:
    """The question's terms with their rarity (0 to 1), the names in it, whether it is about the
    whole country or less (``scope``), what it counts, and the terms of each acronym's forms."""

    rarity: dict[str, float]
    names: frozenset[str]
    scope: str
    counted: frozenset[str]
    forms: tuple[tuple[frozenset[str], frozenset[str]], ...]

    @classmethod
    def of(cls, query: Query, vocabulary: Vocabulary) -> "Asked":
        core = [word for word in words(query.core) if word not in FUNCTION_WORDS]
        stems = {stem(word) for word in core if not _YEAR.fullmatch(word)}
        return cls(
            rarity={term: vocabulary.rarity(term) for term in stems},
            names=frozenset(map(stem, vocabulary.names(query.core))),
            scope="national" if is_national(query.spelled) else "local",
            counted=frozenset(terms(query.wants.counted)[-1:]),
            forms=tuple(
                (frozenset(terms(a.short)), frozenset(terms(a.long))) for a in query.acronyms
            ),
        )

    def terms_of(self, text: str) -> set[str]:
        """The terms of a text; one form of an acronym in it stands for both, and
        "per million" for a rate."""
        found = set(terms(text))
        if PER.search(text):
            found.add(RATE)
        for short, long in self.forms:
            if short <= found or long <= found:
                found |= short | long
        return found

    def counts(self, candidate: Candidate) -> bool:
        """Whether a candidate gives a number of what "how many" asks for; an acronym's other form
        is that thing too."""
        if not self.counted:
            return False
        names = self.counted.union(*(a | b for a, b in self.forms if self.counted & (a | b)))
        if candidate.unit.cells:
            return bool(names & set(terms(candidate.context)))
        return counts(candidate.text, names)

    def covered(self, found: set[str]) -> float:
        """The share of the question's terms, weighted by rarity, that are found: 0 to 1."""
        total = sum(self.rarity.values())
        return sum(w for term, w in self.rarity.items() if term in found) / total if total else 0.0


def _features(
    asked: Asked,
    wants: Wanted,
    hit: Hit,
    candidate: Candidate,
    best: Best,
    title: str,
) -> Features:
    passage, unit, text = candidate.passage, candidate.unit, candidate.text
    own = asked.terms_of(text)
    near = asked.terms_of(" ".join((title, *passage.section, candidate.context)))
    wide = asked.terms_of(" ".join((title, *passage.section, passage.text)))
    rerank = believed(candidate.rerank or 0.0)
    sure = believed(best.rerank)
    dense_gap = candidate.dense - best.dense
    label = asked.terms_of(" ".join(unit.cells[0].labels)) if unit.cells else set()
    held = holds(text)
    scope = _scope(text)
    kind = wants.kind
    said = years(f"{candidate.context} {text}")
    own_years = years(title)
    other_year = bool(wants.years) and bool(said) and not wants.years & said
    around = said or years(passage.text) | own_years
    absent = [weight for term, weight in asked.rarity.items() if term not in wide]
    return Features(
        rerank=rerank,
        rerank_gap=rerank - sure,
        dense=candidate.dense,
        dense_gap=dense_gap,
        dense_unsure=dense_gap * (1 - min(sure, 1.0)),
        fused=hit.fused,
        cover=asked.covered(near),
        cover_text=asked.covered(own),
        cover_passage=asked.covered(wide),
        absent_word=max(absent, default=0.0),
        absent_near=max((w for term, w in asked.rarity.items() if term not in near), default=0.0),
        absent_name=_flag(bool(asked.names - wide)),
        name_far=_flag(bool(asked.names - near)),
        year_clash=_flag(other_year and not wants.years & own_years),
        year_beside=_flag(other_year and bool(wants.years & own_years)),
        year_absent=_flag(bool(wants.years) and not wants.years & around),
        older=_flag(not wants.years and bool(unit.cells) and _is_older(passage, said)),
        kind_absent=_MUST * _flag(kind in _PLAIN and kind not in held),
        number_in_row=_flag(kind is Kind.NUMBER and unit.kind == "row"),
        counted=_flag(asked.counts(candidate)),
        uncounted=_MUST * _flag(bool(wants.counted) and not asked.counts(candidate)),
        measure_absent=_flag(
            kind is Kind.NUMBER
            and wants.measure is not None
            and wants.measure not in measured(candidate.context)
        ),
        label_fits=_share(len(label & asked.rarity.keys()), len(label)),
        label_extra=min(len(label - asked.rarity.keys()), 10) / 10,
        scope_fits=_flag(asked.scope in scope),
        scope_clash=_flag(bool(scope) and asked.scope not in scope),
        grade_found=_flag(kind is Kind.GRADE and Kind.GRADE in held),
        grade_unasked=_flag(kind is not Kind.GRADE and unit.kind == "grade"),
        reason_found=_flag(kind is Kind.REASON and Kind.REASON in held),
        list_found=_flag(kind is Kind.LIST and candidate.span == "list"),
        list_unasked=_flag(kind is not Kind.LIST and candidate.span == "list"),
        pair=_flag(candidate.span == "pair"),
        pair_compared=_flag(candidate.span == "pair" and kind is Kind.COMPARISON),
        pair_listed=_flag(candidate.span == "pair" and kind is Kind.LIST),
        defines=_flag(kind is Kind.DEFINITION and Kind.DEFINITION in held),
        compares=_flag(kind is Kind.COMPARISON and (unit.kind == "row" or Kind.COMPARISON in held)),
        row=_flag(unit.kind == "row"),
        note=_flag(unit.kind == "note"),
        caption=_flag(unit.kind in ("caption", "source")),
        fragment=_flag(unit.kind == "sentence" and bool(_UNFINISHED.search(text))),
        words=min(len(text.split()), 60) / 60,
    )


def _is_older(passage: Passage, said: frozenset[int]) -> bool:
    """Whether another row of the passage is of a later year than those said."""
    latest = (max(found) for u in passage.units if u.cells and (found := _row_years(u)))
    return bool(said) and max(said) < max(latest, default=0)


@lru_cache(maxsize=4096)
def _row_years(unit: Unit) -> frozenset[int]:
    return frozenset(year for label in unit.cells[0].labels for year in years(label))


def believed(logit: float) -> float:
    """The cross-encoder's logit as evidence: below about -9 it has no opinion and differences mean
    nothing (0), above it counts by the unit of ten (softplus)."""
    return math.log1p(math.exp(logit + 9)) / 10


def is_national(text: str) -> bool:
    """Whether a text speaks of the whole country, or of all bodies of a kind in it."""
    return bool(_NATIONAL.search(text))


def _scope(text: str) -> frozenset[str]:
    """Which scopes a text's figures may have: one sentence can give both."""
    if not is_national(text):
        return frozenset({"local"})
    both = Kind.COMPARISON in holds(text) or ";" in text
    return frozenset({"national", "local"} if both else {"national"})


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _flag(condition: bool) -> float:
    return 1.0 if condition else 0.0
