"""Text and Markdown files as blocks."""

from pathlib import Path

import pytest

from ingest.errors import EmptySource, UnsupportedSource
from ingest.text import read_text


def source(tmp_path: Path, content: str | bytes, name: str = "report.txt"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_text(path)


def texts(tmp_path: Path, content: str | bytes, name: str = "report.txt") -> list[tuple[str, str]]:
    return [(b.kind, b.text) for b in source(tmp_path, content, name).blocks]


def test_paragraphs_items_and_notes_keep_their_line_numbers(tmp_path):
    blocks = source(
        tmp_path, "\nThe bridge is shut.\n\n- paint it\n- mend it\n\n³ A note.\n"
    ).blocks
    assert [(b.kind, b.text, b.first_line, b.last_line) for b in blocks] == [
        ("text", "The bridge is shut.", 2, 2),
        ("item", "paint it", 4, 4),
        ("item", "mend it", 5, 5),
        ("note", "³ A note.", 7, 7),
    ]


def test_a_byte_order_mark_and_windows_line_ends_leave_no_trace(tmp_path):
    assert texts(tmp_path, b"\xef\xbb\xbfOne.\r\n\r\nTwo.\r\n") == [
        ("text", "One."),
        ("text", "Two."),
    ]


def test_lines_wrapped_by_hand_are_one_paragraph(tmp_path):
    wrapped = (
        "The harbour master told us that the north pier would be closed for\n"
        "repairs until the spring, and that boats would moor elsewhere.\n"
        "\n"
        "- The first of the items runs over the end of its line and goes\n"
        "  on in the next one.\n"
        "- The second does not.\n"
    )
    assert texts(tmp_path, wrapped) == [
        (
            "text",
            "The harbour master told us that the north pier would be closed for repairs until the "
            "spring, and that boats would moor elsewhere.",
        ),
        (
            "item",
            "The first of the items runs over the end of its line and goes on in the next one.",
        ),
        ("item", "The second does not."),
    ]


def test_braced_marks_become_superscripts_and_emphasis_its_words(tmp_path):
    assert texts(tmp_path, "Rates rose^{13 14} in *The Annual Plan*.\n") == [
        ("text", "Rates rose¹³ ¹⁴ in The Annual Plan.")
    ]


def test_a_lone_star_is_kept_because_it_leads_to_a_note(tmp_path):
    assert texts(tmp_path, "*Ferries are counted once\n") == [("text", "*Ferries are counted once")]


def test_form_feeds_part_pages(tmp_path):
    read = source(tmp_path, "First page.\n\fSecond page.\n")
    assert [(b.text, b.page) for b in read.blocks] == [("First page.", 1), ("Second page.", 2)]
    assert [page.number for page in read.pages] == [1, 2]


def test_lines_of_tabbed_cells_are_a_table(tmp_path):
    (block,) = source(tmp_path, "Fleet\tBoats\tCrew\nNorth\t12\t40\nSouth\t7\t21\n").blocks
    assert block.kind == "table"
    assert [
        (row.labels, [(cell.column, cell.value) for cell in row.cells]) for row in block.table.rows
    ] == [
        (("North",), [("Boats", "12"), ("Crew", "40")]),
        (("South",), [("Boats", "7"), ("Crew", "21")]),
    ]


def test_a_contents_list_is_no_table(tmp_path):
    kinds = {kind for kind, _ in texts(tmp_path, "Contents\n\nPiers\t3\nBoats\t5\nCrews\t9\n")}
    assert kinds == {"text"}


@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"\xef\xbb\xbf\n"])
def test_a_file_without_text_is_refused(tmp_path, content):
    with pytest.raises(EmptySource, match=r"report\.txt: the file has no text"):
        source(tmp_path, content)


def test_the_first_byte_that_is_not_utf8_is_named(tmp_path):
    with pytest.raises(UnsupportedSource, match=r"byte 11 \(line 2\) is 0xe9"):
        source(tmp_path, "A line.\nCafé au lait".encode("latin-1"))


def test_utf16_and_binary_are_told_apart(tmp_path):
    with pytest.raises(UnsupportedSource, match="UTF-16"):
        source(tmp_path, "Boats".encode("utf-16"))
    with pytest.raises(UnsupportedSource, match="byte 3 is zero"):
        source(tmp_path, b"abc\0def")


def test_markdown_headings_lists_and_links(tmp_path):
    content = """# Harbour report

## Piers & boats

We *saw* [four piers](https://example.org/piers).

1. Look
2. Leap
   - softly

Under way
---------
"""
    blocks = source(tmp_path, content, "report.md").blocks
    assert [(b.kind, b.text, b.style.mark, b.level) for b in blocks] == [
        ("text", "Harbour report", 1, 0),
        ("text", "Piers & boats", 2, 0),
        ("text", "We saw four piers.", 0, 0),
        ("item", "1. Look", 0, 0),
        ("item", "2. Leap", 0, 0),
        ("item", "softly", 0, 1),
        ("text", "Under way", 2, 0),
    ]
    assert [(b.first_line, b.last_line) for b in blocks][:3] == [(1, 1), (3, 3), (5, 5)]


def test_the_header_of_a_markdown_table_is_the_row_above_its_rule(tmp_path):
    content = "| Sunk | 1999 | £000 |\n|---|--:|--:|\n| Tugs | 2001 | 2002 |\n"
    (block,) = source(tmp_path, content, "report.md").blocks
    assert block.table is not None
    (row,) = block.table.rows
    assert row.labels == ("Tugs",)
    assert [(cell.column, cell.value) for cell in row.cells] == [("1999", "2001"), ("£000", "2002")]


def test_markdown_tables_footnotes_and_front_matter(tmp_path):
    content = """---
title: "Boats"
date: 2020-05-01
---
Crews grew.[^a]

[^a]: Since 2019.

| Fleet | Boats |
|-------|------:|
| North | 12    |
"""
    read = source(tmp_path, content, "report.md")
    assert (read.title, read.date) == ("Boats", "2020-05-01")
    crews, note, table = read.blocks
    assert (crews.text, note.kind, note.text) == ("Crews grew.¹", "note", "¹ Since 2019.")
    assert crews.first_line == 5
    (row,) = table.table.rows
    assert (row.labels, row.cells[0].column, row.cells[0].value) == (("North",), "Boats", "12")
