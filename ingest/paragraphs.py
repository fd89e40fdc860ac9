"""Sentences that a page, a footnote or a column cut in two, set together again. Pure.

What the document says twice decides first: where the words at a cut stand whole elsewhere in it,
only the piece that goes on as they do there is joined, however far away it stands. Otherwise the
cue is a paragraph without final punctuation and, past notes and tables, one in lower case.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.captions import is_caption, is_source
from ingest.contents import fold
from ingest.records import Block
from ingest.sentences import is_whole

_SHORTEST_HEAD = 50
"""Characters: a shorter text without final punctuation may as well be a title."""
_WITNESS = 6
"""Words on either side of a cut that must stand elsewhere for the document to decide."""
_ADDRESS_LAST = re.compile(r"(?:https?:|www\.|\w@)\S+\Z")
_NEVER_LAST = frozenset(
    """a an the and or but of to in on for from with by at as that which who whose than their its
    his her our your this these those is are was were be been has have had not will would can
    could may might should must also including between within into""".split()
)


def rejoin(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks with cut paragraphs and notes set together, each at the place of its head.

    A piece whose sequel cannot be told stays cut: less is said rather than something false.
    """
    return _Joiner(list(blocks)).joined()


def opens(block: Block) -> bool:
    """Whether a block stops in mid-sentence."""
    return (
        block.kind in ("text", "item", "note")
        and not block.style.mark
        and len(block.text) >= _SHORTEST_HEAD
        and not is_whole(block.text)
        and not _ADDRESS_LAST.search(block.text)
        and not is_caption(block.text)
        and not is_source(block.text)
    )


def continues(block: Block) -> bool:
    """Whether a block starts in mid-sentence."""
    return block.kind == "text" and block.text[:1].islower() and not block.text.startswith("www.")


@dataclass(slots=True)
class _Joiner:
    blocks: list[Block]

    def joined(self) -> tuple[Block, ...]:
        sequel = self._by_repetition()
        taken = {tail for head, tail in sequel.items() if tail != head}
        self._by_order(sequel, taken)
        return tuple(self._chain(at, sequel) for at in range(len(self.blocks)) if at not in taken)

    def _by_repetition(self) -> dict[int, int]:
        """Head → sequel, or head → itself where the document refutes every sequel at hand."""
        words = [fold(block.text).split() for block in self.blocks]
        heads = [
            at
            for at, block in enumerate(self.blocks)
            if block.kind != "note" and opens(block) and len(words[at]) >= _WITNESS
        ]
        follows = _what_follows({at: tuple(words[at][-_WITNESS:]) for at in heads}, words)
        starts: dict[tuple[str, ...], list[int]] = {}
        for at, block in enumerate(self.blocks):
            if continues(block):
                starts.setdefault(tuple(words[at][:_WITNESS]), []).append(at)
        sequel: dict[int, int] = {}
        for at in heads:
            if follows[at]:
                found = [other for start in follows[at] for other in starts.get(start, ())]
                sequel[at] = _nearest(found, at)
                for start in follows[at]:
                    if sequel[at] in starts.get(start, ()):
                        starts[start].remove(sequel[at])
        return sequel

    def _by_order(self, sequel: dict[int, int], taken: set[int]) -> None:
        body: int | None = None
        note: int | None = None
        for at, block in enumerate(self.blocks):
            if at in taken:
                if body is not None and sequel.get(body) == at:
                    body = None
                continue
            if block.kind == "note":
                note = at if opens(block) else note
                continue
            if block.kind == "table":
                continue
            if continues(block):
                head = self._head(at, body, note)
                if head is not None:
                    sequel[head] = at
                    taken.add(at)
                    if head == note:
                        note = at if opens(block) else None
                        continue
                    body = None
            elif body is not None and block.kind == "text" and self._goes_on_in_capitals(body, at):
                sequel[body] = at
                taken.add(at)
            if at not in sequel:
                body = at if opens(block) else None

    def _head(self, at: int, body: int | None, note: int | None) -> int | None:
        if body is None or note is None:
            return note if body is None else body
        # Both wait for a sequel. The rest of a note stands at the foot of a page: more notes
        # follow it, and after them the body goes on.
        after = at + 1
        while after < len(self.blocks) and self.blocks[after].kind == "note":
            after += 1
        at_foot = after > at + 1
        body_goes_on = after < len(self.blocks) and continues(self.blocks[after])
        return note if at_foot and body_goes_on else body

    def _goes_on_in_capitals(self, head: int, at: int) -> bool:
        """A name at the cut ("the West | Midlands"): only across a page, after a dangling word."""
        before, block = self.blocks[head], self.blocks[at]
        return (
            block.page > before.page_end > 0
            and block.style.size == before.style.size
            and block.style.bold == before.style.bold
            and (before.text.endswith(",") or before.text.split()[-1].lower() in _NEVER_LAST)
        )

    def _chain(self, at: int, sequel: dict[int, int]) -> Block:
        block = self.blocks[at]
        while sequel.get(at, at) != at:
            at = sequel[at]
            block = _join(block, self.blocks[at])
        return block


def _join(head: Block, tail: Block) -> Block:
    glue = "" if head.text.endswith(("-", "/")) else " "
    start = len(head.text) + len(glue)
    turned = () if tail.page == head.page_at(start) else ((start, tail.page),)
    return replace(
        head,
        text=f"{head.text}{glue}{tail.text}",
        page_end=max(head.page_end, tail.page_end),
        first_line=min(head.first_line, tail.first_line),
        last_line=max(head.last_line, tail.last_line),
        turns=(*head.turns, *turned, *((start + at, page) for at, page in tail.turns)),
    )


def _what_follows(
    tails: dict[int, tuple[str, ...]], words: Sequence[Sequence[str]]
) -> dict[int, set[tuple[str, ...]]]:
    """Block → the words that follow its last words where those stand in other blocks."""
    ending: dict[tuple[str, ...], list[int]] = {}
    for at, tail in tails.items():
        ending.setdefault(tail, []).append(at)
    follows: dict[int, set[tuple[str, ...]]] = {at: set() for at in tails}
    for other, text in enumerate(words):
        for n in range(len(text) - _WITNESS):
            for at in ending.get(tuple(text[n : n + _WITNESS]), ()):
                if at != other:
                    follows[at].add(tuple(text[n + _WITNESS : n + 2 * _WITNESS]))
    return follows


def _nearest(places: Sequence[int], at: int) -> int:
    """The nearest place after ``at``, else before it; ``at`` itself if there is none."""
    return min(places, key=lambda place: (place < at, abs(place - at)), default=at)
