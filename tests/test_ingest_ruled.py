from pathlib import Path

import pytest
from drawn import blocks, lines, pdf, text
from reportlab.pdfgen.canvas import Canvas

from ingest.lines import Box
from ingest.rules import grids

XS = (72, 220, 300, 380, 460)
YS = (100, 125, 150, 175, 200)


def _ruled(canvas: Canvas) -> None:
    """A header of two rows whose first merges two columns twice, a label column, two rows."""
    for y in (100, 150, 175, 200):
        canvas.line(72, 842 - y, 460, 842 - y)
    canvas.line(220, 842 - 125, 460, 842 - 125)
    for x in (72, 220, 460):
        canvas.line(x, 842 - 100, x, 842 - 200)
    canvas.line(300, 842 - 125, 300, 842 - 200)
    canvas.line(380, 842 - 100, 380, 842 - 200)
    # x = 300 is merged away in the first header row; 380 to 460 is a column of its own
    rows = {
        117: {225: "Last year", 385: "This year"},
        142: {225: "Calls", 305: "Rate", 385: "Calls"},
        167: {77: "Northern towns", 225: "120", 305: "4.5", 385: "131"},
        192: {77: "Southern towns", 225: "98", 305: "3.9", 385: "77"},
    }
    for y, cells in rows.items():
        for x, string in cells.items():
            text(canvas, x, y, string, "Helvetica-Bold" if y < 150 else "Helvetica", 10)


def test_every_cell_of_a_ruled_table_knows_its_row_and_its_merged_headers(tmp_path: Path) -> None:
    (block,) = blocks(pdf(tmp_path / "a.pdf", _ruled))
    assert block.kind == "table"
    assert block.table is not None
    assert block.table.columns == ("Last year Calls", "Last year Rate", "This year Calls")
    assert [(row.labels, [(cell.column, cell.value) for cell in row.cells], row.page)
            for row in block.table.rows] == [
        (("Northern towns",), [("Last year Calls", "120"), ("Last year Rate", "4.5"),
                               ("This year Calls", "131")], 1),
        (("Southern towns",), [("Last year Calls", "98"), ("Last year Rate", "3.9"),
                               ("This year Calls", "77")], 1),
    ]  # fmt: skip
    assert block.text.splitlines()[2] == "Northern towns\t120\t4.5\t131"


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ([("Fleet", "Goal 2024", "2024"), ("Tugs", "14", "12"), ("Barges", "3", "5")],
         ("Goal 2024", "2024")),
        ([("Sunk", "1999", "2003"), ("Raised", "2010", "2012"), ("Sold", "2011", "2013")],
         ("", "")),
    ],
)  # fmt: skip
def test_years_in_plain_type_name_the_columns_of_figures_beneath(
    tmp_path: Path, rows: list[tuple[str, ...]], columns: tuple[str, ...]
) -> None:
    def page(canvas: Canvas) -> None:
        for y in (100, 125, 150, 175):
            canvas.line(72, 842 - y, 380, 842 - y)
        for x in (72, 220, 300, 380):
            canvas.line(x, 842 - 100, x, 842 - 175)
        for y, row in zip((117, 142, 167), rows, strict=True):
            for x, cell in zip((77, 225, 305), row, strict=True):
                text(canvas, x, y, cell, size=10)

    (block,) = blocks(pdf(tmp_path / "a.pdf", page))
    assert block.table is not None
    assert block.table.columns == columns
    assert [row.labels[0] for row in block.table.rows] == [
        row[0] for row in (rows[1:] if any(columns) else rows)
    ]


@pytest.mark.parametrize(
    ("corner", "value", "caption", "unit"),
    [
        ("Staff costs (£000)", "12", "", "Staff costs (£000)"),
        ("Staff in post", "12", "Staff in post", ""),
        ("Judgement", "Good", "", ""),
        ("Judgement 2015", "Good", "", ""),
        ("Judgement (overall)", "Good", "", ""),
    ],
)
def test_the_corner_names_a_table_of_figures(
    tmp_path: Path, corner: str, value: str, caption: str, unit: str
) -> None:
    def page(canvas: Canvas) -> None:
        for y in (100, 125, 150, 175):
            canvas.line(72, 842 - y, 300, 842 - y)
        for x in (72, 220, 300):
            canvas.line(x, 842 - 100, x, 842 - 175)
        for y, row in ((117, (corner, "North")), (142, ("Tugs", value)), (167, ("Barges", value))):
            for x, cell in zip((77, 225), row, strict=True):
                text(canvas, x, y, cell, "Helvetica-Bold" if y == 117 else "Helvetica", 10)

    (block,) = blocks(pdf(tmp_path / "a.pdf", page))
    assert block.table is not None
    assert (block.table.caption, block.table.unit) == (caption, unit)
    assert [row.labels for row in block.table.rows] == [("Tugs",), ("Barges",)]


def test_a_wide_first_row_is_the_caption_and_narrow_rows_belong_to_the_one_above(
    tmp_path: Path,
) -> None:
    def page(canvas: Canvas) -> None:
        for y in (100, 125, 150, 175, 200):
            canvas.line(72, 842 - y, 400, 842 - y)
        canvas.line(72, 742, 72, 642)
        canvas.line(400, 742, 400, 642)
        canvas.line(300, 842 - 125, 300, 642)
        canvas.line(100, 842 - 150, 100, 842 - 175)
        text(canvas, 77, 117, "The brigade is sound", "Helvetica-Bold", 10)
        for y, x, label, grade in (
            (142, 77, "1. Ready for fires", "Good"),
            (167, 105, "1.1 At night", "Poor"),
            (192, 77, "2. Ready for floods", "Fair"),
        ):
            text(canvas, x, y, label, size=10)
            text(canvas, 305, y, grade, size=10)

    (block,) = blocks(pdf(tmp_path / "a.pdf", page))
    assert block.table is not None
    assert block.table.caption == "The brigade is sound"
    assert [(row.labels, row.cells[0].value) for row in block.table.rows] == [
        (("1. Ready for fires",), "Good"),
        (("1. Ready for fires", "1.1 At night"), "Poor"),
        (("2. Ready for floods",), "Fair"),
    ]


def test_a_wide_first_row_set_larger_than_the_rest_is_a_heading_and_names_the_table(
    tmp_path: Path,
) -> None:
    def page(canvas: Canvas) -> None:
        canvas.rect(72, 842 - 175, 330, 75)
        for y in (125, 150):
            canvas.line(72, 842 - y, 402, 842 - y)
        canvas.line(300, 842 - 125, 300, 842 - 175)
        text(canvas, 77, 117, "The brigade is sound", "Helvetica-Bold", 14)
        for y, label, grade in ((142, "Ready for fires", "Good"), (167, "For floods", "Fair")):
            text(canvas, 77, y, label, size=11)
            text(canvas, 305, y, grade, size=11)

    heading, table_block = blocks(pdf(tmp_path / "a.pdf", page))
    assert (heading.kind, heading.text) == ("text", "The brigade is sound")
    assert table_block.table is not None
    assert table_block.table.caption == "The brigade is sound"
    assert table_block.text == "Ready for fires\tGood\nFor floods\tFair"


def test_a_frame_around_prose_is_no_table(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.rect(60, 842 - 200, 400, 110)
        lines(canvas, 72, 110, ["A frame with text in it stays text, however many lines of it",
                                "there are, and whatever stands around."])  # fmt: skip

    (block,) = blocks(pdf(tmp_path / "a.pdf", page))
    assert (block.kind, block.table) == ("text", None)


def test_cells_of_prose_are_read_one_after_the_other(tmp_path: Path) -> None:
    words = ["as it is so we do it in an old way or not"] * 5

    def page(canvas: Canvas) -> None:
        for x in (60, 290, 520):
            canvas.line(x, 842 - 90, x, 842 - 260)
        for y in (90, 175, 260):
            canvas.line(60, 842 - y, 520, 842 - y)
        for x in (65, 295):
            for y in (102, 187):
                lines(canvas, x, y, words, size=10)

    found = blocks(pdf(tmp_path / "a.pdf", page))
    assert [block.kind for block in found] == ["text"] * 4
    assert {block.text for block in found} == {" ".join(words)}


def test_rules_in_pieces_are_one_and_a_single_column_is_no_grid() -> None:
    def rule(x0: float, y0: float, x1: float, y1: float) -> Box:
        return Box(x0, y0, x1, y1, "line")

    across = [rule(x, y, x + 50.5, y + 0.5) for y in (0, 20, 40) for x in (0, 50)]
    down = [rule(x, y, x + 0.5, y + 20) for x in (0, 100) for y in (0, 20)]
    assert grids(across + down) == []
    (grid,) = grids([*across, *down, rule(40, 20, 40.5, 40)])
    assert (grid.rows, grid.columns) == (2, 2)
    assert [(c.row, c.column, c.columns) for c in grid.cells] == [(0, 0, 2), (1, 0, 1), (1, 1, 1)]
