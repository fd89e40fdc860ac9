"""Grids, panels of key figures, captions: every value with what says what it is."""

import pytest

from ingest.captions import tie_captions
from ingest.panels import bind_panels, split_period
from ingest.records import Block, Cell, Row, Table
from ingest.tables import (
    bind_pipes,
    caption_of,
    grid_table,
    group_tables,
    is_figure,
    merged_headers,
    names_columns,
    number,
)


def text(words: str, **more) -> Block:
    return Block("text", words, **more)


def grouped(grid, page):
    block = Block("table", "", table=grid_table(grid, page=page))
    return group_tables([block])[0].table


def rows(table):
    return [(row.labels, [cell.value for cell in row.cells]) for row in table.rows]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,447", 1447),
        ("-10.5%", -10.5),
        ("+4%", 4),
        ("(3.2)", -3.2),
        ("£1.5m", 1.5),
        ("6.3*", 6.3),
    ],
)
def test_a_cell_that_is_a_number(cell, value):
    assert number(cell) == value


@pytest.mark.parametrize("cell", ["", "12 boats", "n/a", "2013–14", "-", "1.2.3"])
def test_a_cell_that_is_none(cell):
    assert number(cell) is None


@pytest.mark.parametrize("cell", ["2023", "2023*", "2022/23", "£000", "£m", "Boats"])
def test_a_year_or_a_unit_is_no_figure(cell):
    assert not is_figure(cell)
    assert is_figure("1,447")


@pytest.mark.parametrize(
    ("values", "below", "named"),
    [
        (["2024", "2023"], ["8,450", "2,890"], True),
        (["Target 2024", "2024", "£000"], ["60.0", "64.2", "5"], True),
        (["Port", "Flag"], ["Leith", "red"], True),
        (["2024", "12"], ["8,450", "9"], False),
        (["1999", "2003"], ["2010", "2012"], False),
    ],
)
def test_years_and_units_name_columns_of_figures(values, below, named):
    assert names_columns(values, below) is named


def test_a_header_of_years_is_told_by_its_cells_or_by_the_source():
    fleet = [["Fleet", "2024", "2023"], ["North", "12", "9"]]
    dates = [["Laid down", "1999", "2003"], ["Sunk", "2010", "2012"]]
    assert grid_table(fleet, page=0).columns == ("2024", "2023")
    assert grid_table(dates, page=0).columns == ("", "")
    assert grid_table(dates, page=0, is_headed=True).columns == ("1999", "2003")
    assert rows(grid_table(fleet, page=0, is_headed=False))[0] == (("Fleet",), ["2024", "2023"])


def test_a_lone_row_is_no_header():
    assert rows(grid_table([["Tugs", "few"]], page=0, is_headed=True)) == [(("Tugs",), ["few"])]


def test_a_header_that_names_its_group_once_is_completed():
    assert merged_headers(
        ["North Fleet Number of boats", "Rate", "All Number of boats", "Rate"]
    ) == [
        "North Fleet Number of boats",
        "North Fleet Rate",
        "All Number of boats",
        "All Rate",
    ]


def test_headers_that_only_look_alike_are_left():
    assert merged_headers(["Rate", "Rate"]) == ["Rate", "Rate"]
    assert merged_headers(["Boats", "Rate", "Crew"]) == ["Boats", "Rate", "Crew"]


def test_rows_that_add_up_to_the_row_above_are_its_parts():
    table = grouped(
        [
            ["Cargo", "Tons", "Share"],
            ["Coal", "300", "30.0"],
            ["Food", "701", "70.0"],
            ["Fish", "501", "50.1"],
            ["Fruit", "200", "20.0"],
            ["Ore", "12", "1.2"],
        ],
        page=4,
    )
    assert rows(table) == [
        (("Coal",), ["300", "30.0"]),
        (("Food",), ["701", "70.0"]),
        (("Food", "Fish"), ["501", "50.1"]),
        (("Food", "Fruit"), ["200", "20.0"]),
        (("Ore",), ["12", "1.2"]),
    ]
    assert table.rows[2].cells[0].labels == ("Food", "Fish")
    assert table.rows[2].page == 4


def test_a_sum_in_one_column_alone_makes_no_group():
    table = grouped(
        [["Cargo", "Tons", "Ships"], ["Food", "30", "9"], ["Fish", "10", "3"], ["Tea", "20", "1"]],
        page=0,
    )
    assert [row.labels for row in table.rows] == [("Food",), ("Fish",), ("Tea",)]


@pytest.mark.parametrize(
    "grid",
    [
        [["Goods", "300", "200"], ["Debts", "320", "150"], ["Net worth", "(20)", "50"]],
        [["Income", "300", "200"], ["Spending", "250", "150"], ["Surplus", "50", "50"]],
    ],
)
def test_what_remains_of_a_row_is_no_part_of_it(grid):
    table = grouped([["Item", "Now", "Then"], *grid], page=0)
    assert [row.labels for row in table.rows] == [(row[0],) for row in grid]


def test_parts_may_fall_while_others_rise():
    table = grouped(
        [["Crime", "Now", "Then", "Change"], ["Violence", "310", "300", "10"],
         ["With a knife", "120", "100", "20"], ["Without", "190", "200", "-10"]],
        page=0,
    )  # fmt: skip
    assert [row.labels for row in table.rows][1:] == [
        ("Violence", "With a knife"), ("Violence", "Without"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "grid",
    [
        [["Worth", "300", "200"], ["Free", "100", "80"], ["Tied", "200", "120"],
         ["Funds", "300", "200"]],
        [["Rescue", "17", "16"], ["Advice", "10", "9"], ["Sailing", "7", "7"], ["Shops", "5", "4"],
         ["Everyone", "39", "36"]],
        [["Imports", "30", "50"], ["Fish", "10", "20"], ["Tea", "20", "30"], ["Coffee", "5", "7"],
         ["Drinks", "25", "37"]],
    ],
)  # fmt: skip
def test_rows_that_a_total_beneath_counts_are_no_parts_of_the_row_above(grid):
    table = grouped([["Item", "Now", "Then"], *grid], page=0)
    assert [row.labels for row in table.rows] == [(row[0],) for row in grid]


def test_a_total_that_counts_only_the_groups_leaves_them_their_parts():
    table = grouped(
        [["Cargo", "Now", "Then"], ["Coal", "300", "200"], ["Food", "701", "600"],
         ["Fish", "200", "250"], ["Fruit", "501", "350"], ["Cargoes", "1,001", "800"]],
        page=0,
    )  # fmt: skip
    assert [row.labels for row in table.rows] == [
        ("Coal",), ("Food",), ("Food", "Fish"), ("Food", "Fruit"), ("Cargoes",),
    ]  # fmt: skip


def test_a_total_of_other_rows_leaves_a_group_its_parts():
    table = grouped(
        [["Cargo", "Now", "Then"], ["Food", "20", "40"], ["Fish", "9", "10"], ["Tea", "11", "30"],
         ["Coal", "3", "5"], ["Ore", "4", "6"], ["Minerals", "7", "11"]],
        page=0,
    )  # fmt: skip
    assert [row.labels for row in table.rows][1:4] == [("Food", "Fish"), ("Food", "Tea"), ("Coal",)]


def test_parts_one_of_which_is_as_much_as_the_others_stay_parts():
    table = grouped(
        [["Cargo", "Now", "Then"], ["Food", "20", "40"], ["Fish", "4", "9"], ["Tea", "6", "11"],
         ["Fruit", "10", "20"]],
        page=0,
    )  # fmt: skip
    assert [row.labels for row in table.rows][3] == ("Food", "Fruit")


@pytest.mark.parametrize(
    ("corner", "value", "unit"),
    [
        ("Judgement", "Good", ""),
        ("Judgement 2015", "Good", ""),
        ("Judgement (overall)", "Good", ""),
        ("Crew (hours)", "few", "Crew (hours)"),
    ],
)
def test_a_corner_above_words_says_nothing_unless_it_has_a_unit(corner, value, unit):
    table = grid_table([[corner, "North"], ["Tugs", value]], page=0)
    assert (table.caption, table.unit) == ("", unit)


def test_a_corner_above_values_that_are_words_with_figures_names_them():
    table = grid_table([["Time to reach a fire", "North"], ["Tugs", "9m 41s"]], page=0)
    assert table.caption == "Time to reach a fire"


@pytest.mark.parametrize(
    ("corner", "caption", "unit"),
    [
        ("Name (role)", "Name (role)", ""),
        ("Boats of type 120155", "Boats of type 120155", ""),
        ("Landings (in tonnes)¹", "", "Landings (in tonnes)¹"),
        ("Rates per 100 boats", "", "Rates per 100 boats"),
        ("£000", "", "£000"),
        ("$m", "", "$m"),
        ("Crew (full time)", "", "Crew (full time)"),
        ("Year to 31 May 2015", "", "Year to 31 May 2015"),
        ("Kind of boat", "Kind of boat", ""),
        ("Year", "Year", ""),
    ],
)
def test_the_corner_is_the_unit_where_it_says_what_is_counted_or_when(corner, caption, unit):
    table = grid_table([[corner, "North"], ["Fires", "2"]], page=0)
    assert (table.caption, table.unit) == (caption, unit)


@pytest.mark.parametrize(
    ("caption", "unit", "named"),
    [
        ("", "£000", "£000"),
        ("Table 2: Boats of 2000", "£000", "Table 2: Boats of 2000 – £000"),
        ("Table 2: Boats (£000)", "£000", "Table 2: Boats (£000)"),
        ("Rates of fire (per 1,000 boats)", "Rates per 1,000 boats",
         "Rates of fire (per 1,000 boats)"),
        ("Boats", "%", "Boats – %"),
        ("Boats (%)", "%", "Boats (%)"),
        ("Boats (per cent)", "%", "Boats (per cent)"),
        ("Boats (percentage)", "Per cent", "Boats (percentage)"),
        ("Costs (£000)", "£", "Costs (£000)"),
        ("Costs (£)", "£000", "Costs (£) – £000"),
        ("Costs (£’000)", "£000", "Costs (£’000)"),
        ("Staff costs by grade (£000)", "Staff costs (£000)", "Staff costs by grade (£000)"),
        ("Costs of boats and of staff", "Staff costs", "Costs of boats and of staff – Staff costs"),
        ("Boats of 1 March 2024, 31 of them", "31 March 2024",
         "Boats of 1 March 2024, 31 of them – 31 March 2024"),
        ("Boats", "", "Boats"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_a_table_is_headed_by_its_caption_and_by_the_unit_that_this_does_not_say(
    caption, unit, named
):
    assert caption_of(Table(caption, unit=unit)) == named


@pytest.mark.parametrize(
    ("caption", "corner", "period"),
    [
        ("", "Boats, year to May 2015", "year to May 2015"),
        ("", "Boats, year to May 2015 (£000)", "year to May 2015"),
        ("", "Year to 31 March 2024 (£000)", "Year to 31 March 2024"),
        ("", "2023/24", "2023/24"),
        ("Table 3: Costs", "Year to 31 March 2024 (£000)", "Year to 31 March 2024"),
        ("Table 3: Costs, year to May 2015 (£000)", "Boats", "year to May 2015"),
        ("Table 3: Costs, year to May 2015", "Year to 31 March 2024", "year to May 2015"),
        ("Table 3: Costs (£000, year to May 2015)", "", "year to May 2015"),
        ("Table 3: Costs (year to May 2015)", "£000", "year to May 2015"),
        ("Table 3: Costs", "£000", ""),
    ],
)
def test_a_caption_or_a_corner_that_says_when_gives_the_period(caption, corner, period):
    table = grid_table([[corner, "North"], ["Tugs", "2"]], page=0)
    before = [text(caption)] if caption else []
    (block,) = tie_captions([*before, Block("table", "", table=table)])
    assert block.table.period == period


def test_a_caption_keeps_the_corners_unit_beside_it():
    table = Block("table", "", table=grid_table([["£000", "2015"], ["Tugs", "2"]], page=0))
    (block,) = tie_captions([text("Table 3: Costs"), table])
    assert (block.table.caption, block.table.unit) == ("Table 3: Costs", "£000")


def test_a_star_stays_with_the_row_and_leaves_the_cells_labels():
    (row,) = grid_table([["", "North"], ["Fires*", "2"]], page=0).rows
    assert row.labels == ("Fires*",)
    assert row.cells[0].labels == ("Fires",)


@pytest.mark.parametrize(
    ("label", "plain"),
    [("Fires¹", "Fires"), ("Fires² (%)", "Fires (%)"), ("Fires*³", "Fires"), ("km²¹", "km²")],
)
def test_so_does_the_mark_of_a_footnote(label, plain):
    (row,) = grid_table([["", "North"], [label, "2"]], page=0).rows
    assert row.labels == (label,)
    assert row.cells[0].labels == (plain,)


def test_a_group_leaves_its_mark_off_its_rows_cells():
    table = grouped(
        [["", "Now", "Then"], ["Food¹", "20", "40"], ["Fish", "9", "10"], ["Tea", "11", "30"]],
        page=0,
    )
    assert table.rows[1].labels == ("Food¹", "Fish")
    assert table.rows[1].cells[0].labels == ("Food", "Fish")


def test_paragraphs_of_piped_cells_are_a_table():
    out = bind_pipes(
        [text("Berth | Fee"), text("Small | £3 | £5"), text("Big | £4 | £9"), text("End.")]
    )
    assert [block.kind for block in out] == ["text", "table", "text"]
    out = bind_pipes([text("| Day | Week"), text("Small | £3 | £5"), text("End.")])
    (row,) = out[0].table.rows
    assert [(cell.column, cell.value) for cell in row.cells] == [("Day", "£3"), ("Week", "£5")]


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        (
            "Fires per 100 boats 12 months to 31 May 2015",
            ("Fires per 100 boats", "12 months to 31 May 2015"),
        ),
        ("Boats as at 3 June 2015", ("Boats", "as at 3 June 2015")),
        ("Crews for the year ending May 2015", ("Crews", "year ending May 2015")),
        ("Boats afloat", ("Boats afloat", "")),
    ],
)
def test_the_period_at_a_labels_end(label, parts):
    assert split_period(label) == parts


def test_a_panel_of_key_figures_binds_names_values_and_period():
    panel = bind_panels(
        [
            text("Fires"),
            text("Fires per 100 boats 12 months to 31 May 2015", first_line=3, last_line=3),
            text("North Fleet"),
            text("All fleets"),
            text("2.5"),
            text("3.1", first_line=9, last_line=9),
        ]
    )
    assert [block.kind for block in panel] == ["text", "table"]
    table = panel[1].table
    assert (table.period, table.columns) == (
        "12 months to 31 May 2015",
        ("North Fleet", "All fleets"),
    )
    assert rows(table) == [(("Fires per 100 boats, 12 months to 31 May 2015",), ["2.5", "3.1"])]
    assert (panel[1].first_line, panel[1].last_line) == (3, 9)


def test_names_on_one_line_are_parted_as_they_stand_elsewhere():
    blocks = [text("Wrecks as at May 2015"), text("North Fleet Old Fleet"), text("8"), text("9")]
    assert all(block.table is None for block in bind_panels(blocks))
    known = [
        *blocks,
        text("Rest 12 months to May"),
        text("North Fleet"),
        text("Old Fleet"),
        text("1"),
        text("2"),
    ]
    tables = [block.table for block in bind_panels(known)]
    assert [table.columns for table in tables] == [("North Fleet", "Old Fleet")] * 2
    assert [cell.value for cell in tables[0].rows[0].cells] == ["8", "9"]


def test_a_page_number_on_its_own_is_no_panel():
    blocks = [text("The crew left in May."), text("They came back."), text("12")]
    assert bind_panels(blocks) == tuple(blocks)


def test_caption_notes_and_source_go_with_the_table():
    table = Block("table", "", table=grid_table([["", "North"], ["Fires*", "2"]], page=0))
    (block,) = tie_captions(
        [
            text("Figure 2: Fires as at May 2015"),
            table,
            text("Source: harbour data"),
            text("*Fires are counted per boat"),
        ]
    )
    assert block.table.caption == "Figure 2: Fires as at May 2015"
    assert block.table.period == "as at May 2015"
    assert block.table.source == "Source: harbour data"
    assert block.table.notes == ("*Fires are counted per boat",)
    assert len(block.table.rows) == 1


def test_a_caption_without_a_table_is_a_chart_without_values():
    chart, after = tie_captions(
        [text("Figure 3: Fires by month"), text("Source: harbour data"), text("Fires fell.")]
    )
    assert (chart.table.caption, chart.table.rows) == ("Figure 3: Fires by month", ())
    assert after.text == "Fires fell."


def test_a_sentence_about_a_figure_is_no_caption():
    blocks = [text("Figure 3 shows that fires fell."), text("They rose again.")]
    assert tie_captions(blocks) == tuple(blocks)


def test_a_panel_whose_period_and_names_stand_in_lines_of_their_own():
    (block,) = bind_panels(
        [text("Fires per 100 boats"), text("as at May 2015"), text("North\tAll"), text("2.5 3.1")]
    )
    assert block.table.period == "as at May 2015"
    (row,) = block.table.rows
    assert row.labels == ("Fires per 100 boats, as at May 2015",)
    assert [(cell.column, cell.value) for cell in row.cells] == [("North", "2.5"), ("All", "3.1")]


def test_a_panel_that_was_read_as_a_table_gets_its_label():
    cells = (Cell("2.5", (), "North"), Cell("3.1", (), "All"))
    table = Table("Fires per 100 boats", ("North", "All"), (Row((), cells),))
    lines = "Fires per 100 boats\n12 months to May 2015\nNorth\tAll\n2.5\t3.1"
    (block,) = bind_panels([Block("table", lines, table=table)])
    assert block.table.rows[0].labels == ("Fires per 100 boats, 12 months to May 2015",)
    assert block.table.rows[0].cells[1].labels == block.table.rows[0].labels
