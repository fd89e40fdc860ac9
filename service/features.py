"""What is known of a candidate before it is believed: numbers from the chain and from agreement
between question and text. Nothing here knows a report."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

from index.candidates import Candidate
from index.query import Query
from index.search import Hit
from index.terms import FUNCTION_WORDS, stem, terms, words
from index.vocabulary import Vocabulary
from service.question import Kind, Wanted, years

_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|half"
    r"|third|quarter|majority|most|none|no|all)\b",
    re.IGNORECASE,
)
_YEARS_AND_MARKS = re.compile(r"\b(?:19|20)\d\d(?:[/–-]\d\d)?\b|[⁰¹²³⁴-⁹]+|\b[Ff]igure \d+")
_WHEN = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:19|20)\d\d|yearly|annual(?:ly)?|monthly|weekly|daily|quarterly|(?:month|year|week|day)s?)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|due to|as a result|so that|in order to|since|therefore|owing to|reasons?|means"
    r"|given (?:the|that)|to ensure|for this|as (?:it|this|the|they|its|there)|which makes)\b",
    re.IGNORECASE,
)
_GRADE = re.compile(
    r"\b(?:outstanding|good|requir(?:es|ing|e) improvement|inadequate|excellent|satisfactory|poor"
    r"|adequate|fair)\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:than|compared|similar|lower|higher|fewer|while|whereas|against|in line|same|both|most"
    r"|lowest|highest|between)\b",
    re.IGNORECASE,
)
_DEFINES = re.compile(r"\b(?:is|are|was|were) (?:an?|the|when|where)\b|:|\bmeans?\b|\bi\.e\.|\(")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTHS = frozenset(
    """
    january february march april may june july august september october november december
    """.split()
)
"""Names that say when, not who or where."""


@dataclass(frozen=True, slots=True)
class Features:
    """One candidate's numbers; each is about -1 to 1, and says by its name what more of it is."""

    rerank: float
    rerank_gap: float
    dense: float
    fused: float
    first_passage: float
    cover: float
    cover_text: float
    cover_passage: float
    absent_word: float
    absent_name: float
    year_clash: float
    year_absent: float
    number_absent: float
    number_in_row: float
    when_absent: float
    grade_found: float
    grade_unasked: float
    reason_found: float
    list_found: float
    list_unasked: float
    defines: float
    compares: float
    row: float
    note: float
    caption: float
    words: float


NAMES = tuple(field.name for field in fields(Features))


def all_features(
    query: Query, asks: Wanted, hits: Sequence[Hit], vocabulary: Vocabulary, titles: dict[str, str]
) -> list[tuple[Hit, Candidate, Features]]:
    """The features of every candidate that the cross-encoder read, in the hits' order."""
    read = [(hit, c) for hit in hits for c in hit.candidates if c.rerank is not None]
    best = max((c.rerank for _, c in read if c.rerank is not None), default=0.0)
    asked = Asked.of(query, vocabulary)
    found = []
    for hit, candidate in read:
        title = titles[hit.passage.document_id]
        first = 1.0 if hit is hits[0] else 0.0
        found.append((hit, candidate, _features(asked, asks, hit, candidate, best, first, title)))
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """The question's terms with their rarity (0 to 1), the names in it, and the terms of each
    acronym's two forms."""

    rarity: dict[str, float]
    names: frozenset[str]
    forms: tuple[tuple[frozenset[str], frozenset[str]], ...]

    @classmethod
    def of(cls, query: Query, vocabulary: Vocabulary) -> "Asked":
        core = [word for word in words(query.core) if word not in FUNCTION_WORDS]
        stems = {stem(word) for word in core if not _YEAR.fullmatch(word)}
        names = (word for word in core if vocabulary.is_name(word) and word not in _MONTHS)
        return cls(
            rarity={term: vocabulary.rarity(term) for term in stems},
            names=frozenset(stem(word) for word in names),
            forms=tuple(
                (frozenset(terms(a.short)), frozenset(terms(a.long))) for a in query.acronyms
            ),
        )

    def terms_of(self, text: str) -> set[str]:
        """The terms of a text; one form of an acronym in it stands for both."""
        found = set(terms(text))
        for short, long in self.forms:
            if short <= found or long <= found:
                found |= short | long
        return found

    def covered(self, found: set[str]) -> float:
        """The share of the question's terms, weighted by rarity, that are found: 0 to 1."""
        total = sum(self.rarity.values())
        return sum(w for term, w in self.rarity.items() if term in found) / total if total else 0.0


def _features(
    asked: Asked,
    asks: Wanted,
    hit: Hit,
    candidate: Candidate,
    best: float,
    first: float,
    title: str,
) -> Features:
    passage, unit, text = candidate.passage, candidate.unit, candidate.text
    own = asked.terms_of(text)
    near = asked.terms_of(" ".join((*passage.section, candidate.context)))
    wide = asked.terms_of(" ".join((title, *passage.section, passage.text)))
    rerank = candidate.rerank or 0.0
    plain = _YEARS_AND_MARKS.sub(" ", text)
    has_number = bool(_NUMBER.search(plain))
    kind = asks.kind
    said = years(f"{candidate.context} {text}")
    around = said or years(f"{passage.text} {title}")
    absent = [weight for term, weight in asked.rarity.items() if term not in wide]
    return Features(
        rerank=rerank / 10,
        rerank_gap=(rerank - best) / 10,
        dense=candidate.dense,
        fused=hit.fused,
        first_passage=first,
        cover=asked.covered(near),
        cover_text=asked.covered(own),
        cover_passage=asked.covered(wide),
        absent_word=max(absent, default=0.0),
        absent_name=_flag(bool(asked.names - wide)),
        year_clash=_flag(bool(asks.years) and bool(said) and not asks.years & said),
        year_absent=_flag(bool(asks.years) and not asks.years & around),
        number_absent=_flag(kind is Kind.NUMBER and not has_number),
        number_in_row=_flag(kind is Kind.NUMBER and unit.kind == "row"),
        when_absent=_flag(kind is Kind.DATE and not _WHEN.search(text)),
        grade_found=_flag(kind is Kind.GRADE and bool(_GRADE.search(text))),
        grade_unasked=_flag(kind is not Kind.GRADE and unit.kind == "grade"),
        reason_found=_flag(kind is Kind.REASON and bool(_REASON.search(text))),
        list_found=_flag(kind is Kind.LIST and candidate.is_list),
        list_unasked=_flag(kind is not Kind.LIST and candidate.is_list),
        defines=_flag(kind is Kind.DEFINITION and bool(_DEFINES.search(text))),
        compares=_flag(
            kind is Kind.COMPARISON and (unit.kind == "row" or bool(_COMPARES.search(text)))
        ),
        row=_flag(unit.kind == "row"),
        note=_flag(unit.kind == "note"),
        caption=_flag(unit.kind in ("caption", "source")),
        words=min(len(text.split()), 60) / 60,
    )


def _flag(condition: bool) -> float:
    return 1.0 if condition else 0.0
