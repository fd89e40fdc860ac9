"""Question and hits → the answer in the report's own words, or none."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from index.query import Query
from index.search import UNSURE, Hit
from index.vocabulary import Vocabulary
from ingest.records import Document
from service.features import all_features, believed, subjects
from service.naming import elsewhere
from service.ranking import Model
from service.reply import Answer, Citation, Quote, Reply
from service.shaping import Shaped, shape
from service.supporting import supporting

UNSAID = "The report doesn't say. This is what it says nearest to the question."
NOTHING = "There is nothing to search: add a report first."


class Answerer:
    """Picks the candidate that answers, shapes its words, and decides whether to believe them.

    An answer less probable than ``min_confidence`` (0 to 1; None is the model's own operating
    point) is not given.
    """

    def __init__(self, model: Model, *, min_confidence: float | None = None) -> None:
        self._model = model
        self._threshold = model.threshold if min_confidence is None else min_confidence

    def answer(
        self,
        query: Query,
        hits: Sequence[Hit],
        documents: Mapping[str, Document],
        vocabulary: Vocabulary,
        *,
        top_k: int,
    ) -> Reply:
        """Reply to a question from its hits, best first; the first citation is the answer's, and
        at most ``top_k`` are shown."""
        titles = subjects(documents.values())
        ranked = self._model.ranked(all_features(query, hits, vocabulary, titles))
        if not ranked:
            return Reply(query.asked, None, 0.0, NOTHING, (), 0)
        if elsewhere(query, list(documents.values()), vocabulary):
            confidence = 0.0
        else:
            confidence = self._model.confidence(query, ranked)
        best = shape(query, ranked, titles[ranked[0].candidate.passage.document_id])
        more = supporting(best, ranked)
        shown = _ordered(hits, best, top_k)
        citations = [_citation(hit, documents) for hit in shown]
        places = {id(hit.passage): n for n, hit in enumerate(shown)}
        citations[0] = replace(citations[0], highlights=((best.start, best.end),))
        if confidence < self._threshold:
            return Reply(query.asked, None, confidence, UNSAID, tuple(citations), 0)
        also = []
        for quote in more:
            n = places.get(id(quote.candidate.passage))
            if n is not None:
                also.append(Quote(quote.quote, n))
                marked = sorted({*citations[n].highlights, (quote.start, quote.end)})
                citations[n] = replace(citations[n], highlights=tuple(marked))
        answer = Answer(best.text, best.quote, 0, tuple(also))
        return Reply(query.asked, answer, confidence, "", tuple(citations), 0)


def _ordered(hits: Sequence[Hit], best: Shaped, top_k: int) -> list[Hit]:
    first = [hit for hit in hits if hit.passage is best.candidate.passage]
    rest = [hit for hit in hits if hit.passage is not best.candidate.passage]
    return [*first, *rest][:top_k]


def _citation(hit: Hit, documents: Mapping[str, Document]) -> Citation:
    read = [(c.rerank, c) for c in hit.candidates if c.rerank is not None]
    document = documents[hit.passage.document_id]
    if not read:
        return Citation(document, hit.passage, hit.fused)
    _, best = max(read, key=lambda found: (max(found[0], UNSURE), found[1].dense))
    share = min(believed(max(logit for logit, _ in read)), 1.0)
    return Citation(document, hit.passage, share, nearest=(best.start, best.end))
