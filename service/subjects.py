"""What each of several reports is about, from what tells their titles apart. Pure.

A capitalised word is a name. A name whose titles have nothing else in common tells of what kind
the reports are, not what they are about ("Inspection", "Council"): it is a qualifier. What is left
of a title are the names of its subject; titles that share such a name share their subject.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")

Names = list[set[str]]


def subjects(titles: Sequence[str]) -> list[str]:
    """The subject of each title, in the title's words; the whole title where it has none that can
    be told from the others.

    >>> subjects(["Leeds – Inspection", "Inspection of Leeds City", "Inspection of Hull City"])
    ['Leeds', 'Leeds', 'Hull']
    """
    whole = [_names(title) for title in titles]
    names = _without_qualifiers(whole)
    found = list(titles)
    for group in _groups(names):
        shared = _shared([names[at] for at in group])
        alone = len(group) == 1 and shared == whole[group[0]]
        if shared and not alone:
            label = _label(min((titles[at] for at in group), key=len), shared)
            for at in group:
                found[at] = label
    return found


def _names(title: str) -> set[str]:
    return {word[0].casefold() for word in _WORD.finditer(title) if word[0][0].isupper()}


def _without_qualifiers(names: Names) -> Names:
    """The names of each title without those that qualify, the most general taken away first: with
    them gone, others may be seen to qualify."""
    while qualifiers := _qualifiers(names):
        names = [own - qualifiers for own in names]
    return names


def _qualifiers(names: Names) -> set[str]:
    """The names of most titles, all of the same ones, that always stand beside others, and beside
    no other always; none where there are no such."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for at, own in enumerate(names):
        for name in own:
            places[name].append(at)
    together: defaultdict[tuple[int, ...], set[str]] = defaultdict(set)
    for name, where in places.items():
        together[tuple(where)].add(name)
    for held, found in sorted(together.items(), key=lambda pair: (-len(pair[0]), pair[0])):
        others = [names[at] - found for at in held]
        if all(others) and not _shared(others):
            return found
    return set()


def _shared(names: Names) -> set[str]:
    return set.intersection(*names)


def _groups(names: Names) -> list[list[int]]:
    """The places of titles that share a name, directly or through others."""
    groups: list[tuple[set[str], list[int]]] = []
    for at, own in enumerate(names):
        apart = [group for group in groups if not group[0] & own]
        joined = [group for group in groups if group[0] & own]
        words = set.union(own, *(group[0] for group in joined))
        places = [place for group in joined for place in group[1]]
        groups = [*apart, (words, [*places, at])]
    return [places for _, places in groups]


def _label(title: str, shared: set[str]) -> str:
    """The words of the title from the first to the last of its subject's names, without figures,
    which are often of one report only: the longest stretch between them."""
    own = [word for word in _WORD.finditer(title) if word[0].casefold() in shared]
    whole = title[own[0].start() : own[-1].end()] if own else ""
    return max((part.strip(" ,:–-") for part in re.split(r"\w*\d\w*", whole)), key=len)
