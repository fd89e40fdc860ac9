"""Which reports a question is about: those whose title or date it names."""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

from index.query import Query
from index.question import Kind
from index.terms import stem, terms
from index.vocabulary import Vocabulary
from ingest.records import Document

Holding = Callable[[str], Mapping[str, int]]
"""In how many passages of which report, by its id, a term is found; titles count."""
_MOSTLY = 0.6
"""Of the passages in which a name is found, the least share that is of reports with it in their
titles: below it the name is too much of others, and all reports are searched."""


@dataclass(frozen=True, slots=True)
class Named:
    """The reports that a question names by their ids, and what it asks of them: the question with
    "it" for the name, which their sentences need not repeat."""

    ids: frozenset[str]
    asked: str


def named(
    query: Query, documents: Sequence[Document], vocabulary: Vocabulary, holding: Holding
) -> Named | None:
    """The reports that a question names, None where it names none.

    A name in the question that stands in the titles of some reports but not of most, and hardly
    anywhere else, tells them apart, the better the fewer they are (the logarithm of the share, as
    in Spärck Jones 1972, "A statistical interpretation of term specificity"); those whose names
    tell most are meant, and of them, where the question has a year, those of that year, if there
    are any, and those without one. Where names are typed with capitals, words without are none.
    """
    titles, held = _titles(documents)
    asked = vocabulary.names(query.core)
    told = {
        term: math.log(len(documents) / held[term])
        for term in map(stem, asked)
        if 0 < held[term] <= len(documents) / 2 and _is_theirs(holding(term), titles, term)
    }
    capital = set(map(stem, vocabulary.capitals(query.core)))
    told = {term: weight for term, weight in told.items() if term in capital} or told
    telling = {id_: sum(told.get(term, 0.0) for term in own) for id_, own in titles.items()}
    most = max(telling.values(), default=0.0)
    if not most:
        return None
    meant = [d for d in documents if math.isclose(telling[d.id], most)]
    shared = set.intersection(*(titles[d.id] for d in meant))
    of_year = [d for d in meant if d.date and int(d.date[:4]) in query.wants.years]
    undated = [d for d in meant if not d.date]
    ids = frozenset(d.id for d in ([*of_year, *undated] if of_year else meant))
    return Named(
        ids, _without(query.core, [word for word in asked if stem(word) in told.keys() & shared])
    )


def named_alone(
    query: Query, document: Document, vocabulary: Vocabulary, often: Set[str]
) -> Named | None:
    """The only report that is asked, where the question names it by words of its title that its
    passages seldom repeat: not those of ``often`` (stems), nor its acronyms. None where it doesn't,
    or asks what something means."""
    defined = {stem(acronym.short.casefold()) for acronym in document.acronyms}
    title = set(terms(document.title)) - often - defined
    names = [word for word in vocabulary.names(query.core) if stem(word) in title]
    if not names or query.wants.kind is Kind.DEFINITION:
        return None
    return Named(frozenset({document.id}), _without(query.core, names))


def _is_theirs(found: Mapping[str, int], titles: Mapping[str, set[str]], term: str) -> bool:
    own = sum(count for id_, count in found.items() if term in titles[id_])
    return own >= _MOSTLY * sum(found.values())


def elsewhere(query: Query, documents: Sequence[Document], vocabulary: Vocabulary) -> bool:
    """Whether a question is about a place or body that no report speaks of: most reports have a
    name in their titles that tells them apart, the question has none of these, but a name that no
    report has anywhere."""
    titles, holding = _titles(documents)
    telling = {
        term
        for document in documents
        for term in map(stem, vocabulary.names(document.title))
        if holding[term] <= len(documents) / 2
    }
    apart = sum(bool(title & telling) for title in titles.values())
    asked = vocabulary.names(query.core)
    return (
        apart > len(documents) / 2
        and not telling & set(map(stem, asked))
        and not all(map(vocabulary.knows, asked))
    )


def _titles(documents: Sequence[Document]) -> tuple[dict[str, set[str]], Counter[str]]:
    """The terms of each report's title by its id, and how many titles hold each."""
    titles = {document.id: set(terms(document.title)) for document in documents}
    return titles, Counter(term for title in titles.values() for term in title)


def _without(text: str, names: Sequence[str]) -> str:
    """``children in the Isle of Wight`` → ``children in it``; ``Leeds's grade`` → ``its grade``."""
    name = "|".join(re.escape(word) for word in names)
    whole = rf"(?:\bthe\s+)?\b(?:{name})(?:[\s-]+(?:(?:of|and|upon|with|&)[\s-]+)?(?:{name}))*"
    text = re.sub(rf"{whole}['’]s?(?!\w)", "its", text, flags=re.IGNORECASE)
    return re.sub(rf"{whole}\b", "it", text, flags=re.IGNORECASE)
