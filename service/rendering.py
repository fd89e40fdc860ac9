"""A page of a PDF as a picture, and where words stand on it. The only file that imports pypdfium2.

PDFium is not thread-safe: a service draws through ``service.pictures``. Lengths are shares (0 to
1) of the page's width and height, from its top left corner.
"""

import ctypes
import io
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.errors import BrokenSource, NotFound

_TALLEST = 4000
"""Pixels: a page of any shape is drawn no taller."""
_ENOUGH = 0.6
"""Share of a quote's words that must be found near one another for any to be boxed."""
_END = 0.4
"""Share of a quote that must stand at a page's end, or at its start, to be taken for a part."""

_Rect = tuple[float, float, float, float]
"""Left, bottom, right, top in points of the page's own space."""
_SLACK = 6.0
"""Points that a character may stand left of its line's beginning."""


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as compared: letters and digits only. ``chars`` are their places in the page's text,
    ``token`` those of the word as printed."""

    text: str
    chars: tuple[int, ...]
    token: range


def picture(path: Path, number: int, *, width: int) -> bytes:
    """Page ``number`` (from 1) as PNG, ``width`` pixels wide.

    Raises ``NotFound`` for a page that is not there, ``BrokenSource`` for a file not readable.
    """
    with _page(path, number) as page:
        across, down = page.get_size()
        scale = min(width / across, _TALLEST / down)
        image = page.render(scale=scale, optimize_mode="lcd", prefer_bgrx=True).to_pil()
    out = io.BytesIO()
    image.convert("RGB").quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def shape(path: Path, number: int) -> tuple[float, float]:
    """Width and height of a page in points; raises as ``picture`` does."""
    with _page(path, number) as page:
        across, down = page.get_size()
        return float(across), float(down)


def boxes(path: Path, number: int, quotes: Sequence[str]) -> list[Box]:
    """Where the words of ``quotes`` stand on a page, one box a line; raises as ``picture`` does.

    Words are compared by letters and digits only, since a quote has lost its hyphenation and line
    breaks. Of a quote that crosses pages the part on this page is boxed, of a table's row the words
    found near one another; nothing where that is too little.
    """
    with _page(path, number) as page:
        text = page.get_textpage()
        words = list(_words(_characters(text)))
        return [box for quote in quotes for box in _boxes(page, text, _found(words, quote))]


@contextmanager
def _page(path: Path, number: int) -> Iterator[pypdfium2.PdfPage]:
    try:
        with closing(pypdfium2.PdfDocument(path)) as document:
            if not 1 <= number <= len(document):
                raise NotFound(
                    f"there is no page {number}: the file has pages 1 to {len(document)}"
                )
            yield document[number - 1]
    except pypdfium2.PdfiumError as error:
        raise BrokenSource(path.name, f"its pages cannot be drawn ({error})") from error


def _characters(text: pypdfium2.PdfTextPage) -> str:
    count = text.count_chars()
    # A lone surrogate or NUL is a character that PDFium could not map.
    return "".join(chr(pdfium.FPDFText_GetUnicode(text, at)) for at in range(count))


def _words(characters: str) -> Iterator[_Word]:
    places = enumerate(characters)
    for is_space, group in groupby(places, key=lambda place: place[1].isspace()):
        if is_space:
            continue
        printed = list(group)
        chars = [(at, folded) for at, char in printed if (folded := _folded(char))]
        if chars:
            yield _Word(
                "".join(folded for _, folded in chars),
                tuple(at for at, _ in chars),
                range(printed[0][0], printed[-1][0] + 1),
            )


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in plain if char.isalnum())


def _found(words: Sequence[_Word], quote: str) -> list[int]:
    """The places of the quote's characters in the page's text."""
    whole = "".join(word.text for word in words)
    wanted = _folded(quote)
    start, size = _longest_end(whole, wanted)
    if size < len(wanted) and (near := _near(words, quote)):
        return near
    if not size or size < _END * len(wanted):
        return []
    owners = [at for word in words for at in _owners(word)]
    return owners[start : start + size]


def _near(words: Sequence[_Word], quote: str) -> list[int]:
    """The places of the quote's words where most of them stand near one another.

    Those found in the quote's order say where; between and right after them the others may stand
    in any order, as a table's values do under its columns.
    """
    asked = [folded for word in quote.split() if (folded := _folded(word))]
    matcher = SequenceMatcher(None, [word.text for word in words], asked, autojunk=False)
    runs = [run for run in matcher.get_matching_blocks() if run.size]
    longest = max(runs, key=lambda run: run.size, default=None)
    if longest is None:
        return []
    near = [run for run in runs if abs(run.a - longest.a) <= 2 * len(asked)]
    if sum(run.size for run in near) < max(2, _ENOUGH * len(asked)):
        return []
    chosen = {at for run in near for at in range(run.a, run.a + run.size)}
    left = Counter(asked) - Counter(words[at].text for at in chosen)
    for at in range(min(chosen), min(max(chosen) + len(asked), len(words))):
        if at not in chosen and left[words[at].text] > 0:
            left[words[at].text] -= 1
            chosen.add(at)
    return [place for at in sorted(chosen) for place in words[at].token]


def _longest_end(whole: str, wanted: str) -> tuple[int, int]:
    """Where the longest beginning or end of ``wanted`` stands in ``whole``, and its length; all of
    it where it stands there."""
    first, last, size = 0, 0, len(wanted)
    while first < size and whole.find(wanted[: first + 1]) >= 0:
        first += 1
    while first < size and last < size and whole.find(wanted[size - last - 1 :]) >= 0:
        last += 1
    part = wanted[:first] if first >= last else wanted[size - last :]
    return whole.find(part), len(part)


def _owners(word: _Word) -> Sequence[int]:
    """For each letter of the folded word, the character it came from ("ﬁ" gives two letters)."""
    if len(word.text) == len(word.chars):
        return word.chars
    spare = len(word.text) - len(word.chars)
    return (*word.chars, *[word.chars[-1]] * spare)


def _boxes(
    page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, places: Sequence[int]
) -> Iterator[Box]:
    """Characters joined into lines in the page's own space, where text is level, then placed."""
    line: _Rect | None = None
    for at in places:
        char: _Rect = text.get_charbox(at, loose=True)
        if line is not None and _on_one_line(line, char):
            (a, b, c, d), (e, f, g, h) = line, char
            line = (min(a, e), min(b, f), max(c, g), max(d, h))
            continue
        if line is not None:
            yield _box(page, line)
        line = char
    if line is not None:
        yield _box(page, line)


def _on_one_line(line: _Rect, char: _Rect) -> bool:
    middle = (char[1] + char[3]) / 2
    return line[1] <= middle <= line[3] and char[0] >= line[0] - _SLACK


def _box(page: pypdfium2.PdfPage, rect: _Rect) -> Box:
    left, bottom, right, top = rect
    (x1, y1), (x2, y2) = _placed(page, left, top), _placed(page, right, bottom)
    return Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


_GRAIN = 10_000


def _placed(page: pypdfium2.PdfPage, x: float, y: float) -> tuple[float, float]:
    """A point of the page's own space on the page as shown, cropped and turned."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(
        page, 0, 0, _GRAIN, _GRAIN, 0, x, y, ctypes.byref(across), ctypes.byref(down)
    )
    return across.value / _GRAIN, down.value / _GRAIN
