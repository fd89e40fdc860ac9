from dataclasses import replace

from fixtures_library import Grid, Text, document, harbour, passage

from service.reader import Run, blocks, excerpt, headings, outline, parts, quotation


def said(runs):
    return "".join(run.text for run in runs)


def marked(runs):
    return [run.text for run in runs if run.marked]


def test_a_paragraph_is_marked_where_the_span_is_and_its_note_mark_is_told_apart():
    own = harbour().passages[0]
    text, note = blocks(own, [(0, 12)])
    assert text.kind == "text"
    assert text.lines[0][:2] == (Run("Harbour Town", True), Run(" has a good fire service."))
    assert [run.text for run in text.lines[0] if run.note] == ["¹"]
    assert said(text.lines[0]) == (
        "Harbour Town has a good fire service.¹ It answered 866 calls in 2023."
    )
    assert (note.kind, note.mark, said(note.lines[0])) == ("note", "¹", " Judged in May 2024.")
    assert (text.marked, note.marked) == (True, False)


def test_a_superscript_without_a_note_is_text():
    own = passage("d", 0, (), Text(("An area of 4 km².",)))
    assert blocks(own)[0].lines[0] == (Run("An area of 4 km²."),)


def test_spans_outside_the_passage_mark_nothing():
    own = harbour().passages[0]
    assert not any(block.marked for block in blocks(own, [(5, 5), (-1, 4), (0, 10_000)]))


def test_a_list_has_a_line_for_each_item():
    own = harbour().passages[1]
    listed = blocks(own)[1]
    assert listed.kind == "list"
    assert [said(line) for line in listed.lines] == [
        "visit every school once a year;",
        "test its radios each week.",
    ]


def test_a_table_has_its_columns_and_the_cell_is_marked():
    own = harbour().passages[2]
    at = own.text.index("477")
    (table,) = blocks(own, [(at, at + 3)])
    assert table.grid.columns == ("2022", "2023")
    assert [said(line) for line in table.grid.captions] == ["Table 1: Calls by kind"]
    rows = [(row.labels, [said(cell) for cell in row.cells]) for row in table.grid.rows]
    assert rows == [
        (("Fires",), ["310", "298"]),
        (("False alarms",), ["512", "477"]),
        (("Road",), ["84", "91"]),
    ]
    assert [row.marked for row in table.grid.rows] == [False, True, False]
    assert [marked(cell) for cell in table.grid.rows[1].cells] == [[], ["477"]]


def test_columns_that_share_a_name_keep_their_places():
    own = passage("d", 0, (), Grid("T", ("Rate", "Rate"), (("Fires", "1", "2"),)))
    grid = blocks(own)[0].grid
    assert grid.columns == ()
    assert [said(cell) for cell in grid.rows[0].cells] == ["1", "2"]


def test_a_missing_value_leaves_its_column_empty():
    own = passage("d", 0, (), Grid("T", ("A", "B"), (("x", "1", "2"), ("y", "3", "4"))))
    units = list(own.units)
    units[2] = replace(units[2], cells=units[2].cells[1:])
    grid = blocks(replace(own, units=tuple(units)))[0].grid
    assert [said(cell) for cell in grid.rows[1].cells] == ["", "4"]


def test_a_quote_that_holds_a_list_is_shown_as_one():
    own = harbour().passages[1]
    lead, items = quotation(own, own.text)
    assert (lead.kind, items.kind) == ("text", "list")
    assert [said(line) for line in items.lines][1] == "test its radios each week."
    assert quotation(own, "The service should:") == []
    assert quotation(own, "words of another passage") == []
    table = harbour().passages[2]
    assert quotation(table, table.text) == []


def test_an_excerpt_keeps_what_is_marked():
    own = harbour().passages[3]
    at = own.text.index("Ninety")
    assert [said(b.lines[0]) for b in excerpt(blocks(own))] == ["Good"]
    (block,) = excerpt(blocks(own, [(at, at + 6)]))
    assert marked(block.lines[0]) == ["Ninety"]
    table = harbour().passages[2]
    at = table.text.index("91")
    (block,) = excerpt(blocks(table, [(at, at + 2)]))
    assert [row.labels for row in block.grid.rows] == [("Road",)]
    (block,) = excerpt(blocks(table), rows=2)
    assert [row.labels for row in block.grid.rows] == [("Fires",), ("False alarms",)]


def long_passage(n, chapter, size):
    return passage("d", n, (chapter,), Text(("x" * size,)))


def test_parts_begin_at_chapters_and_cut_long_ones():
    sizes = [("A", 4000), ("A", 3000), ("B", 2000), ("C", 20_000), ("C", 20_000), ("C", 1000)]
    own = [long_passage(n, *one) for n, one in enumerate(sizes)]
    assert [[p.n for p in part] for part in parts(own)] == [[0, 1], [2, 3], [4, 5]]


def test_headings_are_those_that_changed():
    first, second, third, fourth = harbour().passages
    assert list(headings(first, None)) == [(1, "Summary")]
    assert list(headings(second, first)) == [(2, "What must improve")]
    assert list(headings(third, second)) == [(1, "Figures"), (2, "Calls")]
    assert list(headings(fourth, third)) == [(2, "Crews")]


def test_the_outline_leads_to_first_passages():
    reading = harbour()
    tree = outline(reading.document, reading.passages)
    assert [(entry.title, entry.n, entry.page) for entry in tree] == [
        ("Summary", 0, 1),
        ("Figures", 2, 2),
    ]
    assert [(entry.title, entry.n) for entry in tree[1].children] == [("Calls", 2), ("Crews", 3)]


def test_a_heading_without_text_leads_nowhere():
    reading = document("d", "T", [passage("d", 0, ("A",), Text(("Words.",)))])
    empty = replace(reading.document.sections[0], path=("B",))
    named = replace(reading.document, sections=(*reading.document.sections, empty))
    assert [entry.n for entry in outline(named, reading.passages)] == [0, None]
