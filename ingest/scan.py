"""Pages that are pictures: told from empty ones, and read with tesseract where it is installed.

Needs the extra ``scan`` (pytesseract and pypdfium2) and the program ``tesseract``.
"""

import importlib.util
import shutil
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.lines import UNKNOWN, Sheet, Span

COMMAND = "apt-get install tesseract-ocr && pip install 'reportqa[scan]'"
"""What enables reading of scans (on macOS: brew install tesseract)."""

_PICTURED = 0.2
"""Of the page: a smaller picture on a page without text is an ornament."""
_SHAPES = 100
"""Coloured shapes on a page without text that may be letters drawn as outlines."""
_UNKNOWN_SHARE = 0.3
_DPI = 200
_SECONDS = 60
_SURE = 30
"""Per cent: words of less certainty are specks, not words."""


def needs_recognition(sheet: Sheet) -> bool:
    """Whether a page shows something, but has no text that can be read."""
    visible = "".join(span.text for span in sheet.spans if not span.furniture).replace(" ", "")
    unknown = visible.count(UNKNOWN)
    if visible and unknown <= _UNKNOWN_SHARE * len(visible):
        return False
    area = sheet.width * sheet.height
    pictured = sum(
        (box.x1 - box.x0) * (box.y1 - box.y0) for box in sheet.boxes if box.kind == "picture"
    )
    shapes = sum(box.kind != "picture" for box in sheet.boxes)
    return bool(unknown or pictured >= _PICTURED * area > 0 or shapes >= _SHAPES)


def is_layer(sheet: Sheet) -> bool:
    """Whether text without ink is what a scanner recognised in the picture of the page."""
    area = sheet.width * sheet.height
    seen = sum(len(span.text) for span in sheet.spans if not span.hidden)
    unseen = sum(len(span.text) for span in sheet.spans if span.hidden)
    return unseen > 4 * seen and any(
        box.kind == "picture" and (box.x1 - box.x0) * (box.y1 - box.y0) > 0.5 * area
        for box in sheet.boxes
    )


def is_ready() -> bool:
    """Whether scans can be read on this machine."""
    modules = ("pytesseract", "pypdfium2")
    return shutil.which("tesseract") is not None and all(map(importlib.util.find_spec, modules))


def recognise(path: Path, numbers: Sequence[int]) -> dict[int, tuple[Span, ...]]:
    """The text that tesseract sees on pages of a PDF, numbered from 1: a span for each word.

    Pages on which it finds nothing, or that take longer than a minute, are left out.
    """
    import pypdfium2
    import pytesseract

    found: dict[int, tuple[Span, ...]] = {}
    with pypdfium2.PdfDocument(path) as document:
        for number in numbers:
            picture = document[number - 1].render(scale=_DPI / 72, grayscale=True).to_pil()
            try:
                words = pytesseract.image_to_data(
                    picture, timeout=_SECONDS, output_type=pytesseract.Output.DICT
                )
            except RuntimeError:
                # How pytesseract says that its time is over.
                continue
            spans = _spans(words)
            if spans:
                found[number] = spans
    return found


def _spans(words: dict[str, list[Any]]) -> tuple[Span, ...]:
    lines: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for at, text in enumerate(words["text"]):
        if text.strip() and float(words["conf"][at]) >= _SURE:
            place = (words["block_num"][at], words["par_num"][at], words["line_num"][at])
            lines[place].append(at)
    point = 72 / _DPI
    heights = sorted(words["height"][at] for members in lines.values() for at in members)
    body = round(heights[len(heights) * 3 // 4] * point / 0.8, 1) if heights else 0.0
    spans: list[Span] = []
    for members in lines.values():
        bottoms = sorted(words["top"][at] + words["height"][at] for at in members)
        heights = sorted(words["height"][at] for at in members)
        # Most words of a line reach up to an ascender; their boxes are about 0.8 em high.
        size = heights[len(heights) * 3 // 4] * point / 0.8
        size = body if abs(size - body) < 0.25 * body else round(size, 1)
        baseline = bottoms[len(bottoms) // 4] * point
        for at in members:
            left = words["left"][at] * point
            spans.append(
                Span(words["text"][at], left, left + words["width"][at] * point, baseline, size)
            )
    return tuple(spans)


def page_list(numbers: Sequence[int]) -> str:
    """Page numbers in words: "page 3", "pages 1–4, 9"."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    shown = ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
    return f"page{'s' if len(numbers) > 1 else ''} {shown}"
