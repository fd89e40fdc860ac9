"""PDFs drawn for tests: each page is a function that draws on a canvas."""

from collections.abc import Callable
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from ingest.pdf import read_pdf
from ingest.records import Block

HEIGHT = A4[1]
Draw = Callable[[Canvas], None]


def pdf(path: Path, *pages: Draw, **options: object) -> Path:
    canvas = Canvas(str(path), pagesize=A4, invariant=1, **options)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return path


def text(
    canvas: Canvas, x: float, y: float, string: str, font: str = "Helvetica", size: float = 11
) -> None:
    """``y`` is measured from the top of the page."""
    canvas.setFont(font, size)
    canvas.drawString(x, HEIGHT - y, string)


def lines(canvas: Canvas, x: float, y: float, strings: list[str], **style: object) -> float:
    """Lines at a leading of 14 points; returns where the next one would stand."""
    for string in strings:
        text(canvas, x, y, string, **style)
        y += 14
    return y


def blocks(path: Path) -> tuple[Block, ...]:
    return read_pdf(path, ocr=False).blocks


def texts(path: Path) -> list[str]:
    return [block.text for block in blocks(path)]
