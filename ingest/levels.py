"""How deep each heading lies: marks, numbers, the contents list, bookmarks, type. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.contents import Contents, Entry, fold
from ingest.headings import heading_number
from ingest.records import Block, Bookmark

_CHAPTER = re.compile(
    r"(?:annex|appendix|chapter|part|introduction|foreword|conclusions?|glossary|"
    r"methodology|overview|executive summary|about this|contents|summary\b.*report)\b",
    re.IGNORECASE,
)
_DEEPEST = 6
_MANY, _MOST = 4, 2 / 3
"""How many headings of a type, and what share of them, tell the level of the rest."""
_INDENT = 6.0
"""Points between edges that are one step of indentation apart and not merely uneven."""
_StyleKey = tuple[int, bool, bool]


@dataclass(frozen=True, slots=True)
class Placed:
    """A heading's level (1 is a chapter) and the page that the contents list gives for it."""

    level: int
    printed_page: int | None = None


def place(
    headings: Sequence[Block],
    contents: Contents,
    bookmarks: Sequence[Bookmark],
    announced: frozenset[str],
) -> list[Placed]:
    """The level of each heading.

    Marks decide where the source has them. Else the level that the contents list or the bookmarks
    give, if they tell levels apart; else that of its type; else one beneath the last listed.
    ``announced`` are the folded items of the document's lists: a document that lists its questions
    names its chapters.
    """
    if any(block.style.mark for block in headings):
        return _by_marks(headings)
    titles = [fold(block.text) for block in headings]
    styled = any(block.style.size for block in headings)
    pages, levels = _listed(titles, contents, announced, styled=styled)
    levels = {**_bookmarked(headings, bookmarks, levels), **levels}
    levels = _evened(headings, levels, pages) if styled else levels
    styles = _style_levels(headings, levels) if styled else {}
    chapters = {titles[at] for at, level in levels.items() if level == 1}
    out: list[Placed] = []
    last_listed = 0
    for at, block in enumerate(headings):
        number = heading_number(block.text)
        if at in levels:
            level = last_listed = levels[at]
        elif titles[at] in chapters and last_listed and not styled:
            level = 2  # a chapter's title before its chapter: an overview's preview of it
        elif number and not levels:
            level = number.count(".") + 1
        else:
            level = styles.get(_style_key(block), last_listed + 1)
            if at - 1 in levels and _stands_under(block, headings[at - 1]):
                level = max(level, last_listed + 1)
        out.append(Placed(min(level, _DEEPEST), pages.get(at)))
    return out


def _by_marks(headings: Sequence[Block]) -> list[Placed]:
    top = min(block.style.mark for block in headings)
    return [Placed(block.style.mark - top + 1) for block in headings]


def _stands_under(heading: Block, listed: Block) -> bool:
    """Whether a heading stands right beneath a listed one. Not being listed, it is the lesser of
    the two even in the same type: else the listed one would be the heading of nothing."""
    return listed.style.size > 0 and heading.first_line == listed.last_line + 1


def _style_key(block: Block) -> _StyleKey:
    """Type of a heading, the more weighty the greater."""
    return round(block.style.size), block.style.bold, not block.style.italic


def _evened(
    headings: Sequence[Block], levels: dict[int, int], pages: dict[int, int]
) -> dict[int, int]:
    """The levels with the few that differ from most others of their type set like them:
    contents lists are indented by hand, headings are set by style. Reports bound together, whose
    printed pages begin anew, are each evened by themselves."""
    key: dict[int, tuple[int, _StyleKey]] = {}
    report = last = 0
    for at in sorted(levels):
        report += pages.get(at, last) < last
        last = pages.get(at, last)
        key[at] = report, _style_key(headings[at])
    by_type: dict[tuple[int, _StyleKey], Counter[int]] = {}
    for at, level in levels.items():
        by_type.setdefault(key[at], Counter())[level] += 1
    usual: dict[tuple[int, _StyleKey], int] = {}
    for of_type, ballot in by_type.items():
        level, votes = ballot.most_common(1)[0]
        if ballot.total() >= _MANY and votes >= _MOST * ballot.total():
            usual[of_type] = level
    return {at: usual.get(key[at], level) for at, level in levels.items()}


def _style_levels(headings: Sequence[Block], levels: dict[int, int]) -> dict[_StyleKey, int]:
    """Level by type: what listed headings of that type mostly have, else one more than that of
    the next weightier type."""
    votes: dict[_StyleKey, Counter[int]] = {}
    for at, block in enumerate(headings):
        ballot = votes.setdefault(_style_key(block), Counter())
        if at in levels:
            ballot[levels[at]] += 1
    out: dict[_StyleKey, int] = {}
    level = 0
    for key in sorted(votes, reverse=True):
        known = votes[key].most_common(1)
        level = known[0][0] if known else level + 1
        out[key] = level
    return out


def _listed(
    titles: Sequence[str], contents: Contents, announced: frozenset[str], *, styled: bool
) -> tuple[dict[int, int], dict[int, int]]:
    """Heading → printed page, and heading → level, from the contents list."""
    pages: dict[int, int] = {}
    levels: dict[int, int] = {}
    entries = contents.entries
    depths = entry_levels(entries, announced, Counter(titles), flat=not styled)
    for entry, at in align([fold(entry.title) for entry in entries], titles):
        page, depth = entries[entry].page, depths[entry]
        if page is not None:
            pages[at] = page
        if depth is not None:
            levels[at] = depth
    return pages, levels


def _bookmarked(
    headings: Sequence[Block], bookmarks: Sequence[Bookmark], listed: dict[int, int]
) -> dict[int, int]:
    """Heading → level from the file's own outline, if it can be believed.

    Outlines are often made by a word processor and never looked at. One that gives no levels, that
    contradicts the contents list, or in which lighter type is not deeper is not believed.
    """
    top = min((mark.level for mark in bookmarks), default=1)
    levels = {
        at: bookmarks[mark].level - top + 1
        for mark, at in align(
            [f"{fold(mark.title)} {mark.page}" for mark in bookmarks],
            [f"{fold(block.text)} {block.page}" for block in headings],
        )
    }
    shared = [at for at in levels if at in listed]
    agreed = sum(levels[at] == listed[at] for at in shared)
    by_type: dict[_StyleKey, Counter[int]] = {}
    for at, level in levels.items():
        by_type.setdefault(_style_key(headings[at]), Counter())[level] += 1
    usual = [by_type[key].most_common(1)[0][0] for key in sorted(by_type, reverse=True)]
    deepens = all(a < b for a, b in pairwise(usual))
    believed = len(set(levels.values())) > 1 and deepens and agreed * 5 >= len(shared) * 4
    return levels if believed else {}


def align(wanted: Sequence[str], given: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs (i, j) with wanted[i] == given[j], both rising, as many as can be (the longest common
    subsequence); among equals the latest, since previews come before what they preview."""
    common = set(wanted) & set(given) - {""}
    rows = [i for i, title in enumerate(wanted) if title in common]
    columns = [j for j, title in enumerate(given) if title in common]
    pairs = _longest_common([wanted[i] for i in rows], [given[j] for j in columns])
    return [(rows[i], columns[j]) for i, j in pairs]


def _longest_common(wanted: Sequence[str], given: Sequence[str]) -> list[tuple[int, int]]:
    longest = [[0] * (len(given) + 1) for _ in range(len(wanted) + 1)]
    for i, title in enumerate(wanted):
        for j, other in enumerate(given):
            longest[i + 1][j + 1] = max(
                longest[i][j + 1], longest[i + 1][j], longest[i][j] + (title == other)
            )
    pairs = []
    i, j = len(wanted), len(given)
    while i and j:
        if wanted[i - 1] == given[j - 1] and longest[i][j] == longest[i - 1][j - 1] + 1:
            pairs.append((i - 1, j - 1))
            i, j = i - 1, j - 1
        elif longest[i - 1][j] >= longest[i][j - 1]:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def entry_levels(
    entries: Sequence[Entry], announced: frozenset[str], in_text: Counter[str], *, flat: bool
) -> list[int | None]:
    """The level of each entry of a contents list: by number, else indentation, else reasoning.

    A flat list (reasoned about only if ``flat``, where nothing better is at hand) is read as a
    person reads it. Chapters are entries with a customary name ("Annex A", "Introduction"), those
    that the document announces in a list or previews in an overview, and the first of several
    entries on one page. A title that recurs ("Summary of findings") closes a chapter: what stands
    between a chapter and its closing lies beneath it. None where the level cannot be told.
    """
    numbers = [heading_number(entry.title) for entry in entries]
    if sum(bool(n) for n in numbers) * 2 > len(entries) and any("." in n for n in numbers):
        return [n.count(".") + 1 if n else 1 for n in numbers]
    steps = _steps([entry.left for entry in entries if entry.left is not None])
    if len(steps) > 1:
        return [
            None if entry.left is None else sum(step <= entry.left for step in steps)
            for entry in entries
        ]
    return list(_flat_levels(entries, announced, in_text)) if flat else [None] * len(entries)


def _steps(lefts: Sequence[float]) -> list[float]:
    """The edges at which indentation steps in."""
    steps: list[float] = []
    last = float("-inf")
    for left in sorted(lefts):
        if left - last >= _INDENT:
            steps.append(left)
        last = left
    return steps


def _flat_levels(
    entries: Sequence[Entry], announced: frozenset[str], in_text: Counter[str]
) -> list[int]:
    names = [fold(entry.title) for entry in entries]
    in_list = Counter(names)
    sure = [
        at == 0
        or _CHAPTER.match(entry.title) is not None
        or names[at] in announced
        or in_text[names[at]] > in_list[names[at]]
        for at, entry in enumerate(entries)
    ]
    recurs = [in_list[name] > 1 for name in names]
    levels = [1] * len(entries)
    for at in range(1, len(entries)):
        same_page = entries[at].page is not None and entries[at].page == entries[at - 1].page
        if recurs[at] or (same_page and not sure[at]):
            levels[at] = 2
    closing = False
    for at in range(len(entries) - 1, -1, -1):
        closing = (closing or recurs[at]) and not (sure[at] and not recurs[at])
        if closing:
            levels[at] = 2
    return levels
