"""Which candidate answers, and how probable it is that it is right: two linear models whose
weights were fitted on development questions (``python -m eval.calibrate``)."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from importlib.resources import files

from index.candidates import Candidate
from index.query import Query
from index.question import Kind
from index.search import Hit
from service.features import NAMES, Features
from service.figures import agree

VERSION = 6
"""Of the features that the stored weights belong to."""
_NEAR = 3.5
"""How far behind the best one that says the same is still believed."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its score: about -3 to 6, higher is better; differences compare within one
    question."""

    hit: Hit
    candidate: Candidate
    features: Features
    score: float


@dataclass(frozen=True, slots=True)
class Signs:
    """What the best candidate's trustworthiness is read from, beside its own features and the kind
    of answer asked for: its score, its lead over the best of those elsewhere that say something
    else, how much the question asks, in words by twenty (of a long question less is found in one
    place), and whether a longer message is told around it, on which the answer may depend.
    """

    score: float
    lead: float
    asked: float
    told: float


SIGNS = (*(field.name for field in fields(Signs)), *(f"asks_{kind.value}" for kind in Kind))
_BY_SCORE = frozenset({"cover", "cover_text", "cover_passage"})
"""Features that count for the confidence through the score alone. By themselves they would tell
how those write whose questions it is fitted on: what is not said they ask in the report's words."""
TRUST = (*(name for name in NAMES if name not in _BY_SCORE), *SIGNS)
"""What the confidence is computed from, by name."""


@dataclass(frozen=True, slots=True)
class Model:
    """The stored weights. ``rank`` has one for each feature; ``trust`` one for each of ``TRUST``,
    with ``intercept``, of a logistic regression. ``threshold`` is the published operating point:
    an answer less probable than this is not given."""

    rank: Mapping[str, float]
    trust: Mapping[str, float]
    intercept: float
    threshold: float

    def ranked(self, found: Sequence[tuple[Hit, Candidate, Features]]) -> list[Ranked]:
        """The candidates, best first; those that cannot be what was asked for come last."""
        scored = [Ranked(hit, c, f, _dot(self.rank, f.named())) for hit, c, f in found]
        return sorted(scored, key=lambda r: (is_other(r.features), -r.score))

    def confidence(self, query: Query, ranked: Sequence[Ranked]) -> float:
        """The probability (0 to 1) that the first candidate is right; 0 where there is none, or
        where it cannot be what was asked for."""
        if not ranked or is_other(ranked[0].features):
            return 0.0
        logit = self.intercept + _dot(self.trust, trust_features(query, ranked))
        return 1 / (1 + math.exp(-logit))


def is_other(features: Features) -> bool:
    """Whether a candidate is something else than was asked for: words without a figure or a date
    where one was asked for, or of another year, unless the year asked for is the report's own."""
    return bool(features.kind_absent or features.year_clash)


def trust_features(query: Query, ranked: Sequence[Ranked]) -> dict[str, float]:
    """What the confidence in the first candidate is computed from, by name."""
    best = ranked[0]
    rivals = (
        r.score
        for r in ranked[1:]
        if not (is_other(r.features) or _overlap(best.candidate, r.candidate))
        and not _agree(query, best, r)
    )
    lead = best.score - max(rivals, default=best.score - 3)
    signs = Signs(
        score=best.score,
        lead=min(lead, 3),
        asked=min(len(query.core.split()), 40) / 20,
        told=float(bool(query.message)),
    )
    kinds = {f"asks_{kind.value}": float(kind is query.wants.kind) for kind in Kind}
    return {**best.features.named(), **asdict(signs), **kinds}


def load_model() -> Model:
    """The weights shipped with the package."""
    stored = json.loads((files("service") / "calibration.json").read_text(encoding="utf-8"))
    if stored.pop("version") != VERSION:
        raise ValueError("service/calibration.json is of another version: run eval.calibrate")
    return Model(**stored)


def _agree(query: Query, best: Ranked, other: Ranked) -> bool:
    """Whether a candidate that is nearly as good gives the same figure to a question for one."""
    return (
        query.wants.kind is Kind.NUMBER
        and best.score - other.score <= _NEAR
        and agree(best.candidate.text, other.candidate.text)
    )


def _overlap(one: Candidate, other: Candidate) -> bool:
    same = one.passage is other.passage
    return same and one.start < other.end and other.start < one.end


def _dot(weights: Mapping[str, float], values: Mapping[str, float]) -> float:
    return sum(weight * values[name] for name, weight in weights.items())
