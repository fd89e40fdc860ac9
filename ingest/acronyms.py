"""Short forms and the long forms that the document itself defines for them. Pure.

The method is Schwartz & Hearst, "A Simple Algorithm for Identifying Abbreviation Definitions in
Biomedical Text" (PSB 2003), widened by the form "SHORT: long form" of footnotes and glossaries.
"""

import re
from collections.abc import Iterable

from ingest.records import Acronym

_BRACKETS = re.compile(r"\(([^()]{2,120})\)")
_SHORT = re.compile(r"[A-Za-z][A-Za-z0-9&/-]{1,11}")
_COLON = re.compile(r"^[\W\d⁰¹²³⁴⁵⁶⁷⁸⁹]*([A-Z][A-Za-z0-9&/-]{1,11})\s*[:–—-]\s+([a-zA-Z].{4,150})")
_CLAUSE = re.compile(r"[.;:!?,()]|\s(?:is|are|was|were|has|have)\s")
_QUOTES = "\"'‘’“”( "
_LONGEST = 300
"""Characters looked at before a bracket."""
_JOINING = frozenset("of and the for in to on with by a an or".split())


def find_acronyms(texts: Iterable[str]) -> tuple[Acronym, ...]:
    """The acronyms defined in the texts, each once, in order; the first definition counts.

    Found are "long form (SHORT)", "SHORT (long form)" and "SHORT: long form".
    """
    found: dict[str, str] = {}
    for text in texts:
        for short, long in _definitions(text):
            found.setdefault(short, long)
    return tuple(Acronym(short, long) for short, long in found.items())


def _definitions(text: str) -> Iterable[tuple[str, str]]:
    for bracket in _BRACKETS.finditer(text):
        inside = bracket[1].strip()
        before = text[max(0, bracket.start() - _LONGEST) : bracket.start()].rstrip()
        short = inside.removesuffix("s") if _is_short(inside.removesuffix("s")) else inside
        if _is_short(short):
            long = long_form(short, before)
            if long:
                yield short, long
            continue
        word = before.split()[-1].strip("\"'‘’“”(") if before.split() else ""
        singular = word.removesuffix("s")
        word = singular if _is_short(singular) else word
        if _is_short(word) and len(inside.split()) > 1 and long_form(word, inside) == inside:
            yield word, inside
    colon = _COLON.match(text)
    if colon and _is_short(colon[1]):
        words = _CLAUSE.split(colon[2])[0].split()
        for count in range(2, min(len(words), 2 * len(colon[1])) + 1):
            candidate = " ".join(words[:count])
            if long_form(colon[1], candidate) == candidate and words[count - 1] not in _JOINING:
                yield colon[1], candidate
                break


def _is_short(text: str) -> bool:
    capitals = sum(c.isupper() for c in text)
    return _SHORT.fullmatch(text) is not None and capitals >= 2 and capitals * 2 >= len(text) - 1


def long_form(short: str, before: str) -> str:
    """The ending of ``before`` that spells the short form, "" if none does.

    First the words whose initials are its letters ("of" and the like need no letter). Else, as in
    the paper, the shortest ending in which every letter stands in order, the first at the beginning
    of a word, of no more than twice as many words as letters, or five more; at least half of the
    letters must begin a word.
    """
    letters = [c.lower() for c in short if c.isalnum()]
    words = before.split()[-min(len(letters) + 5, len(letters) * 2) :]
    long = _by_initials(letters, words) or _in_order(letters, " ".join(words))
    if len(long) < len(short) + 2 or short.lower() in long.lower().split():
        return ""
    return long


def _by_initials(letters: list[str], words: list[str]) -> str:
    for count in range(len(words), 0, -1):
        parts = [part for word in words[-count:] for part in re.split(r"[/-]+", word) if part]
        initials = [
            part.lstrip(_QUOTES)[:1].lower() for part in parts if part.lower() not in _JOINING
        ]
        if initials == letters and words[-count].lower() not in _JOINING:
            return " ".join(words[-count:]).strip(_QUOTES)
    return ""


def _in_order(letters: list[str], text: str) -> str:
    lowered = text.lower()
    at = len(text)
    for left, letter in zip(range(len(letters) - 1, -1, -1), reversed(letters), strict=True):
        at -= 1
        while at >= 0 and (
            lowered[at] != letter or (left == 0 and at > 0 and lowered[at - 1].isalnum())
        ):
            at -= 1
        if at < 0:
            return ""
    long = text[text.rfind(" ", 0, at) + 1 :].strip(_QUOTES)
    initials = [word.lstrip(_QUOTES)[:1].lower() for word in re.split(r"[\s/-]+", long) if word]
    spelled = sum(1 for letter in set(letters) if letter in initials)
    return long if spelled * 2 >= len(set(letters)) and initials[0] == letters[0] else ""
