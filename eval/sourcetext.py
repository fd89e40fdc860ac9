"""The text of a file by an extractor that is not ours, to hold the reading against."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
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
        whole = "".join(squeeze(self.texts[n]) for n in self._numbers(first, last))
        # Other extractors give a raised mark as a digit, or a line of its own.
        return any(_holds(whole, squeeze(form)) for form in (said, without_marks(said)))

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


def _holds(whole: str, text: str) -> bool:
    return text in whole or any(
        text[:cut] in whole and text[cut:] in whole for cut in _cuts(text, whole)
    )


def _cuts(text: str, whole: str) -> list[int]:
    """The longest beginning of a text that stands in the whole, if it is not trifling."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if text[:middle] in whole else (low, middle - 1)
    return [low] if low >= 8 and len(text) - low >= 4 else []


def source_pages(path: Path) -> Pages:
    """The text of a PDF by pdfium; of a text file, the file."""
    if path.suffix.lower() != ".pdf":
        return Pages({0: path.read_text(encoding="utf-8-sig")})
    document = pypdfium2.PdfDocument(path)
    try:
        lines = [page.get_textpage().get_text_bounded().splitlines() for page in document]
    finally:
        document.close()
    edges = Counter(
        squeeze(re.sub(r"\d+", "", line)) for page in lines for line in {*_edge_lines(page)}
    )
    often = max(3.0, _REPEATED * len(lines))
    return Pages(
        {
            number: "\n".join(
                line for line in page if not _is_furniture(line, _edge_lines(page), edges, often)
            )
            for number, page in enumerate(lines, start=1)
        }
    )


def _edge_lines(page: list[str]) -> list[str]:
    full = [line for line in page if line.strip()]
    return [*full[:_EDGE], *full[-_EDGE:]]


def _is_furniture(line: str, edge: list[str], edges: Counter[str], often: float) -> bool:
    if line not in edge:
        return False
    bare = squeeze(re.sub(r"\d+", "", line))
    return not bare or edges[bare] >= often
