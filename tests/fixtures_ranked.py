"""Hits and candidates made by hand, as the search hands them on."""

from dataclasses import fields, replace

from fixtures_library import passage

from index.candidates import Candidate, candidates
from index.search import Hit
from service.features import Features
from service.ranking import Ranked

ZERO = Features(**{field.name: 0.0 for field in fields(Features)})


def hit(own, *, heading="", dense=0.5, rerank=0.0, fused=0.5, row=0) -> Hit:
    """A passage found whose every candidate was read; ``rerank`` a logit for all or one each."""
    pieces = candidates(own, heading, [dense] * len(own.units))
    logits = [rerank] * len(pieces) if isinstance(rerank, float) else rerank
    read = tuple(replace(c, rerank=logit) for c, logit in zip(pieces, logits, strict=True))
    return Hit(row, own, read, dense, 1.0, fused, 1.0)


def found(*paragraphs, document="harbour", section=("Part",), page=0, n=0, **scores) -> Hit:
    return hit(passage(document, n, section, *paragraphs, page=page), **scores)


def piece(of: Hit, text: str, span: str = "unit") -> Candidate:
    """The candidate whose words begin so."""
    return next(c for c in of.candidates if c.span == span and c.text.startswith(text))


def ranked(of: Hit, candidate: Candidate, score: float, features: Features = ZERO) -> Ranked:
    return Ranked(of, candidate, features, score)
