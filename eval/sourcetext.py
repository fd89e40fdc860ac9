"""The text of a file by an extractor that is not ours, to hold the reading against."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pypdfium2

from ingest.contents import parse_entry
from ingest.footnotes import without_marks

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_EDGE = 3
"""Lines at a page's head and foot that may be furniture."""
_REPEATED = 0.3
"""Share of the pages on which a line at the edge must recur to be furniture, at least three."""


def squeeze(text: str) -> str:
    """Letters and digits alone, small: no spaces, hyphens, punctuation, ligatures or marks."""
    plain = unicodedata.normalize("NFKC", text.translate(_SUPERSCRIPTS)).casefold()
    return re.sub(r"[\W_]+", "", plain)


@dataclass(frozen=True, slots=True)
class Pages:
    """The text of each page, furniture removed; a file without pages is one page, numbered 0."""

    texts: dict[int, str]

    def hold(self, said: str, first: int, last: int) -> bool:
        """Whether a text stands on the pages, allowing what a page or footnote put between."""
        pages = [squeeze(self.texts[n]) for n in self._numbers(first, last)]
        # Other extractors give a raised mark as a digit, or a line of its own.
        return any(_holds(pages, squeeze(form)) for form in (said, without_marks(said)))

    def hold_words(self, said: str, first: int, last: int) -> bool:
        """Whether all words of a text stand on the pages."""
        whole = "".join(squeeze(self.texts[n]) for n in self._numbers(first, last))
        return all(squeeze(word) in whole for word in said.split())

    def body_words(self) -> Counter[str]:
        """All words of two letters or more and all numbers, but for contents lists, counted."""
        words: Counter[str] = Counter()
        for page in self.texts.values():
            text = "\n".join(line for line in page.splitlines() if not parse_entry(line))
            plain = unicodedata.normalize("NFKC", text.translate(_SUPERSCRIPTS)).casefold()
            words.update(re.findall(r"[^\W\d_]{2,}|\d+", plain))
        return words

    def _numbers(self, first: int, last: int) -> list[int]:
        return [n for n in sorted(self.texts) if first <= n <= last]


def _holds(pages: list[str], text: str) -> bool:
    """Whether a text stands on the pages in one piece or, cut once, in two of which the second
    comes later, and that are no trifles or stand at the end of one page and the beginning of the
    next."""
    whole = "".join(pages)
    if text in whole:
        return True
    cut = _longest_beginning(text, whole)
    if cut >= _PIECE[0] and len(text) - cut >= _PIECE[1]:
        later = whole.find(text[cut:], whole.find(text[:cut]) + cut)
        if later >= 0:
            return True
    return any(
        (before.endswith(text[:cut]) and text[cut:] in whole)
        or (text[:cut] in whole and after.startswith(text[cut:]))
        for before, after in pairwise(pages)
        for cut in range(1, len(text))
    )  # fmt: skip


_PIECE = 8, 4
"""Letters: shorter beginnings and ends of a text that is cut stand anywhere."""


def _longest_beginning(text: str, whole: str) -> int:
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if text[:middle] in whole else (low, middle - 1)
    return low


def source_pages(path: Path) -> Pages:
    """The text of a PDF by pdfium; of a text file, the file."""
    if path.suffix.lower() != ".pdf":
        return Pages({0: path.read_text(encoding="utf-8-sig")})
    document = pypdfium2.PdfDocument(path)
    try:
        lines = [page.get_textpage().get_text_bounded().splitlines() for page in document]
    finally:
        document.close()
    edges = Counter(_bare(line) for page in lines for line in {*_edge_lines(page)})
    often = max(3.0, _REPEATED * len(lines))
    told: set[str] = set()
    texts: dict[int, str] = {}
    for number, page in enumerate(lines, start=1):
        edge = _edge_lines(page)
        # What is printed for the first time may be the title that the running heads repeat.
        furniture = {
            line for line in edge
            if line.strip().isdecimal() or (_bare(line) in told and edges[_bare(line)] >= often)
        }  # fmt: skip
        texts[number] = "\n".join(line for line in page if line not in furniture)
        told |= {*map(_bare, edge)} - {""}
    return Pages(texts)


def _edge_lines(page: list[str]) -> list[str]:
    full = [line for line in page if line.strip()]
    return [*full[:_EDGE], *full[-_EDGE:]]


def _bare(line: str) -> str:
    return squeeze(re.sub(r"\d+", "", line))
