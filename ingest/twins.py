"""An overview whose columns were interleaved, put right by what the chapters repeat. Pure.

An overview often previews each chapter under the chapter's own title, in the chapter's own words.
Where extraction shuffled its columns, those words tell which title a paragraph belongs to.
"""

from collections.abc import Sequence
from dataclasses import replace

from ingest.contents import fold
from ingest.records import Block, Section

_SHORTEST = 40
"""Characters: shorter texts are too common to prove where they belong."""


def unshuffle(sections: Sequence[Section]) -> tuple[Section, ...]:
    """The sections with every previewed paragraph under the preview that its chapter repeats.

    Touched are only groups of sibling sections whose titles recur as chapters and of which at
    least one holds words of another's chapter. A paragraph in such a group that no chapter repeats
    and that stands after a misplaced one is put under the siblings' parent: less is said, not
    something false.
    """
    out = list(sections)
    for group in _preview_groups(sections):
        chapters = [_chapter_words(sections, sections[at]) for at in group]
        homes = [[_home(block, chapters) for block in sections[at].blocks] for at in group]
        if any(home not in (own, None) for own, row in enumerate(homes) for home in row):
            _rearrange(out, group, homes)
    return tuple(out)


def _preview_groups(sections: Sequence[Section]) -> list[list[int]]:
    """Runs of two or more sibling sections whose titles are chapters further on."""
    groups: dict[tuple[str, ...], list[int]] = {}
    highest: dict[str, int] = {}
    for at in range(len(sections) - 1, -1, -1):
        section, title = sections[at], fold(sections[at].title)
        if section.path and highest.get(title, section.level) < section.level:
            groups.setdefault(section.path[:-1], []).insert(0, at)
        highest[title] = min(section.level, highest.get(title, section.level))
    return [group for group in groups.values() if len(group) > 1]


def _chapter_words(sections: Sequence[Section], preview: Section) -> str:
    """All words of the chapter that a section previews, folded."""
    words: list[str] = []
    inside: tuple[str, ...] = ()
    for section in sections:
        if section.level < preview.level and fold(section.title) == fold(preview.title):
            inside = section.path
        if inside and section.path[: len(inside)] == inside:
            words.extend(fold(block.text) for block in section.blocks)
    return f" {' '.join(words)} "


def _home(block: Block, chapters: Sequence[str]) -> int | None:
    """Which chapter repeats this block, if exactly one does."""
    if len(block.text) < _SHORTEST or block.table is not None:
        return None
    found = [at for at, words in enumerate(chapters) if f" {fold(block.text)} " in words]
    return found[0] if len(found) == 1 else None


def _rearrange(
    out: list[Section],
    group: Sequence[int],
    homes: Sequence[Sequence[int | None]],
) -> None:
    kept: list[list[Block]] = [[] for _ in group]
    moved: list[list[Block]] = [[] for _ in group]
    unsure: list[Block] = []
    shuffled = False
    for own, at in enumerate(group):
        for block, home in zip(out[at].blocks, homes[own], strict=True):
            shuffled = shuffled or home not in (own, None)
            if home is not None:
                moved[home].append(block)
            elif shuffled and len(block.text) >= _SHORTEST and block.kind != "note":
                unsure.append(block)
            else:
                kept[own].append(block)
    for own, at in enumerate(group):
        out[at] = replace(out[at], blocks=(*kept[own], *moved[own]))
    if unsure:
        parent = next(i for i, section in enumerate(out) if section.path == out[group[0]].path[:-1])
        out[parent] = replace(out[parent], blocks=(*out[parent].blocks, *unsure))
