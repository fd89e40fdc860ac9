from pathlib import Path

from drawn import lines, pdf, text, texts
from reportlab.pdfgen.canvas import Canvas

from ingest.pdf import read_pdf

WORDS = ["apples", "bread", "cheese", "dates", "eggs", "flour", "grapes", "honey"]


def _page(number: int, *, head: str = "", foot: str = "", title: str = "") -> object:
    def draw(canvas: Canvas) -> None:
        if head:
            text(canvas, 72, 40, head, size=9)
        if title:
            text(canvas, 72, 80, title, "Helvetica-Bold", 15)
        lines(
            canvas,
            72,
            105 if title else 80,
            [f"The store of {WORDS[number]} was counted twice and", "found in order."],
        )
        if foot:
            text(canvas, 290, 810, foot, size=9)

    return draw


def test_running_heads_and_page_numbers_are_no_text(tmp_path: Path) -> None:
    pages = [_page(n, head="Stores report 1987", foot=str(n + 5)) for n in range(4)]
    source = read_pdf(pdf(tmp_path / "a.pdf", *pages))
    assert [block.text for block in source.blocks] == [
        f"The store of {word} was counted twice and found in order." for word in WORDS[:4]
    ]
    assert [page.label for page in source.pages] == ["5", "6", "7", "8"]


def test_heads_may_change_with_the_chapter(tmp_path: Path) -> None:
    heads = ["Dry goods"] * 4 + ["Fresh goods"] * 4
    pages = [_page(n, head=head, foot=f"Page {n + 1} of 8") for n, head in enumerate(heads)]
    source = read_pdf(pdf(tmp_path / "a.pdf", *pages))
    assert not any("goods" in block.text for block in source.blocks)
    assert [page.label for page in source.pages] == [str(n) for n in range(1, 9)]


def test_a_heading_that_opens_several_pages_is_text(tmp_path: Path) -> None:
    pages = [_page(n, title="Summary of findings" if n % 2 else "", foot=str(n + 1))
             for n in range(6)]  # fmt: skip
    assert texts(pdf(tmp_path / "a.pdf", *pages)).count("Summary of findings") == 3


def _marked(number: int, head: str) -> object:
    """A page whose head the file itself marks as furniture."""

    def draw(canvas: Canvas) -> None:
        canvas._code.append("/Artifact <</Type /Pagination>> BDC")
        text(canvas, 72, 400, head, size=9)
        canvas._code.append("EMC")
        text(canvas, 72, 80 + number, f"The store of {WORDS[number]} was counted.")

    return draw


def test_what_the_file_marks_as_furniture_is_text_where_one_page_alone_has_it(
    tmp_path: Path,
) -> None:
    heads = ["Stores report", "Stores report", "12", "Printed for the harbour."]
    pages = [_marked(n, head) for n, head in enumerate(heads)]
    assert texts(pdf(tmp_path / "a.pdf", *pages)) == [
        *(f"The store of {word} was counted." for word in WORDS[:4]),
        "Printed for the harbour.",
    ]


def test_one_page_keeps_all_its_text(tmp_path: Path) -> None:
    assert texts(pdf(tmp_path / "a.pdf", _page(0, head="A head", foot="A foot"))) == [
        "A head", "The store of apples was counted twice and found in order.", "A foot",
    ]  # fmt: skip


def test_numbers_that_do_not_rise_with_the_pages_are_no_labels(tmp_path: Path) -> None:
    pages = [_page(n, foot=foot) for n, foot in enumerate(("9", "3", "41", "7"))]
    source = read_pdf(pdf(tmp_path / "a.pdf", *pages))
    assert [page.label for page in source.pages] == [""] * 4
