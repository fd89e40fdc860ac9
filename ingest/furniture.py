"""Running heads and feet and page numbers: told from the text by where they recur."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.lines import Line, Sheet

_EDGE = 4
"""Baselines from the top and the bottom of a page that can be furniture."""
_BAND = 3.0
"""Points within which a running head keeps its height."""
_VARIETY = 0.34
"""Running heads change with the chapter, text with every page: different texts per page."""
_NUMBER = re.compile(
    r"(?:page\s*|p\.?\s*)?[-–|\[(]*\s*(?P<label>\d{1,4}|[ivxlc]{1,7})\s*[-–|\])]*"
    r"(?:\s*(?:of|/)\s*\d{1,4})?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stripped:
    """A page's lines without its furniture, and the number printed on it ("" where none is)."""

    lines: tuple[Line, ...]
    label: str = ""


def strip_furniture(sheets: Sequence[Sheet], pages: Sequence[Sequence[Line]]) -> list[Stripped]:
    """Part each page's text from its furniture.

    Furniture is what the file marks as such if it is on several pages, and what stands at the same
    height at the edge of several pages in (nearly) the same words, with nothing but furniture
    between it and the edge. A heading that opens many pages is none, for other pages have their
    own text at that height.
    """
    recurring = _on_several(pages)
    found: list[set[int]] = [
        {at for at, line in enumerate(lines) if line.furniture and _key(line.text) in recurring}
        for lines in pages
    ]
    for from_top in (True, False):
        _mark_edge(sheets, pages, found, from_top)
    labels = _labels([[lines[at] for at in sorted(marked)] for lines, marked in
                      zip(pages, found, strict=True)])  # fmt: skip
    return [
        Stripped(tuple(line for at, line in enumerate(lines) if at not in marked), label)
        for lines, marked, label in zip(pages, found, labels, strict=True)
    ]


def _on_several(pages: Sequence[Sequence[Line]]) -> set[str]:
    """What more than one page says, and numbers. A foot that only one page has tells something."""
    counts = Counter(key for lines in pages for key in {_key(line.text) for line in lines})
    return {
        key
        for key, count in counts.items()
        if count > 1 or _NUMBER.fullmatch(key.replace("#", "1"))
    }


@dataclass(slots=True)
class _Band:
    """What stands at one height on the pages of one format."""

    y: float
    pages: dict[int, list[int]]

    def texts(self, pages: Sequence[Sequence[Line]]) -> list[str]:
        return [_key(_joined(pages[page], at_lines)) for page, at_lines in self.pages.items()]


def _mark_edge(
    sheets: Sequence[Sheet], pages: Sequence[Sequence[Line]], found: list[set[int]], from_top: bool
) -> None:
    formats: dict[tuple[int, int], list[_Band]] = defaultdict(list)
    for page, (sheet, lines) in enumerate(zip(sheets, pages, strict=True)):
        shape = (round(sheet.width), round(sheet.height))
        for y, at_lines in _edge(lines, found[page], from_top):
            bands = formats[shape]
            band = next((band for band in bands if abs(band.y - y) <= _BAND), None)
            if band is None:
                band = _Band(y, {})
                bands.append(band)
            band.pages.setdefault(page, []).extend(at_lines)
    for shape, bands in formats.items():
        reach = 0.16 * shape[1]
        bands.sort(key=lambda band: band.y, reverse=not from_top)
        for band in bands:
            distance = band.y if from_top else shape[1] - band.y
            recurring = _recurring(band.texts(pages)) if distance <= reach else set()
            for page, at_lines in band.pages.items():
                if _key(_joined(pages[page], at_lines)) in recurring and _outermost(
                    pages[page], found[page], at_lines, from_top
                ):
                    found[page].update(at_lines)


def _edge(
    lines: Sequence[Line], marked: set[int], from_top: bool
) -> Iterable[tuple[float, list[int]]]:
    """The outermost baselines of a page, each with its lines."""
    baselines: list[tuple[float, list[int]]] = []
    order = range(len(lines)) if from_top else range(len(lines) - 1, -1, -1)
    for at in order:
        if at in marked:
            continue
        if baselines and abs(lines[at].y - baselines[-1][0]) <= 1.0:
            baselines[-1][1].append(at)
        elif len(baselines) == _EDGE:
            break
        else:
            baselines.append((lines[at].y, [at]))
    for _, at_lines in baselines:
        at_lines.sort()
    return baselines


def _key(text: str) -> str:
    return re.sub(r"\d+|\b[ivxlc]+\b", "#", text.casefold())


def _joined(lines: Sequence[Line], at_lines: Iterable[int]) -> str:
    return " ".join(lines[at].text for at in at_lines)


def _recurring(texts: list[str]) -> set[str]:
    """Those of a band's texts that are furniture."""
    numbers = {text for text in texts if _NUMBER.fullmatch(text.replace("#", "1"))}
    if len(set(texts) - numbers) > max(1, _VARIETY * len(texts)):
        # The text itself begins or ends at this height.
        return numbers if sum(text in numbers for text in texts) > 1 else set()
    return {text for text in texts if texts.count(text) > (1 if text in numbers else 2)}


def _outermost(
    lines: Sequence[Line], marked: set[int], at_lines: list[int], from_top: bool
) -> bool:
    y = lines[at_lines[0]].y
    beyond = (
        at for at, line in enumerate(lines) if (line.y < y - 1 if from_top else line.y > y + 1)
    )
    return all(at in marked for at in beyond)


def _labels(furniture: Sequence[Sequence[Line]]) -> list[str]:
    """The page numbers printed in heads and feet, where they rise with the pages."""
    numbers = [_printed(lines) for lines in furniture]
    arabic = [(page, int(label)) for page, label in enumerate(numbers) if label.isdigit()]
    steps = [label - page for page, label in arabic]
    usual = max(set(steps), key=steps.count, default=None)
    agreed = usual is not None and steps.count(usual) >= max(2, 0.5 * len(steps))
    return [
        "" if label.isdigit() and not (agreed and int(label) - page == usual) else label
        for page, label in enumerate(numbers)
    ]


def _printed(lines: Sequence[Line]) -> str:
    for line in lines:
        whole = _NUMBER.fullmatch(line.text.strip())
        if whole:
            return whole["label"]
    for line in lines:
        edge = re.search(r"(?:^(\d{1,4})\b|(?:\||\bpage|\s{2,}|\t)\s*(\d{1,4})$)", line.text, re.I)
        if edge:
            return edge[1] or edge[2]
    return ""
