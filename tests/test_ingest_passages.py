"""Passages: whole units of one section, each in its place."""

from dataclasses import replace

import pytest

from ingest.paragraphs import rejoin
from ingest.passages import cut_passages
from ingest.records import Block, Section
from ingest.tables import grid_table


def words(text: str) -> int:
    return len(text.split())


def cut(*blocks: Block, most: int = 40, path=("Piers",)):
    return cut_passages(
        [Section(path, len(path), 0, blocks, printed_page=7)],
        document_id="d",
        count_tokens=words,
        passage_tokens=most,
    )


def text(content: str, **more) -> Block:
    return Block("text", content, **more)


def units(passage):
    return [(u.kind, passage.text[u.start : u.end], u.paragraph) for u in passage.units]


SENTENCE = "Ten words stand in this sentence about the old pier."


def test_units_cover_a_passage_in_order():
    (passage,) = cut(
        text("Good"),
        text("It is safe. We checked:", page=3, page_end=4, first_line=9, last_line=9),
        Block("item", "the lamps", page=4, page_end=4, first_line=10, last_line=10),
        Block("item", "1. the nets", page=4, page_end=4, first_line=11, last_line=11),
        Block("item", "and ropes", page=4, page_end=4, first_line=11, last_line=11, level=1),
    )
    assert passage.text == (
        "Good\n\nIt is safe. We checked:\n\n- the lamps\n1. the nets\n  - and ropes"
    )
    assert units(passage) == [
        ("grade", "Good", 0),
        ("sentence", "It is safe.", 1),
        ("sentence", "We checked:", 1),
        ("item", "the lamps", 2),
        ("item", "1. the nets", 2),
        ("item", "and ropes", 2),
    ]
    assert (passage.page, passage.page_end, passage.section_page) == (0, 4, 7)
    assert (passage.first_line, passage.last_line, passage.section) == (0, 11, ("Piers",))


def test_no_passage_is_too_long_and_none_ends_in_mid_sentence():
    passages = cut(*[text(" ".join([SENTENCE] * 3))] * 3)
    assert [words(p.text) for p in passages] == [30, 30, 30]
    assert [p.n for p in passages] == [0, 1, 2]


def test_a_long_paragraph_is_cut_between_sentences_evenly():
    passages = cut(text(" ".join([SENTENCE] * 5)))
    assert sorted(words(p.text) for p in passages) == [20, 30] or [
        words(p.text) for p in passages
    ] == [40, 10]
    assert all(p.text.endswith("pier.") for p in passages)


def test_a_sentence_longer_than_the_limit_is_its_own_passage():
    long = " ".join(["word"] * 60) + "."
    assert [p.text for p in cut(text(SENTENCE), text(long), text(SENTENCE))] == [
        SENTENCE,
        long,
        SENTENCE,
    ]


def test_a_lead_in_stays_with_its_list():
    filler = text(" ".join([SENTENCE] * 2))
    items = [Block("item", "ten words of an item about one of the piers")] * 2
    passages = cut(filler, text("We found in all of the places:"), *items)
    assert [p.text.splitlines()[0] for p in passages] == [
        filler.text,
        "We found in all of the places:",
    ]


def test_no_passage_crosses_a_heading():
    sections = [Section((name,), 1, 0, (text("Short."),)) for name in ("Piers", "Boats")]
    passages = cut_passages(sections, document_id="d", count_tokens=words, passage_tokens=99)
    assert [(p.section, p.text) for p in passages] == [
        (("Piers",), "Short."),
        (("Boats",), "Short."),
    ]


def test_a_cited_note_ends_the_passage_that_cites_it():
    first, second = " ".join([SENTENCE] * 3), "Lamps were dim.² They were old."
    passages = cut(text(f"{first} {second}"), Block("note", "² By night. Not by day.", page=5))
    assert "²" not in passages[0].text
    assert passages[1].text.endswith("Lamps were dim.² They were old.\n\n² By night. Not by day.")
    assert units(passages[1])[-2:] == [("note", "² By night.", 1), ("note", "Not by day.", 1)]
    assert passages[1].units[-1].page == 5


def grid():
    return grid_table([["", "North", "South"], ["Fires", "2", "3"], ["Floods", "0", "5"]], page=2)


def test_a_tables_cells_know_their_place():
    block = Block("table", "", 2, 2, table=grid())
    (passage,) = cut(text("As follows."), block)
    assert passage.text == "As follows.\n\nFires: North 2; South 3\nFloods: North 0; South 5"
    cells = [cell for unit in passage.units for cell in unit.cells]
    assert [(passage.text[c.start : c.end], c.labels, c.column) for c in cells] == [
        ("2", ("Fires",), "North"),
        ("3", ("Fires",), "South"),
        ("0", ("Floods",), "North"),
        ("5", ("Floods",), "South"),
    ]


def test_a_table_that_is_cut_is_named_again():
    from dataclasses import replace

    table = replace(
        grid(), caption="Table 1: Losses", notes=("Note: by boat",), source="Source: us"
    )
    passages = cut(Block("table", "", table=table), most=6)
    assert [p.text for p in passages] == [
        "Table 1: Losses\nFires: North 2; South 3",
        "Table 1: Losses\nFloods: North 0; South 5",
        "Table 1: Losses\nNote: by boat\nSource: us",
    ]
    assert [u.kind for u in passages[1].units] == ["caption", "row"]


def corner(said: str) -> Block:
    return Block("table", "", table=grid_table([[said, "Fees"], ["Piers", "1"]], page=0))


def test_a_corner_heads_its_own_table_and_no_other():
    (passage,) = cut(corner("Year to May 2015 (£000)"), corner("£m"), corner(""))
    assert units(passage) == [
        ("caption", "Year to May 2015 (£000)", 0), ("row", "Piers: Fees 1", 0),
        ("caption", "£m", 1), ("row", "Piers: Fees 1", 1), ("row", "Piers: Fees 1", 2),
    ]  # fmt: skip


def test_a_corner_heads_every_part_of_a_table_that_is_cut():
    table = grid_table([["Fees (£000)", "2015"], ["Piers", "1"], ["Nets", "2"]], page=0)
    assert [p.text for p in cut(Block("table", "", table=table), most=4)] == [
        "Fees (£000)\nPiers: 2015 1", "Fees (£000)\nNets: 2015 2",
    ]  # fmt: skip


def test_a_caption_and_a_unit_are_one_piece():
    table = replace(grid_table([["£000", "Fees"], ["Piers", "1"]], page=0), caption="Table 1: Dues")
    (passage,) = cut(Block("table", "", table=table))
    assert units(passage) == [
        ("caption", "Table 1: Dues – £000", 0), ("row", "Piers: Fees 1", 0),
    ]  # fmt: skip


@pytest.mark.parametrize("most", [1, 5, 17, 160])
def test_every_unit_reaches_exactly_one_passage(most):
    blocks = [text(f"Number {n} is here. {SENTENCE}") for n in range(7)]
    passages = cut(*blocks, most=most)
    said = [piece for p in passages for _, piece, _ in units(p)]
    assert said == [s for n in range(7) for s in (f"Number {n} is here.", SENTENCE)]


def test_each_unit_names_the_pages_it_stands_on():
    (block,) = rejoin(
        [
            text(f"7. {SENTENCE} Nets are dried on the stones that the", page=3, page_end=3),
            text("tide has left. The oil store is full.", page=4, page_end=4),
        ]
    )
    (passage,) = cut(block, Block("item", "of whale oil", page=4, page_end=4), text("An end."))
    assert [(u.page, u.page_end, u.number) for u in passage.units] == [
        (3, 3, "7"), (3, 4, "7"), (4, 4, "7"), (4, 4, "7"), (0, 0, ""),
    ]  # fmt: skip


def test_rows_of_a_table_over_pages_name_their_own():
    rows = [["", "a"], ["Piers", "1"], ["Lamps", "2"]]
    table = grid_table(rows, page=3)
    table = replace(table, rows=(table.rows[0], replace(table.rows[1], page=4)))
    (passage,) = cut(Block("table", "", 3, 4, table=table))
    assert [u.page for u in passage.units] == [3, 4]
    assert (passage.page, passage.page_end) == (3, 4)


@pytest.mark.parametrize(
    ("said", "number"),
    [("42. It is safe.", "42"), ("3.14 It is safe.", "3.14"), ("42 boats are safe.", "")],
)
def test_a_printed_number_is_the_paragraphs(said, number):
    (passage,) = cut(text(said))
    assert {unit.number for unit in passage.units} == {number}
