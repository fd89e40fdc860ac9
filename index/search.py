"""Question → hits: dense and lexical scores fused, the best reranked."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder, Reranker
from index.query import Query
from index.store import Index
from ingest.records import Passage

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. Higher is better in every score: ``dense`` is the cosine similarity (-1 to
    1), ``lexical`` BM25 (from 0), ``fused`` their weighted sum after scaling (0 to 1), ``rerank``
    the cross-encoder's logit (about -12 to 12; None where it was not reranked)."""

    row: int
    passage: Passage
    dense: float
    lexical: float
    fused: float
    rerank: float | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the stages are combined; the defaults were chosen by measurement on development
    questions (``python -m eval.ablation``).

    ``lexical_weight`` is BM25's share in the fused score (0 to 1), ``depth`` how many passages the
    cross-encoder reads.
    """

    lexical_weight: float = 0.4
    depth: int = 20


class Searcher:
    """Searches one index with the models that fit it; without a reranker, hits keep the fused
    order."""

    def __init__(
        self,
        index: Index,
        encoder: Encoder,
        reranker: Reranker | None = None,
        *,
        recipe: Recipe | None = None,
    ) -> None:
        self.index = index
        self._encoder = encoder
        self._reranker = reranker
        self._recipe = recipe or Recipe()

    def search(self, query: Query, *, documents: Collection[str] | None = None) -> list[Hit]:
        """The best passages, best first, at most the recipe's depth; only those of the given
        documents if any are given."""
        hits = self.first_stage(query, documents=documents)
        if self._reranker is None or not hits:
            return hits
        scores = self._reranker.score(query.spelled, [shown(hit.passage) for hit in hits])
        ranked = [replace(hit, rerank=float(s)) for hit, s in zip(hits, scores, strict=True)]
        return sorted(ranked, key=lambda hit: (-(hit.rerank or 0.0), hit.row))

    def first_stage(self, query: Query, *, documents: Collection[str] | None = None) -> list[Hit]:
        """The same without reranking."""
        allowed = self._rows(documents)
        dense = self.index.similarities(self._encoder.encode_question(query.spelled))
        lexical = self.index.lexical.scores(query.terms)
        fused = fuse(dense[allowed], lexical[allowed], weight=self._recipe.lexical_weight)
        order = np.argsort(-fused, kind="stable")[: self._recipe.depth]
        return [
            Hit(
                row=int(allowed[i]),
                passage=self.index.passages[allowed[i]],
                dense=float(dense[allowed[i]]),
                lexical=float(lexical[allowed[i]]),
                fused=float(fused[i]),
            )
            for i in order
        ]

    def _rows(self, documents: Collection[str] | None) -> NDArray[np.intp]:
        if documents is None:
            return np.arange(len(self.index.passages))
        chosen = [p.document_id in documents for p in self.index.passages]
        return np.flatnonzero(np.array(chosen, dtype=bool))


def fuse(dense: Scores, lexical: Scores, *, weight: float) -> Scores:
    """The convex combination of both scores, each scaled to 0–1 over the passages at hand (Bruch
    et al. 2023, "An analysis of fusion functions for hybrid retrieval")."""
    return (1 - weight) * _scaled(dense) + weight * _scaled(lexical)


def shown(passage: Passage) -> str:
    """What the cross-encoder reads of a passage: its innermost headings and its text."""
    return f"{' › '.join(passage.section[-2:])}\n{passage.text}"


def _scaled(scores: Scores) -> Scores:
    if scores.size == 0:
        return scores
    low, high = float(scores.min()), float(scores.max())
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)
