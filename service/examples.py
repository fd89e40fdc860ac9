"""Questions that the reports at hand can be asked, made from what was read of them. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from ingest.records import Document, Passage

_SHORTEST, _LONGEST = 12, 90
"""Characters of a heading or label that reads well in a question."""

_ENDS = (".", ":", ";", ",", "!")
"""What a heading doesn't end in that can stand within a question."""


def examples(documents: Sequence[Document], passages: Sequence[Passage], most: int) -> list[str]:
    """Up to ``most`` questions, of several kinds in turn: what an acronym means, what a figure
    is, what a heading asks or is about."""
    kinds = (_figures(passages), _acronyms(documents), _headings(documents))
    mixed = (question for row in zip_longest(*kinds) for question in row if question)
    found: dict[str, None] = {}
    for question in mixed:
        found.setdefault(question)
        if len(found) == most:
            break
    return list(found)


def _acronyms(documents: Iterable[Document]) -> Iterator[str]:
    for document in documents:
        yield from (f"What does {acronym.short} stand for?" for acronym in document.acronyms)


def _figures(passages: Iterable[Passage]) -> Iterator[str]:
    seen = set()
    for passage in passages:
        for unit in passage.units:
            if len(unit.cells) < 2 or not unit.cells[0].value[:1].isdigit():
                continue
            label = " – ".join(unit.cells[0].labels)
            if passage.section in seen or not _SHORTEST <= len(label) <= _LONGEST:
                continue
            seen.add(passage.section)
            yield f"What is the figure for {_lower(label)}?"


def _headings(documents: Iterable[Document]) -> Iterator[str]:
    for document in documents:
        titles = [section.title for section in document.sections if section.path]
        readable = [
            title
            for title in titles
            if _SHORTEST <= len(title) <= _LONGEST and not title.endswith(_ENDS)
        ]
        yield from (title for title in readable if title.endswith("?"))
        for title in readable:
            if not title.endswith("?") and " " in title:
                yield f"What does the report say about {_lower(title)}?"


def _lower(text: str) -> str:
    """A capital that only opens the text in lower case; names and acronyms keep theirs."""
    first, _, rest = text.partition(" ")
    is_name = any(char.isupper() for char in first[1:]) or rest[:1].isupper()
    return text if is_name else first[:1].lower() + text[1:]
