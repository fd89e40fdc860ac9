from pathlib import Path

import pypdfium2
import pytest
from drawn import HEIGHT, lines, pdf, text
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest import scan
from ingest.errors import ScannedSource
from ingest.pdf import read_pdf

SENTENCES = ["Nine of the ten stations were open", "on the day that they were counted."]


def _picture(tmp_path: Path) -> ImageReader:
    typed = pdf(tmp_path / "typed.pdf", lambda canvas: lines(canvas, 72, 100, SENTENCES, size=12)
                and None)  # fmt: skip
    with pypdfium2.PdfDocument(typed) as document:
        return ImageReader(document[0].render(scale=2).to_pil())


@pytest.fixture
def scanned(tmp_path: Path) -> Path:
    picture = _picture(tmp_path)
    return pdf(tmp_path / "scan.pdf", lambda canvas: canvas.drawImage(picture, 0, 0, 595, 842)
               and None)  # fmt: skip


def test_without_tesseract_the_command_that_helps_is_named(
    scanned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan.shutil, "which", lambda _: None)
    with pytest.raises(ScannedSource, match=r"^scan.pdf: page 1: .*apt-get install tesseract-ocr"):
        read_pdf(scanned)


def test_a_scanned_page_among_others_is_a_warning(tmp_path: Path) -> None:
    picture = _picture(tmp_path)

    def page(canvas: Canvas) -> None:
        canvas.drawImage(picture, 0, 0, 595, 842)

    path = pdf(tmp_path / "a.pdf", lambda c: text(c, 72, 100, "A typed page."), page, page)
    source = read_pdf(path, ocr=False)
    assert [block.text for block in source.blocks] == ["A typed page."]
    assert [line.split(":")[0] for line in source.warnings] == ["pages 2–3"]


@pytest.mark.slow
@pytest.mark.skipif(not scan.is_ready(), reason="tesseract or the extra 'scan' is not installed")
def test_tesseract_reads_what_the_page_shows(scanned: Path) -> None:
    source = read_pdf(scanned)
    assert [block.text for block in source.blocks] == [" ".join(SENTENCES)]
    assert source.blocks[0].style.size == pytest.approx(12, abs=1.5)
    assert source.warnings[-1] == "page 1: a picture, read by text recognition"


def test_the_text_layer_of_a_scanner_is_read(tmp_path: Path) -> None:
    picture = _picture(tmp_path)

    def page(canvas: Canvas) -> None:
        canvas.drawImage(picture, 0, 0, 595, 842)
        layer = canvas.beginText(72, HEIGHT - 100)
        layer.setFont("Helvetica", 12)
        layer.setTextRenderMode(3)
        layer.textOut(SENTENCES[0])
        canvas.drawText(layer)

    source = read_pdf(pdf(tmp_path / "a.pdf", page), ocr=False)
    assert [block.text for block in source.blocks] == [SENTENCES[0]]


def test_letters_drawn_as_shapes_are_no_text(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        for at in range(300):
            canvas.circle(72 + at % 30 * 10, 700 - at // 30 * 14, 3, stroke=0, fill=1)

    with pytest.raises(ScannedSource, match="page 1"):
        read_pdf(pdf(tmp_path / "a.pdf", page), ocr=False)


def test_page_lists() -> None:
    assert scan.page_list([4]) == "page 4"
    assert scan.page_list([9, 1, 2, 3, 12, 11]) == "pages 1–3, 9, 11–12"
