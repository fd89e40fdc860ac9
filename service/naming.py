"""Which reports a question is about: those whose title or date it names."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from index.query import Query
from index.terms import FUNCTION_WORDS, stem, terms, words
from index.vocabulary import Vocabulary
from ingest.records import Document


@dataclass(frozen=True, slots=True)
class Named:
    """The reports that a question names by their ids, and the words by which it does."""

    ids: frozenset[str]
    words: str


def named(query: Query, documents: Sequence[Document], vocabulary: Vocabulary) -> Named | None:
    """The reports that a question names, None where it names none.

    A name in the question that stands in the titles of some reports but not of most tells them
    apart; those with most such names are meant, and of them, where the question has a year, those
    of that year if there are any.
    """
    titles = {document.id: set(terms(document.title)) for document in documents}
    holding = Counter(term for title in titles.values() for term in title)
    asked = [
        word
        for word in words(query.core)
        if word not in FUNCTION_WORDS and vocabulary.is_name(word)
    ]
    telling = {stem(word) for word in asked if 0 < holding[stem(word)] <= len(documents) / 2}
    most = max((len(telling & title) for title in titles.values()), default=0)
    if not most:
        return None
    meant = [d for d in documents if len(telling & titles[d.id]) == most]
    of_year = [d for d in meant if d.date and int(d.date[:4]) in query.wants.years]
    return Named(
        frozenset(document.id for document in of_year or meant),
        " ".join(word.capitalize() for word in asked if stem(word) in telling),
    )
