"""The reports at hand: one index folder, its models, and the ways to use and change them."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from time import perf_counter

from index.embedding import Progress, searched_text
from index.encoder import Encoder, Reranker
from index.initials import Initials
from index.query import Query, query
from index.search import Hit, Recipe, Searcher
from index.spelling import Speller
from index.store import Index, Store
from index.terms import terms
from index.vocabulary import Vocabulary
from ingest.errors import BadQuestion, NotFound
from ingest.records import Acronym, Document, Passage, Reading
from service.answer import Answerer
from service.naming import Named, named, named_alone
from service.ranking import load_model
from service.reply import Reply

MAX_QUESTION = 4000


class View:
    """One generation of the index and everything derived from it, made when first needed."""

    def __init__(self, index: Index, searcher: Searcher) -> None:
        self.index = index
        self.searcher = searcher
        self._oftens: dict[str, frozenset[str]] = {}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        titles = {document.id: document.title for document in self.index.documents}
        return Vocabulary(searched_text(p, titles[p.document_id]) for p in self.index.passages)

    @cached_property
    def speller(self) -> Speller:
        return Speller(self.vocabulary)

    @cached_property
    def acronyms(self) -> tuple[Acronym, ...]:
        """The acronyms that the documents define, each once."""
        found = {(a.short, a.long): a for d in self.index.documents for a in d.acronyms}
        return tuple(found.values())

    @cached_property
    def initials(self) -> Initials:
        return Initials([passage.text for passage in self.index.passages], self.vocabulary)

    def named(self, query: Query, documents: Collection[str]) -> Named | None:
        """The reports that a question names, of all or of those with the given ids if there are
        any; None where it names none, or several were given."""
        asked = [d for d in self.index.documents if not documents or d.id in documents]
        if len(asked) == 1:
            return named_alone(query, asked[0], self.vocabulary, self._often(asked[0].id))
        if documents:
            return None
        return named(query, asked, self.vocabulary, self.index.holding)

    def _often(self, document_id: str) -> frozenset[str]:
        """The stems that half of a report's passages or more have in their own text."""
        if document_id not in self._oftens:
            passages = [p.text for p in self.index.passages if p.document_id == document_id]
            held = Counter(term for text in passages for term in set(terms(text)))
            often = (term for term, count in held.items() if 2 * count >= len(passages))
            self._oftens[document_id] = frozenset(often)
        return self._oftens[document_id]

    def query(self, question: str) -> Query:
        """The question prepared with what the reports' words tell of it."""
        return query(
            question,
            acronyms=(*self.acronyms, *self.initials.acronyms(question)),
            speller=self.speller,
        )


class Library:
    """Answers questions about the reports of one index folder, and adds and removes reports.

    A change made by another process is seen at the next question.
    """

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        reranker: Reranker | None,
        *,
        min_confidence: float | None = None,
        recipe: Recipe | None = None,
    ) -> None:
        self.store = store
        self.encoder = encoder
        self._reranker = reranker
        self._recipe = recipe
        self._min_confidence = min_confidence
        self._lock = Lock()
        self._seen = ""
        self._view: View | None = None

    @cached_property
    def _answerer(self) -> Answerer:
        # Not before a question is asked: what fits the weights searches without them.
        return Answerer(load_model(), min_confidence=self._min_confidence)

    def ask(
        self, question: str, *, documents: Collection[str] | None = None, top_k: int = 5
    ) -> Reply:
        """Answer a question from all reports, or from those with the given ids if there are any.

        Raises ``BadQuestion`` for one that is empty or over 4,000 characters, ``NotFound`` for an
        unknown id, and what ``Store.open`` raises.
        """
        start = perf_counter()
        _check(question)
        asked, hits, view = self.find(question, documents=documents)
        by_id = {document.id: document for document in view.index.documents}
        reply = self._answerer.answer(asked, hits, by_id, view.vocabulary, top_k=top_k)
        return replace(reply, took_ms=round((perf_counter() - start) * 1000))

    def find(
        self, question: str, *, documents: Collection[str] | None = None
    ) -> tuple[Query, list[Hit], View]:
        """The question as it is searched for, its hits, and the generation that they are of."""
        view = self.view()
        for document_id in documents or ():
            self.document(document_id)
        asked = view.query(question)
        about = view.named(asked, documents or ())
        if about is None:
            return asked, view.searcher.search(asked, documents=documents or None), view
        rest = replace(view.query(about.asked), asked=question)
        return rest, view.searcher.search(rest, documents=about.ids), view

    def view(self) -> View:
        """The current generation, loaded anew if it changed."""
        with self._lock:
            generation = self.store.generation()
            if self._view is None or generation != self._seen:
                index = self.store.open(model_checksum=self.encoder.checksum)
                searcher = Searcher(index, self.encoder, self._reranker, recipe=self._recipe)
                self._view = View(index, searcher)
                self._seen = generation
            return self._view

    @property
    def documents(self) -> tuple[Document, ...]:
        """All reports, in the order in which they were added; none where there is no index."""
        return self.view().index.documents if self.store.generation() else ()

    def document(self, document_id: str) -> Document:
        """The report with this id; raises ``NotFound``."""
        found = self.view().index.document(document_id)
        if found is None:
            raise NotFound(
                f"there is no document {document_id!r}: 'reportqa documents' or /documents lists "
                f"those there are"
            )
        return found

    def passages(self, document_id: str) -> tuple[Passage, ...]:
        """The passages of a report in reading order; raises ``NotFound``."""
        self.document(document_id)
        return tuple(p for p in self.view().index.passages if p.document_id == document_id)

    def add(self, readings: Sequence[Reading], *, progress: Progress | None = None) -> None:
        """Index reports that were read; those with the same id are replaced."""
        self.store.add(readings, self.encoder, progress=progress)

    def remove(self, document_ids: Sequence[str]) -> None:
        """Take reports out; raises ``NotFound`` for an unknown id."""
        for document_id in document_ids:
            self.document(document_id)
        self.store.remove(document_ids, self.encoder)

    def original(self, document: Document) -> Path:
        """The kept copy of the report's file; raises ``NotFound`` where it is gone."""
        path = self.store.original(document.sha256)
        if not path.is_file():
            raise NotFound(
                f"the original file of {document.name} is no longer there: ingest it again"
            )
        return path


def _check(question: str) -> None:
    if not question.strip():
        raise BadQuestion("the question is empty: type one, for example 'What is the charge rate?'")
    if len(question) > MAX_QUESTION:
        raise BadQuestion(
            f"the question has {len(question):,} characters, at most {MAX_QUESTION:,} are taken: "
            f"ask for one thing at a time"
        )
