"""How deep each heading lies: marks, numbers, the contents list, bookmarks, type. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.contents import Contents, Entry, fold
from ingest.headings import heading_number
from ingest.records import Block, Bookmark

_CHAPTER = re.compile(
    r"(?:annex|appendix|chapter|part|introduction|foreword|conclusions?|glossary|"
    r"methodology|overview|executive summary|about this|contents|summary\b.*report)\b",
    re.IGNORECASE,
)
_DEEPEST = 6
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

    ``announced`` are the folded items of the document's lists: a document that lists its questions
    names its chapters.
    """
    if any(block.style.mark for block in headings):
        return _by_marks(headings)
    titles = [fold(block.text) for block in headings]
    listed = _listed(titles, contents, bookmarks, announced)
    styles = _style_levels(headings, listed)
    listed = {
        at: replace(placed, level=styles.get(_style_key(headings[at]), placed.level))
        for at, placed in listed.items()
    }
    chapters = {titles[at] for at, placed in listed.items() if placed.level == 1}
    out: list[Placed] = []
    last_listed = 0
    for at, block in enumerate(headings):
        if at in listed:
            out.append(listed[at])
            last_listed = listed[at].level
        elif titles[at] in chapters and last_listed:
            # A chapter's title before its chapter: an overview's preview of it.
            out.append(Placed(2))
        else:
            level = _unlisted_level(block, last_listed, out, styles)
            out.append(Placed(min(level, _DEEPEST)))
    return out


def _by_marks(headings: Sequence[Block]) -> list[Placed]:
    top = min(block.style.mark for block in headings)
    return [Placed(block.style.mark - top + 1) for block in headings]


def _unlisted_level(
    block: Block, last_listed: int, before: Sequence[Placed], styles: dict[_StyleKey, int]
) -> int:
    by_style = styles.get(_style_key(block))
    number = heading_number(block.text)
    if number and not last_listed:
        return number.count(".") + 1
    if by_style is not None:
        deepest = (before[-1].level if before else 0) + 1
        return min(max(by_style, min(last_listed, 1)), deepest)
    return last_listed + 1


def _style_key(block: Block) -> _StyleKey:
    """Type of a heading, the more weighty the greater."""
    return round(block.style.size), block.style.bold, not block.style.italic


def _style_levels(headings: Sequence[Block], listed: dict[int, Placed]) -> dict[_StyleKey, int]:
    """Level by type size and weight: what listed headings of that type have, else by rank."""
    if not any(block.style.size for block in headings):
        return {}
    votes: dict[_StyleKey, Counter[int]] = {}
    for at, block in enumerate(headings):
        ballot = votes.setdefault(_style_key(block), Counter())
        if at in listed:
            ballot[listed[at].level] += 1
    levels: dict[_StyleKey, int] = {}
    level = 0
    for key in sorted(votes, reverse=True):
        known = votes[key].most_common(1)
        level = known[0][0] if known else level + 1
        levels[key] = level
    return levels


def _listed(
    titles: Sequence[str],
    contents: Contents,
    bookmarks: Sequence[Bookmark],
    announced: frozenset[str],
) -> dict[int, Placed]:
    """Heading → level, for those that the contents list or the bookmarks name."""
    entries = contents.entries
    names = [fold(entry.title) for entry in entries]
    found: dict[int, Placed] = {}
    if entries:
        levels = entry_levels(entries, announced, Counter(titles))
        for entry, at in align(names, titles):
            found[at] = Placed(levels[entry], entries[entry].page)
    marks = [fold(mark.title) for mark in bookmarks]
    top = min((mark.level for mark in bookmarks), default=1)
    for mark, at in align(marks, titles):
        if at not in found:
            found[at] = Placed(bookmarks[mark].level - top + 1)
    return found


def align(wanted: Sequence[str], given: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs (i, j) with wanted[i] == given[j], both rising, as many as can be (the longest common
    subsequence); among equals the latest, since previews come before what they preview."""
    longest = [[0] * (len(given) + 1) for _ in range(len(wanted) + 1)]
    for i, title in enumerate(wanted):
        for j, other in enumerate(given):
            same = bool(title) and title == other
            longest[i + 1][j + 1] = max(
                longest[i][j + 1], longest[i + 1][j], longest[i][j] + 1 if same else 0
            )
    pairs = []
    i, j = len(wanted), len(given)
    while i and j:
        same = bool(wanted[i - 1]) and wanted[i - 1] == given[j - 1]
        if same and longest[i][j] == longest[i - 1][j - 1] + 1:
            pairs.append((i - 1, j - 1))
            i, j = i - 1, j - 1
        elif longest[i - 1][j] >= longest[i][j - 1]:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def entry_levels(
    entries: Sequence[Entry], announced: frozenset[str], in_text: Counter[str]
) -> list[int]:
    """The level of each entry of a contents list: by number, else indentation, else reasoning.

    A flat list is read as a person reads it. Chapters are entries with a customary name ("Annex
    A", "Introduction"), those that the document announces in a list or previews in an overview,
    and the first of several entries on one page. A title that recurs ("Summary of findings")
    closes a chapter: what stands between a chapter and its closing lies beneath it.
    """
    numbers = [heading_number(entry.title) for entry in entries]
    if sum(bool(n) for n in numbers) * 2 > len(entries) and any("." in n for n in numbers):
        return [n.count(".") + 1 if n else 1 for n in numbers]
    lefts = sorted({round(entry.left / 3) for entry in entries})
    if len(lefts) > 1:
        return [min(lefts.index(round(entry.left / 3)), _DEEPEST - 1) + 1 for entry in entries]
    return _flat_levels(entries, announced, in_text)


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
