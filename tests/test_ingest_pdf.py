import re
from collections import Counter
from pathlib import Path

import pypdf
import pytest
from drawn import HEIGHT, blocks, pdf, text, texts
from reportlab.lib.colors import Color, white
from reportlab.pdfgen.canvas import Canvas

from ingest import parser
from ingest.errors import BrokenSource, EmptySource, EncryptedSource, HugeSource
from ingest.pdf import read_pdf

REPORTS = Path(__file__).parents[2] / "shared" / "benchmarks" / "ofsted" / "reports"


def test_style_carries_size_weight_slant_colour_and_place(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFillColor(Color(0.2, 0.4, 0.6))
        text(canvas, 80, 100, "Fire cover at night", "Helvetica-BoldOblique", 18)

    (block,) = blocks(pdf(tmp_path / "a.pdf", page))
    style = block.style
    assert (block.text, block.page) == ("Fire cover at night", 1)
    assert (style.size, style.bold, style.italic) == (18.0, True, True)
    assert (style.colour, style.left) == ("#336699", 80.0)


def test_raised_digits_become_superscripts_of_the_word_before(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        text(canvas, 72, 100, "Crews met the standard")
        end = 72 + canvas.stringWidth("Crews met the standard", "Helvetica", 11)
        text(canvas, end, 96, "12", size=7)
        text(canvas, end + 11, 100, "in most towns on the 21")
        end += 11 + canvas.stringWidth("in most towns on the 21", "Helvetica", 11)
        text(canvas, end, 96, "st", size=7)

    assert texts(pdf(tmp_path / "a.pdf", page)) == [
        "Crews met the standard¹² in most towns on the 21st"
    ]


def test_text_that_nobody_sees_is_dropped(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        text(canvas, 72, 100, "Seen by all.")
        canvas.setFillColor(white)
        text(canvas, 72, 130, "White on white.")
        canvas.setFillColorRGB(0, 0, 0)
        text(canvas, 700, 160, "Beside the page.")
        hidden = canvas.beginText(72, HEIGHT - 190)
        hidden.setTextRenderMode(3)
        hidden.textOut("Drawn without ink.")
        canvas.drawText(hidden)
        canvas.saveState()
        clip = canvas.beginPath()
        clip.rect(72, 100, 50, 50)
        canvas.clipPath(clip, stroke=0)
        text(canvas, 300, 300, "Clipped away.")
        canvas.restoreState()

    assert texts(pdf(tmp_path / "a.pdf", page)) == ["Seen by all."]


def test_white_text_on_a_dark_ground_is_kept(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFillColorRGB(0.1, 0.1, 0.4)
        canvas.rect(60, HEIGHT - 120, 300, 40, stroke=0, fill=1)
        canvas.setFillColor(white)
        text(canvas, 72, 100, "Good")

    assert texts(pdf(tmp_path / "a.pdf", page)) == ["Good"]


def test_overprinted_text_counts_once_and_as_bold(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        text(canvas, 72, 100, "Findings in brief")
        text(canvas, 72.3, 100, "Findings in brief")

    (block,) = blocks(pdf(tmp_path / "a.pdf", page))
    assert (block.text, block.style.bold) == ("Findings in brief", True)


def test_declared_labels_bookmarks_title_and_date(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        text(canvas, 72, 100, "A page.")
        canvas.bookmarkPage("here")
        canvas.addOutlineEntry("Chapter one", "here", 0)

    def next_page(canvas: Canvas) -> None:
        text(canvas, 72, 100, "Another page.")
        canvas.bookmarkPage("there")
        canvas.addOutlineEntry("Its first section", "there", 1)
        canvas.setTitle("A made-up report")

    plain = pdf(tmp_path / "plain.pdf", page, next_page)
    writer = pypdf.PdfWriter(clone_from=plain)
    writer.set_page_label(0, 1, style="/r", start=3)
    path = tmp_path / "a.pdf"
    writer.write(path)
    source = read_pdf(path)
    assert [page.label for page in source.pages] == ["iii", "iv"]
    assert [(b.title, b.level, b.page) for b in source.bookmarks] == [
        ("Chapter one", 1, 1), ("Its first section", 2, 2),
    ]  # fmt: skip
    assert source.title == "A made-up report"
    assert source.date == "2000-01-01"
    assert (source.pages[0].width, source.pages[0].height) == pytest.approx((595.3, 841.9), abs=0.1)


def _sideways(canvas: Canvas) -> None:
    canvas.rotate(90)
    canvas.setFont("Helvetica", 11)
    canvas.drawString(100, -80, "Read from the side,")
    canvas.drawString(100, -94, "and read whole.")


@pytest.mark.parametrize("declared", [True, False])
def test_a_turned_page_reads_upright(tmp_path: Path, declared: bool) -> None:
    path = pdf(tmp_path / "a.pdf", _sideways)
    if declared:
        writer = pypdf.PdfWriter(clone_from=path)
        writer.pages[0].rotate(90)
        writer.write(path)
    source = read_pdf(path)
    assert [block.text for block in source.blocks] == ["Read from the side, and read whole."]
    assert source.pages[0].width > source.pages[0].height


def test_a_stamp_across_the_page_is_no_text(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        text(canvas, 72, 100, "The text itself.")
        canvas.translate(200, 300)
        canvas.rotate(45)
        canvas.drawString(0, 0, "DRAFT")

    assert texts(pdf(tmp_path / "a.pdf", page)) == ["The text itself."]


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (b"", EmptySource, "the file is empty"),
        (b"%PDF-1.7\nnothing more", BrokenSource, "cannot be parsed"),
        (b"\x00" * 5_000, BrokenSource, "cannot be parsed"),
    ],
)
def test_unreadable_files_say_why(
    tmp_path: Path, data: bytes, error: type[Exception], says: str
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    with pytest.raises(error, match=f"^a.pdf: .*{says}"):
        read_pdf(path)


def test_a_password_is_asked_for_only_where_one_is_needed(tmp_path: Path) -> None:
    plain = pdf(tmp_path / "plain.pdf", lambda canvas: text(canvas, 72, 100, "For members."))
    for name, password in (("open.pdf", ""), ("shut.pdf", "secret")):
        writer = pypdf.PdfWriter(clone_from=plain)
        writer.encrypt(password, "owner", algorithm="RC4-128")
        writer.write(tmp_path / name)
    assert texts(tmp_path / "open.pdf") == ["For members."]
    with pytest.raises(EncryptedSource, match="password; save a copy without one"):
        read_pdf(tmp_path / "shut.pdf")


def test_a_file_over_the_limit_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = pdf(tmp_path / "a.pdf", lambda canvas: text(canvas, 72, 100, "Short."))
    monkeypatch.setattr(parser, "MAX_BYTES", 100)
    with pytest.raises(HugeSource, match="the limit is 0 MB: split it"):
        read_pdf(path)


def test_an_empty_document_has_no_text(tmp_path: Path) -> None:
    with pytest.raises(EmptySource, match="no page has text"):
        read_pdf(pdf(tmp_path / "a.pdf", lambda _: None))


def test_warnings_of_the_parser_are_collected_not_printed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = pdf(tmp_path / "a.pdf", lambda canvas: text(canvas, 72, 100, "Still here."))
    path.write_bytes(path.read_bytes().replace(b"startxref\n", b"startxref\n9"))
    source = read_pdf(path)
    assert [block.text for block in source.blocks] == ["Still here."]
    assert any(line.startswith("the PDF is not quite in order: ") for line in source.warnings)
    assert capfd.readouterr().err == ""


def test_one_broken_page_leaves_the_others(tmp_path: Path) -> None:
    path = pdf(
        tmp_path / "a.pdf",
        lambda canvas: text(canvas, 72, 100, "First."),
        lambda canvas: text(canvas, 72, 100, "Second."),
    )
    writer = pypdf.PdfWriter(clone_from=path)
    writer.pages[0][pypdf.generic.NameObject("/MediaBox")] = pypdf.generic.ArrayObject()
    writer.write(path)
    source = read_pdf(path)
    assert [(block.text, block.page) for block in source.blocks] == [("Second.", 2)]
    assert source.warnings[0].startswith("page 1 cannot be parsed")


@pytest.mark.slow
@pytest.mark.skipif(not REPORTS.is_dir(), reason=f"{REPORTS.name}: the shared reports are absent")
def test_every_word_of_a_block_stands_on_its_page() -> None:
    """Over a sample of real reports: nothing is invented, and nearly nothing is lost."""
    for path in sorted(REPORTS.glob("*.pdf"))[::24]:
        extracted = [page.extract_text() for page in pypdf.PdfReader(path).pages]
        pages = [_letters(page) for page in extracted]
        read = 0
        for block in read_pdf(path).blocks:
            for line in re.split(r"[\n\t]", block.text):
                for word in line.split():
                    assert _letters(word) in pages[block.page - 1], (path.name, block.page, word)
            read += len(_letters(block.text))
        assert 0.99 < read / _body(extracted) < 1.005, path.name


def _body(pages: list[str]) -> int:
    """Letters on lines that don't recur on half of the pages."""
    lines = [{re.sub(r"\d+", "#", line.strip()) for line in page.splitlines()} for page in pages]
    counts = Counter(line for page in lines for line in page)
    return sum(
        len(_letters(line))
        for page in pages
        for line in page.splitlines()
        if counts[re.sub(r"\d+", "#", line.strip())] < len(pages) / 2
    )


def _letters(string: str) -> str:
    plain = string.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))
    return re.sub(r"[\W_]", "", plain)


def test_each_page_is_told_as_it_is_read() -> None:
    told: list[tuple[int, int]] = []
    path = Path(__file__).parents[1] / "corpus" / "peel-effectiveness-2015-warwickshire.pdf"
    pages = read_pdf(path, on_page=lambda n, of: told.append((n, of))).pages
    assert told == [(n, len(pages)) for n in range(1, len(pages) + 1)]
