"""Question and hits → the answer in the report's own words, or none."""

import math
from collections.abc import Mapping, Sequence

from index.encoder import Reranker
from index.query import Query
from index.search import Hit
from ingest.records import Document
from service.reply import Answer, Citation, Reply


class Answerer:
    """Picks the unit of the best hits that answers the question."""

    def __init__(self, reranker: Reranker | None, *, min_confidence: float | None = None) -> None:
        self._reranker = reranker
        self._min = 0.5 if min_confidence is None else min_confidence

    def answer(
        self, query: Query, hits: Sequence[Hit], documents: Mapping[str, Document], *, top_k: int
    ) -> Reply:
        """Reply to a question from its hits, best first."""
        shown = hits[:top_k]
        units = [(i, unit) for i, hit in enumerate(shown) for unit in hit.passage.units]
        texts = [shown[i].passage.text[u.start : u.end] for i, u in units]
        scores = self._reranker.score(query.spelled, texts) if self._reranker else []
        best = max(range(len(texts)), key=lambda j: scores[j], default=None)
        citations = [
            Citation(documents[hit.passage.document_id], hit.passage, _share(hit.rerank or 0.0))
            for hit in shown
        ]
        if best is None:
            return Reply(query.asked, None, 0.0, "The report doesn't say.", tuple(citations), 0)
        i, unit = units[best]
        confidence = _share(float(scores[best]))
        citations[i] = Citation(
            citations[i].document,
            citations[i].passage,
            citations[i].score,
            ((unit.start, unit.end),),
        )
        if confidence < self._min:
            message = "The report doesn't say. This is what it says nearest to the question."
            return Reply(query.asked, None, confidence, message, tuple(citations), 0)
        answer = Answer(texts[best], texts[best], i)
        return Reply(query.asked, answer, confidence, "", tuple(citations), 0)


def _share(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))
