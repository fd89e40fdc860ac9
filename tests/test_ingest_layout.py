from pathlib import Path

import pytest
from drawn import blocks, lines, pdf, text, texts
from reportlab.pdfgen.canvas import Canvas

from ingest.hyphens import Vocabulary, join_lines
from ingest.layout import Sheetful, blocks_of
from ingest.lines import Line, Span, lines_of

LEFT = [
    "The brigade keeps two pumps ready",
    "by day and one by night, and crews",
    "are trained for floods each spring.",
    "Neighbours lend a boat where the",
    "river is too fast for the others.",
]
RIGHT = [
    "Reports are written within a week",
    "of each call and checked by a peer",
    "who was not there. The chief reads",
    "one in ten of them every month and",
    "answers what they ask for in public.",
]
WIDE = "This line runs across both of the columns, from the left margin to the right one, whole."


def _two_columns(canvas: Canvas) -> None:
    text(canvas, 72, 80, "How the brigade works", "Helvetica-Bold", 16)
    lines(canvas, 72, 120, LEFT)
    lines(canvas, 310, 120, RIGHT)
    lines(canvas, 72, 230, [WIDE, WIDE])
    lines(canvas, 72, 280, RIGHT)
    lines(canvas, 310, 280, LEFT)


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    assert texts(pdf(tmp_path / "a.pdf", _two_columns)) == [
        "How the brigade works",
        " ".join(LEFT),
        " ".join(RIGHT),
        f"{WIDE} {WIDE}",
        " ".join(RIGHT),
        " ".join(LEFT),
    ]


def test_columns_whose_baselines_differ_beneath_a_strip_of_figures(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        for at, (value, name) in enumerate((("6.3", "Fires"), ("92%", "Calls"), ("412", "Crew"))):
            text(canvas, 72 + 160 * at, 90, value, "Helvetica-Bold", 24)
            text(canvas, 72 + 160 * at, 108, name, size=9)
            text(canvas, 72 + 160 * at, 120, "May 1987", size=9)
        lines(canvas, 72, 170, LEFT)
        text(canvas, 72, 260, "Next steps", "Helvetica-Bold", 12)
        lines(canvas, 310, 176, RIGHT)

    found = blocks(pdf(tmp_path / "a.pdf", page))
    assert [block.text for block in found[1:]] == [" ".join(LEFT), "Next steps", " ".join(RIGHT)]
    assert found[0].table is not None
    assert [(cell.column, cell.value) for cell in found[0].table.rows[0].cells] == [
        ("Fires May 1987", "6.3"), ("Calls May 1987", "92%"), ("Crew May 1987", "412"),
    ]  # fmt: skip


def test_three_columns(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        for column, x in enumerate((50, 225, 400)):
            lines(canvas, x, 100, [f"{word} words in column {column}" for word in
                                   ("some", "more", "other", "last")], size=10)  # fmt: skip

    assert texts(pdf(tmp_path / "a.pdf", page)) == [
        f"some words in column {n} more words in column {n} "
        f"other words in column {n} last words in column {n}"
        for n in range(3)
    ]


def test_paragraphs_part_by_space_by_indent_and_by_a_short_last_line(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        y = lines(
            canvas,
            72,
            100,
            [
                "The first paragraph fills its line nearly to the margin and",
                "ends here. It has two sentences and no more than that now.",
                "Short end.",
                "The second begins where the first left room for its words",
            ],
        )
        y = lines(canvas, 90, y, ["An indented line begins the third, which goes on to the left"])
        y = lines(canvas, 72, y, ["in its second line."])
        lines(canvas, 72, y + 10, ["the fourth stands apart."])

    assert [text[:12] for text in texts(pdf(tmp_path / "a.pdf", page))] == [
        "The first pa", "The second b", "An indented ", "the fourth s",
    ]  # fmt: skip


def test_a_heading_of_two_lines_is_one_block_and_two_headings_are_two(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        text(canvas, 72, 100, "How well does the brigade", "Helvetica-Bold", 16)
        text(canvas, 72, 119, "know its own town?", "Helvetica-Bold", 16)
        text(canvas, 72, 150, "Summary of findings", "Helvetica-Bold", 13)
        lines(canvas, 72, 172, LEFT)

    found = blocks(pdf(tmp_path / "a.pdf", page))
    assert [(block.text, block.style.size, block.style.bold) for block in found[:2]] == [
        ("How well does the brigade know its own town?", 16.0, True),
        ("Summary of findings", 13.0, True),
    ]
    assert found[1].style.gap > found[2].style.gap > 0


def test_a_bold_beginning_stays_in_its_paragraph(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        text(canvas, 72, 100, "Training.", "Helvetica-Bold", 11)
        text(canvas, 126, 100, "Every crew is trained twice a year and")
        text(canvas, 72, 114, "tested once.")

    (block,) = blocks(pdf(tmp_path / "a.pdf", page))
    assert block.text == "Training. Every crew is trained twice a year and tested once."
    assert not block.style.bold


def test_items_know_their_level_and_lose_their_bullets(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        text(canvas, 72, 100, "The town has:")
        text(canvas, 72, 120, "•")
        lines(
            canvas,
            90,
            120,
            ["two stations, of which one is open at night and the other", "by day only;"],
        )
        text(canvas, 100, 150, "–")
        text(canvas, 118, 150, "one of them near the river")
        text(canvas, 72, 170, "•")
        text(canvas, 90, 170, "forty crew.")
        text(canvas, 72, 190, "(a) Lettered items keep their letter.")
        text(canvas, 72, 215, "7.")
        lines(
            canvas,
            100,
            215,
            ["Numbered paragraphs keep their number and are no items,", "however long they are."],
        )

    found = [(b.kind, b.level, b.text) for b in blocks(pdf(tmp_path / "a.pdf", page))]
    assert found == [
        ("text", 0, "The town has:"),
        ("item", 0, "two stations, of which one is open at night and the other by day only;"),
        ("item", 1, "one of them near the river"),
        ("item", 0, "forty crew."),
        ("item", 0, "(a) Lettered items keep their letter."),
        ("text", 0, "7. Numbered paragraphs keep their number and are no items, however long "
         "they are."),
    ]  # fmt: skip


@pytest.mark.parametrize("dash", ["–", "—", "−", "\u0336"])
def test_a_dash_close_before_a_text_is_its_bullet(dash: str) -> None:
    def item(y: float, said: str) -> list[Line]:
        return lines_of([Span(dash, 90, 96.5, y, 11), Span(said, 98, 180, y, 11)])

    sheet = Sheetful(1, 595, 842, (*item(100, "near the river"), *item(114, "forty crew")))
    assert [(b.kind, b.text) for b in blocks_of([sheet])] == [
        ("item", "near the river"), ("item", "forty crew"),
    ]  # fmt: skip


def test_footnotes_stand_apart_and_begin_with_their_mark(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        lines(canvas, 72, 100, [*LEFT, *RIGHT])
        canvas.line(72, 842 - 700, 216, 842 - 700)
        text(canvas, 72, 711, "3", size=5)
        text(canvas, 77, 714, "A peer is a chief of another brigade, asked by this one", size=8)
        text(canvas, 72, 724, "and paid by neither.", size=8)
        text(canvas, 72, 731, "4", size=5)
        text(canvas, 77, 734, "See the list of calls.", size=8)

    found = blocks(pdf(tmp_path / "a.pdf", page))
    assert [(block.kind, block.text) for block in found[1:]] == [
        ("note", "³ A peer is a chief of another brigade, asked by this one and paid by neither."),
        ("note", "⁴ See the list of calls."),
    ]
    assert found[0].kind == "text"


def test_lines_are_numbered_through_the_pages(tmp_path: Path) -> None:
    path = pdf(
        tmp_path / "a.pdf",
        lambda canvas: lines(canvas, 72, 100, LEFT) and None,
        lambda canvas: lines(canvas, 72, 100, RIGHT) and None,
    )
    assert [(b.page, b.first_line, b.last_line) for b in blocks(path)] == [(1, 1, 5), (2, 6, 10)]


def test_the_same_file_gives_the_same_blocks(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", _two_columns)
    assert blocks(path) == blocks(path)


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["well-", "being of the crew"], "well-being of the crew"),
        (["inspec-", "tion by a peer"], "inspection by a peer"),
        (["self-", "taught drivers"], "self-taught drivers"),
        (["pages 4–", "6 of the list"], "pages 4–6 of the list"),
        (["day and/", "or night"], "day and/or night"),
        (["co\u00ad", "operation"], "cooperation"),
        (["a dash -", "and more"], "a dash - and more"),
    ],
)
def test_hyphens_at_line_ends(lines: list[str], joined: str) -> None:
    vocabulary = Vocabulary.of(["wellbeing well-being well-being inspection self-made taught"])
    assert join_lines(lines, vocabulary) == joined
