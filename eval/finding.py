"""Ways of finding, from a splitter's windows to the product's own: question → stretches of text."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from index.embedding import heading_text
from index.encoder import Encoder, Vectors
from index.query import Query, spelled_out, uses
from index.question import wanted
from index.search import Hit, Recipe, Searcher
from index.terms import terms
from ingest.records import Acronym, Document, Passage
from service.library import Library

CACHE = Path("var/eval/vectors")
SHOWN = 5
"""How many stretches are shown."""
WINDOW = 1000
"""Characters of a window: what a splitter without knowledge of headings usually makes."""
_BATCH = 64


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text shown in answer to a question, and the passages that it overlaps."""

    text: str
    parts: tuple[Passage, ...]


Find = Callable[[str], list[Stretch]]
"""Question → stretches of text, best first."""


def windows(documents: Sequence[Document], passages: Sequence[Passage]) -> list[Stretch]:
    """The text of each document cut every 1000 characters, at the last space before."""
    found = []
    for document in documents:
        own = [p for p in passages if p.document_id == document.id]
        found += list(_cut(own))
    return found


def _cut(passages: Sequence[Passage]) -> Iterator[Stretch]:
    text = "\n\n".join(passage.text for passage in passages)
    ends = np.cumsum([len(passage.text) + 2 for passage in passages])
    start = 0
    while start < len(text):
        end = min(start + WINDOW, len(text))
        space = text.rfind(" ", start, end)
        if end < len(text) and space > start:
            end = space + 1
        first, last = np.searchsorted(ends, [start, end - 1], side="right")
        yield Stretch(text[start:end], tuple(passages[first : last + 1]))
        start = end


def by_vectors(stretches: Sequence[Stretch], texts: Sequence[str], encoder: Encoder) -> Find:
    """Find by one vector a stretch, made of its text in ``texts``."""
    vectors = _vectors(texts, encoder)

    def find(question: str) -> list[Stretch]:
        scores = vectors @ encoder.encode_question(question)
        return [stretches[i] for i in np.argsort(-scores, kind="stable")[:SHOWN]]

    return find


def by_windows(library: Library) -> Find:
    """Windows of characters, one vector each."""
    index = library.view().index
    stretches = windows(index.documents, index.passages)
    return by_vectors(stretches, [s.text for s in stretches], library.encoder)


def by_passages(library: Library) -> Find:
    """Passages cut by heading, one vector each."""
    passages = library.view().index.passages
    stretches = [Stretch(p.text, (p,)) for p in passages]
    return by_vectors(stretches, [p.text for p in passages], library.encoder)


def by_paths(library: Library) -> Find:
    """The same, document title and heading path embedded before the text."""
    index = library.view().index
    titles = {document.id: document.title for document in index.documents}
    stretches = [Stretch(p.text, (p,)) for p in index.passages]
    texts = [f"{heading_text(p.section, titles[p.document_id])}\n{p.text}" for p in index.passages]
    return by_vectors(stretches, texts, library.encoder)


def by_sentences(*, lexical: bool) -> Callable[[Library], Find]:
    """Passages by their best sentence's vector and their heading's; with BM25 or without."""

    def make(library: Library) -> Find:
        recipe = Recipe() if lexical else Recipe(lexical_weight=0.0)
        searcher = Searcher(library.view().index, library.encoder, recipe=recipe)
        return lambda question: _stretches(searcher.first_stage(whole(question)))

    return make


def by_reading(*, acronyms: bool) -> Callable[[Library], Find]:
    """The same with BM25, read again by the cross-encoder; acronyms spelled out or not."""

    def make(library: Library) -> Find:
        view = library.view()
        known = view.acronyms if acronyms else ()
        return lambda question: _stretches(view.searcher.search(whole(question, known)))

    return make


def as_served(library: Library) -> Find:
    """The citations of the reply: typing errors mended, of a long message the sentence that asks,
    the answer's passage first."""
    return lambda question: [
        Stretch(citation.passage.text, (citation.passage,))
        for citation in library.ask(question).citations
    ]


def whole(question: str, acronyms: Sequence[Acronym] = ()) -> Query:
    """A question searched for as it was typed, all of it."""
    used = tuple(acronym for acronym in acronyms if uses(question, acronym))
    forms = (form for acronym in used for form in (acronym.short, acronym.long))
    found = [*terms(question), *(term for form in forms for term in terms(form))]
    spelled = spelled_out(question, used)
    return Query(
        asked=question,
        core=question,
        spelled=spelled,
        terms=tuple(dict.fromkeys(found)),
        wants=wanted(question),
        acronyms=used,
    )


def _stretches(hits: Sequence[Hit]) -> list[Stretch]:
    return [Stretch(hit.passage.text, (hit.passage,)) for hit in hits[:SHOWN]]


def _vectors(texts: Sequence[str], encoder: Encoder) -> Vectors:
    """(n, dimension), embedded once and kept in a file, since the inspection reports take
    minutes."""
    digest = hashlib.sha256("\0".join([encoder.checksum, *texts]).encode()).hexdigest()
    path = CACHE / f"{digest}.npy"
    if path.is_file():
        return np.asarray(np.load(path, allow_pickle=False), dtype=np.float32)
    order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
    vectors = np.zeros((len(texts), encoder.dimension), dtype=np.float32)
    for start in tqdm(range(0, len(order), _BATCH), desc="embedding", disable=None):
        rows = order[start : start + _BATCH]
        vectors[rows] = encoder.encode([texts[i] for i in rows])
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, vectors)
    return vectors
