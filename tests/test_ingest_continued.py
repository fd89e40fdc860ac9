from pathlib import Path

import pytest
from drawn import Draw, blocks, pdf, text
from reportlab.pdfgen.canvas import Canvas

from ingest.records import Block

HEADER = ("Yard", "Lamps", "What was found")
RIGHT = 470


def _grid(
    *rows: tuple[str, str, str],
    top: int = 600,
    xs: tuple[int, ...] = (72, 200, 280),
    bold: str = HEADER[0],
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
                font = "Helvetica-Bold" if row[0] == bold else "Helvetica"
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


def test_what_is_set_large_above_a_table_names_all_of_it(tmp_path: Path) -> None:
    def above(canvas: Canvas) -> None:
        _grid(HEADER, NORTH)(canvas)
        canvas.rect(72, 842 - 600, RIGHT - 72, 25)
        text(canvas, 77, 592, "Lamps by yard", "Helvetica-Bold", 14)

    _, heading, block = blocks(pdf(tmp_path / "a.pdf", above, _grid(SOUTH, top=80)))
    assert heading.text == "Lamps by yard"
    assert block.table is not None
    assert (block.table.caption, len(block.table.rows)) == ("Lamps by yard", 2)


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


def _aligned(*rows: tuple[str, ...], top: int = 700, xs: tuple[int, ...] = (72, 250, 350)) -> Draw:
    """A page with a paragraph above ``top`` and rows of cells from there on, names in bold; the
    second and third column end at their x."""

    def draw(canvas: Canvas) -> None:
        if top > 100:
            text(canvas, 72, 80, "The yards were counted in spring.")
        for at, row in enumerate(rows):
            for x, said in zip(xs, row, strict=False):
                canvas.setFont("Helvetica-Bold" if row[0] == "Yard" else "Helvetica", 10)
                put = canvas.drawString if x == xs[0] else canvas.drawRightString
                put(x, 842 - top - 15 * at, said)

    return draw


NAMES, ASH, BIRCH, COLD, DALE = (
    ("Yard", "Lamps", "Gates"),
    ("Ash Vale", "1,204", "35"),
    ("Birch Hill", "88", "120"),
    ("Coldbrook", "431", "7"),
    ("Dale End", "6", "14"),
)


def _rows(block: Block) -> list[tuple[tuple[str, ...], list[tuple[str, str]], int]]:
    assert block.table is not None
    return [
        (row.labels, [(cell.column, cell.value) for cell in row.cells], row.page)
        for row in block.table.rows
    ]


def _said(labels: str, lamps: str, gates: str, page: int) -> object:
    return (labels,), [("Lamps", lamps), ("Gates", gates)], page


@pytest.mark.parametrize("again", [(), (NAMES,)])
def test_aligned_rows_over_a_page_are_of_one_table(
    tmp_path: Path, again: tuple[tuple[str, ...], ...]
) -> None:
    def after(canvas: Canvas) -> None:
        _aligned(*again, COLD, DALE, top=80)(canvas)
        text(canvas, 72, 200, "All of them are lit at night.")

    found = blocks(pdf(tmp_path / "a.pdf", _aligned(NAMES, ASH, BIRCH), after))
    assert [(block.kind, block.page, block.page_end) for block in found] == [
        ("text", 1, 1), ("table", 1, 2), ("text", 2, 2),
    ]  # fmt: skip
    assert _rows(found[1]) == [
        _said("Ash Vale", "1,204", "35", 1), _said("Birch Hill", "88", "120", 1),
        _said("Coldbrook", "431", "7", 2), _said("Dale End", "6", "14", 2),
    ]  # fmt: skip


def test_one_row_is_enough_to_go_on_and_a_page_between_may_hold_nothing_else(
    tmp_path: Path,
) -> None:
    path = pdf(
        tmp_path / "a.pdf",
        _aligned(NAMES, ASH, BIRCH), _aligned(COLD, top=80), _aligned(DALE, top=80),
    )  # fmt: skip
    _, block = blocks(path)
    assert [row[2] for row in _rows(block)] == [1, 1, 2, 3]
    assert _rows(block)[3] == _said("Dale End", "6", "14", 3)


def test_years_at_the_head_of_a_page_go_on_with_the_years_before(tmp_path: Path) -> None:
    path = pdf(
        tmp_path / "a.pdf",
        _aligned(("Year in which it was", "Lamps", "Gates"), ("1987/88", "12", "3")),
        _aligned(("1988/89", "14", "2"), ("1989/90", "15", "6"), top=80),
    )
    _, block = blocks(path)
    assert [row[0] for row in _rows(block)] == [("1987/88",), ("1988/89",), ("1989/90",)]


def test_a_label_that_a_page_cuts_is_whole(tmp_path: Path) -> None:
    path = pdf(
        tmp_path / "a.pdf",
        _aligned(NAMES, ASH, ("Birch Hill on", "88", "120")),
        _aligned(("the water",), COLD, top=80),
    )
    _, block = blocks(path)
    assert [row[0] for row in _rows(block)] == [
        ("Ash Vale",), ("Birch Hill on the water",), ("Coldbrook",),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "below",
    [
        _aligned(COLD, DALE, top=80, xs=(72, 300, 420)),
        _aligned(("Coldbrook", "431"), ("Dale End", "6"), top=80),
        _aligned(("Yard", "Roofs", "Doors"), COLD, DALE, top=80),
        _aligned(("The lamps were counted again in autumn.",), COLD, DALE, top=80),
        _aligned(("Table 2: Yards in the east",), COLD, DALE, top=80),
        _aligned(("Yards in the east",), COLD, DALE, top=80),
    ],
    ids=["other places", "fewer columns", "other names", "prose", "a caption", "a heading"],
)
def test_another_aligned_table_is_another(tmp_path: Path, below: Draw) -> None:
    found = blocks(pdf(tmp_path / "a.pdf", _aligned(NAMES, ASH, BIRCH), below))
    assert [len(_rows(block)) for block in found if block.table] == [2, 2]


def test_a_note_under_a_table_ends_it(tmp_path: Path) -> None:
    def above(canvas: Canvas) -> None:
        _aligned(NAMES, ASH, BIRCH)(canvas)
        text(canvas, 72, 760, "Source: the yards' own books", size=10)

    found = blocks(pdf(tmp_path / "a.pdf", above, _aligned(COLD, DALE, top=80)))
    assert [block.kind for block in found] == ["text", "table", "text", "table"]


def test_ruled_columns_with_other_names_are_another_table(tmp_path: Path) -> None:
    path = pdf(
        tmp_path / "a.pdf",
        _grid(HEADER, NORTH, SOUTH),
        _grid(("Gate", "Bolts", "What was heard"), EAST, NORTH, top=80, bold="Gate"),
    )
    assert [block.kind for block in blocks(path)] == ["text", "table", "table"]
