from pathlib import Path

import pytest
from drawn import blocks, lines, pdf, text
from reportlab.pdfgen.canvas import Canvas


def test_a_table_without_rules_is_found_by_its_alignment(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        for y, row in (
            (100, ("Town", "Calls", "Fires")),
            (116, ("Ashford Vale", "1,204", "-3.5%")),
            (132, ("Birch Hill", "88", "+12%")),
            (148, ("Coldbrook on the Water", "431", "0")),
        ):
            for x, cell in zip((72, 280, 380), row, strict=True):
                text(canvas, x, y, cell)
        lines(canvas, 72, 200, ["The table shows three towns of the four that were seen."])

    table_block, after = blocks(pdf(tmp_path / "a.pdf", page))
    assert table_block.table is not None
    assert [(row.labels, [(c.column, c.value) for c in row.cells])
            for row in table_block.table.rows] == [
        (("Ashford Vale",), [("Calls", "1,204"), ("Fires", "-3.5%")]),
        (("Birch Hill",), [("Calls", "88"), ("Fires", "+12%")]),
        (("Coldbrook on the Water",), [("Calls", "431"), ("Fires", "0")]),
    ]  # fmt: skip
    assert after.kind == "text"


def test_years_and_units_above_figures_name_the_columns(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        for y, row in (
            (100, ("Town", "2024", "2023")),
            (116, ("", "£000", "£000")),
            (132, ("Ashford Vale", "1,204", "1,310")),
            (148, ("Birch Hill", "88", "79")),
        ):
            for x, cell in zip((72, 280, 380), row, strict=True):
                text(canvas, x, y, cell)

    (block,) = blocks(pdf(tmp_path / "a.pdf", page))
    assert block.table is not None
    assert [(row.labels, [(c.column, c.value) for c in row.cells]) for row in block.table.rows] == [
        (("Ashford Vale",), [("2024 £000", "1,204"), ("2023 £000", "1,310")]),
        (("Birch Hill",), [("2024 £000", "88"), ("2023 £000", "79")]),
    ]


@pytest.mark.parametrize("gap", [8, 20, 40])
def test_names_apart_from_the_figures_above_begin_a_table_with_its_own_corner(
    tmp_path: Path, gap: int
) -> None:
    def page(canvas: Canvas) -> None:
        for y, year in ((100, "2024"), (148 + gap, "2023")):
            for at, row in enumerate(
                ((f"Year to 31 March {year} (£000)", "Boats", "Nets"),
                 ("Ashford Vale", "1,204", "1,310"), ("Birch Hill", "88", year[-1]))
            ):  # fmt: skip
                for x, cell in zip((72, 280, 380), row, strict=True):
                    text(canvas, x, y + 16 * at, cell)

    tables = [block.table for block in blocks(pdf(tmp_path / "a.pdf", page)) if block.table]
    assert [(table.unit, [row.cells[1].value for row in table.rows]) for table in tables] == [
        ("Year to 31 March 2024 (£000)", ["1,310", "4"]),
        ("Year to 31 March 2023 (£000)", ["1,310", "3"]),
    ]


def drawn(tmp_path: Path, rows: list[tuple[float, str]]) -> list[list[tuple[str, ...]]]:
    """The tables of a page: of each its column names, and its rows' labels. Each row has a place
    and cells parted by "|", those with a star before the first in bold."""

    def page(canvas: Canvas) -> None:
        for y, row in rows:
            font = "Helvetica-Bold" if row.startswith("*") else "Helvetica"
            for x, cell in zip((72, 280, 380), row.lstrip("*").split("|"), strict=True):
                text(canvas, x, y, cell, font)

    tables = [block.table for block in blocks(pdf(tmp_path / "a.pdf", page)) if block.table]
    return [[t.columns, tuple(row.labels[0] for row in t.rows)] for t in tables]


FIRST = [(100, "Measure|2024|2023"), (116, "Tugs|12|9"), (132, "Nets|13|8")]


@pytest.mark.parametrize(
    "words", ["Barges|n/a|n/a", "Barges|n/a|–", "Barges|-|..", "Grade|Good|Fair", "*Barges|n/a|–"]
)
def test_words_apart_within_a_table_leave_it_whole(tmp_path: Path, words: str) -> None:
    rows = [*FIRST, (158, words), (174, "Ketches|4|5")]
    label = words.lstrip("*").split("|")[0]
    assert drawn(tmp_path, rows) == [[("2024", "2023"), ("Tugs", "Nets", label, "Ketches")]]


@pytest.mark.parametrize(
    ("heads", "columns"),
    [
        (["Income|2022|2021"], ("2022", "2021")),
        (["*Grade|Good|Fair"], ("Good", "Fair")),
        (["Income|2024|2023", "|£000|£000"], ("2024 £000", "2023 £000")),
        (["Income|Group|Trust", "|2024|2023"], ("Group 2024", "Trust 2023")),
    ],
)
def test_names_apart_begin_another_table(
    tmp_path: Path, heads: list[str], columns: tuple[str, ...]
) -> None:
    rows = [(158 + 16 * at, row) for at, row in enumerate([*heads, "Ketches|4|5", "Yawls|6|7"])]
    assert drawn(tmp_path, [*FIRST, *rows]) == [
        [("2024", "2023"), ("Tugs", "Nets")], [columns, ("Ketches", "Yawls")],
    ]  # fmt: skip


def test_words_that_repeat_the_names_above_begin_another_table(tmp_path: Path) -> None:
    rows = [(100, "Boats|North|South"), (116, "Tugs|12|9"), (132, "Nets|13|8"),
            (158, "Crew|North|South"), (174, "Cooks|4|5")]  # fmt: skip
    assert [labels for _, labels in drawn(tmp_path, rows)] == [("Tugs", "Nets"), ("Cooks",)]


def test_a_row_without_values_first_in_a_table_names_no_later_one(tmp_path: Path) -> None:
    rows = [FIRST[0], (116, "Barges|n/a|–"), (132, "Nets|13|8"),
            (158, "Yawls|n/a|–"), (174, "Cooks|4|5")]  # fmt: skip
    assert len(drawn(tmp_path, rows)) == 1


@pytest.mark.parametrize("gap", [60, 230])
def test_a_panel_of_key_figures_is_bound_to_its_label_and_period(tmp_path: Path, gap: int) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFillColorRGB(0.9, 0.9, 0.95)
        canvas.rect(66, 842 - 175, 460, 85, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        text(canvas, 72, 105, "Fires per 1,000 homes", "Helvetica-Bold", 11)
        text(canvas, 72, 120, "12 months to May 1987", size=9)
        for at, (name, value) in enumerate((("Ashford", "6.3"), ("All towns", "7.1"))):
            text(canvas, 72 + at * gap, 140, name, size=9)
            text(canvas, 72 + at * gap, 165, value, "Helvetica-Bold", 20)

    (block,) = blocks(pdf(tmp_path / "a.pdf", page))
    table = block.table
    assert table is not None
    assert (table.caption, table.period) == ("Fires per 1,000 homes", "12 months to May 1987")
    assert [(c.column, c.value) for c in table.rows[0].cells] == [
        ("Ashford", "6.3"), ("All towns", "7.1"),
    ]  # fmt: skip


def test_a_contents_list_is_no_table(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        text(canvas, 72, 80, "Contents", "Helvetica-Bold", 16)
        for at, (title, number) in enumerate((("Calls", "3"), ("Fires", "7"), ("Floods", "12"))):
            text(canvas, 72, 120 + 20 * at, title)
            text(canvas, 500, 120 + 20 * at, number)
        text(canvas, 72, 180, "What the brigade asks of towns that")
        text(canvas, 72, 194, "have no station")
        text(canvas, 500, 194, "15")

    assert [(b.kind, b.text) for b in blocks(pdf(tmp_path / "a.pdf", page))[1:]] == [
        ("text", "Calls\t3"), ("text", "Fires\t7"), ("text", "Floods\t12"),
        ("text", "What the brigade asks of towns that have no station\t15"),
    ]  # fmt: skip
