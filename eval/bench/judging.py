"""Whether a passage that somebody else cut is evidence: the known answers' rule for raw text.

A passage is evidence if the answer's strings are in its text and it stands, in part at least, in
one of the sections that hold the answer. Where a section stands in the raw text is told by the
sentences that our reading has in it; what lies between two sections counts for both, and a passage
whose place is not found counts as well placed: where the rule is in doubt it is for the other tool.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from eval.cases import Case
from eval.grading import fold, says
from ingest.records import Passage

_SHORTEST = 20
"""Letters and digits by which a sentence is found in the text."""

Path_ = tuple[str, ...]


class Judge:
    """Judges passages of one text, of which our reading is ``passages``."""

    def __init__(self, text: str, passages: Sequence[Passage]) -> None:
        self._whole = _squeezed(text)
        found: list[tuple[int, int, Path_]] = []
        for passage in passages:
            section = tuple(fold(title) for title in passage.section)
            for unit in passage.units:
                words = _squeezed(passage.text[unit.start : unit.end])
                if len(words) >= _SHORTEST and self._whole.count(words) == 1:
                    start = self._whole.index(words)
                    found.append((start, start + len(words), section))
        found.sort()
        self._starts = [start for start, _, _ in found]
        self._sections = [section for _, _, section in found]
        self.known = frozenset(self._sections)

    def evidence(self, case: Case, passage: Mapping[str, Any]) -> bool:
        """Whether a passage, ``text`` and ``section`` where its tool knows it, is evidence."""
        return says(case, passage["text"]) and self._placed(case, passage)

    def _placed(self, case: Case, passage: Mapping[str, Any]) -> bool:
        wanted = {tuple(fold(title) for title in section) for section in case.sections}
        if "section" in passage:
            return tuple(fold(title) for title in passage["section"]) in wanted
        words = _squeezed(passage["text"])
        start = self._whole.find(words)
        if start < 0 or not wanted <= self.known:
            return True
        return bool(wanted & self._around(start, start + len(words)))

    def _around(self, start: int, end: int) -> set[Path_]:
        """The sections from the last sentence that begins before a stretch to the first that
        begins behind it."""
        first = max(bisect_right(self._starts, start) - 1, 0)
        return set(self._sections[first : bisect_right(self._starts, end) + 1])


def _squeezed(text: str) -> str:
    """Letters and digits alone, small."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())
