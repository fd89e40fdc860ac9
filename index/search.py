"""Question → hits: dense and lexical scores fused, the best pieces read by a cross-encoder."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.candidates import Candidate, candidates
from index.encoder import Encoder, Reranker, Vectors
from index.query import Query, glossed
from index.question import holds
from index.store import Index
from index.terms import terms
from ingest.records import Passage

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, with the candidates in it. Higher is better in every score: ``dense`` is
    the best cosine similarity of one of its units plus shares of its heading's and of all of it
    (about -1 to 1.6), ``lexical`` BM25 (from 0), ``fused`` their weighted sum after scaling (0 to
    1), ``score`` what the hits are ordered by: the best candidate's logit plus a multiple of
    ``fused``, or ``fused`` itself without a reranker."""

    row: int
    passage: Passage
    candidates: tuple[Candidate, ...]
    dense: float
    lexical: float
    fused: float
    score: float


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the stages are combined; the defaults were chosen by measurement on development
    questions (``make eval-ablation``).

    To the similarity of a passage's best unit are added those of its heading, by
    ``heading_weight``, and of all of it (the mean of its units' vectors), by ``passage_weight``.
    ``lexical_weight`` is BM25's share in the fused score (0 to 1), ``depth`` how many passages go
    on to the second stage, ``pieces`` how many of their candidates the cross-encoder reads, and
    ``fused_weight`` how many logits a fused score of 1 is worth after it.
    """

    heading_weight: float = 0.3
    passage_weight: float = 0.3
    lexical_weight: float = 0.2
    depth: int = 20
    pieces: int = 16
    fused_weight: float = 20.0


class Searcher:
    """Searches one index with the models that fit it. Without a reranker every candidate that it
    would read has the logit 0, and hits keep the fused order."""

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
        counts = [len(passage.units) for passage in index.passages]
        self._headings = _headings(index.passages)
        self._first_unit = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
        self._means = _means(index.vectors_of_units(), self._first_unit)

    def search(self, query: Query, *, documents: Collection[str] | None = None) -> list[Hit]:
        """The best passages, best first, at most the recipe's depth; only those of the given
        documents if any are given."""
        return self._read(query, self.first_stage(query, documents=documents))

    def first_stage(self, query: Query, *, documents: Collection[str] | None = None) -> list[Hit]:
        """The same without reranking."""
        allowed = self._allowed(documents)
        if allowed.size == 0:
            return []
        vector = self.vector(query)
        units, headings = self.index.similarities(vector)
        dense = (
            np.maximum.reduceat(units, self._first_unit[:-1])
            + self._recipe.heading_weight * headings
            + self._recipe.passage_weight * (self._means @ vector)
        )
        lexical = self.index.lexical.scores(query.terms)
        fused = fuse(dense[allowed], lexical[allowed], weight=self._recipe.lexical_weight)
        order = np.argsort(-fused, kind="stable")[: self._recipe.depth]
        return [
            self._hit(int(allowed[i]), units, float(dense[allowed[i]]), lexical, float(fused[i]))
            for i in order
        ]

    def vector(self, query: Query) -> Vectors:
        """A question's unit vector; of a long message half what asks and half the whole of it,
        which says what it is about."""
        vector = self._encoder.encode_question(query.spelled)
        if query.message:
            vector = vector + self._encoder.encode_question(query.message)
        return _unit(vector)

    def _hit(self, row: int, units: Scores, dense: float, lexical: Scores, fused: float) -> Hit:
        passage = self.index.passages[row]
        own = units[self._first_unit[row] : self._first_unit[row + 1]].tolist()
        pieces = tuple(
            candidates(passage, self._headings[passage.document_id, passage.section], own)
        )
        return Hit(row, passage, pieces, dense, float(lexical[row]), fused, score=fused)

    def _read(self, query: Query, hits: Sequence[Hit]) -> list[Hit]:
        chosen = _promising(query, hits, self._recipe.pieces)
        texts = [glossed(c.context, query) for c in chosen]
        scores = iter(
            [0.0] * len(texts)
            if self._reranker is None
            else self._reranker.score(query.spelled, texts).tolist()
        )
        read = {id(c): replace(c, rerank=next(scores)) for c in chosen}
        weight = self._recipe.fused_weight
        ranked = []
        for hit in hits:
            pieces = tuple(read.get(id(c), c) for c in hit.candidates)
            best = max((c.rerank for c in pieces if c.rerank is not None), default=UNSURE)
            ranked.append(
                replace(hit, candidates=pieces, score=max(best, UNSURE) + weight * hit.fused)
            )
        return sorted(ranked, key=lambda hit: (-hit.score, hit.row))

    def _allowed(self, documents: Collection[str] | None) -> NDArray[np.intp]:
        if documents is None:
            return np.arange(len(self.index.passages))
        chosen = [p.document_id in documents for p in self.index.passages]
        return np.flatnonzero(np.array(chosen, dtype=bool))


UNSURE = -9.0
"""A logit below which the cross-encoder has no opinion: differences there are noise, and the order
of the first stage holds."""


def fuse(dense: Scores, lexical: Scores, *, weight: float) -> Scores:
    """The convex combination of both scores, each scaled to 0–1 over the passages at hand (Bruch
    et al. 2023, "An analysis of fusion functions for hybrid retrieval")."""
    return (1 - weight) * _scaled(dense) + weight * _scaled(lexical)


def _means(units: Vectors, first: NDArray[np.intp]) -> Vectors:
    """The mean vector of each passage's units, of length 1: float32, (number of passages,
    dimension)."""
    if len(first) == 1:
        return np.zeros((0, units.shape[1]), dtype=np.float32)
    return _unit(np.add.reduceat(units, first[:-1], axis=0))


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return scaled


def _headings(passages: Sequence[Passage]) -> dict[tuple[str, tuple[str, ...]], str]:
    """What a passage's heading is called: its title, below the one above it where the document
    has that title more than once."""
    paths = {(p.document_id, p.section) for p in passages}
    titles = Counter((document, section[-1:]) for document, section in paths)
    return {
        (document, section): " › ".join(
            section[-1 if titles[document, section[-1:]] == 1 else -2 :]
        )
        for document, section in paths
    }


def _promising(query: Query, hits: Sequence[Hit], pieces: int) -> list[Candidate]:
    """The candidates worth reading: by their own similarity, the question's terms in what would be
    read, their passage's score, whether they hold what kind of thing is asked for, and before its
    items a whole list."""
    asked = set(query.terms)

    def promise(hit: Hit, candidate: Candidate) -> float:
        shared = len(asked & set(terms(glossed(candidate.context, query)))) / max(len(asked), 1)
        fits = query.wants.kind in holds(candidate.text)
        whole = candidate.span == "list"
        return candidate.dense + 0.3 * shared + 0.3 * hit.fused + 0.1 * fits + 0.05 * whole

    scored = [(promise(hit, c), c) for hit in hits for c in hit.candidates]
    scored.sort(key=lambda pair: -pair[0])
    return [candidate for _, candidate in scored[:pieces]]


def _scaled(scores: Scores) -> Scores:
    if scores.size == 0:
        return scores
    low, high = float(scores.min()), float(scores.max())
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)
