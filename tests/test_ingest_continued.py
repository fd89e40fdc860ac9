from pathlib import Path

import pytest
from drawn import Draw, blocks, pdf, text
from reportlab.pdfgen.canvas import Canvas

HEADER = ("Yard", "Lamps", "What was found")
RIGHT = 470


def _grid(
    *rows: tuple[str, str, str], top: int = 600, xs: tuple[int, ...] = (72, 200, 280)
) -> Draw:
    """A page with a paragraph above ``top`` and a table from there on, a rule after every row."""

    def draw(canvas: Canvas) -> None:
        if top > 100:
            text(canvas, 72, 80, "The yards were counted in spring.")
        foot = top + 25 * len(rows)
        for y in range(top, foot + 1, 25):
            canvas.line(72, 842 - y, RIGHT, 842 - y)
        for x in (*xs, RIGHT):
            canvas.line(x, 842 - top, x, 842 - foot)
        for at, row in enumerate(rows):
            for x, said in zip(xs, row, strict=True):
                font = "Helvetica-Bold" if row == HEADER else "Helvetica"
                text(canvas, x + 5, top + 17 + 25 * at, said, font, 10)

    return draw


NORTH, SOUTH, EAST = (("North", "12", "all lit"), ("South", "7", "two dark"), ("East", "9", "fair"))


@pytest.mark.parametrize("again", [(), (HEADER,)])
def test_rows_over_a_page_are_of_one_table(tmp_path: Path, again: tuple[object, ...]) -> None:
    path = pdf(
        tmp_path / "a.pdf", _grid(HEADER, NORTH), _grid(*again, SOUTH, top=80), _grid(EAST, top=80)
    )
    paragraph, block = blocks(path)
    assert paragraph.kind == "text"
    assert (block.page, block.page_end) == (1, 3)
    assert block.table is not None
    assert [
        (row.labels, [(cell.column, cell.value) for cell in row.cells], row.page)
        for row in block.table.rows
    ] == [
        (("North",), [("Lamps", "12"), ("What was found", "all lit")], 1),
        (("South",), [("Lamps", "7"), ("What was found", "two dark")], 2),
        (("East",), [("Lamps", "9"), ("What was found", "fair")], 3),
    ]


def test_a_row_that_a_page_cuts_is_whole(tmp_path: Path) -> None:
    path = pdf(
        tmp_path / "a.pdf",
        _grid(HEADER, NORTH, ("South", "7", "two of the lamps")),
        _grid(("", "", "were dark"), EAST, top=80),
    )
    _, block = blocks(path)
    assert block.table is not None
    assert [row.cells[1].value for row in block.table.rows] == [
        "all lit", "two of the lamps were dark", "fair",
    ]  # fmt: skip


def test_other_columns_are_another_table(tmp_path: Path) -> None:
    path = pdf(
        tmp_path / "a.pdf",
        _grid(HEADER, NORTH, SOUTH),
        _grid(HEADER, EAST, NORTH, top=80, xs=(72, 160, 280)),
    )
    assert [block.kind for block in blocks(path)] == ["text", "table", "table"]


def test_a_heading_beside_the_box_of_its_grade_keeps_its_words(tmp_path: Path) -> None:
    """A frame of one row is read cell by cell."""

    def page(canvas: Canvas) -> None:
        canvas.rect(72, 842 - 150, 280, 50)
        canvas.rect(352, 842 - 150, 120, 50)
        text(canvas, 77, 115, "How the yards are lit", "Helvetica-Bold", 14)
        text(canvas, 77, 131, "and what is left dark", "Helvetica-Bold", 14)
        text(canvas, 360, 123, "Fair", "Helvetica-Bold", 14)
        text(canvas, 72, 180, "Most yards are lit at night.")

    assert [block.text for block in blocks(pdf(tmp_path / "a.pdf", page))] == [
        "How the yards are lit and what is left dark", "Fair", "Most yards are lit at night.",
    ]  # fmt: skip
