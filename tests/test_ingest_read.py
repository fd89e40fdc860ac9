"""From a file to its Reading, on files of every kind, good and bad."""

import json
from pathlib import Path

import pytest

from ingest.errors import EmptySource, HugeSource, UnsupportedSource
from ingest.front import find_date
from ingest.inspect import as_dict, as_text
from ingest.markdown import read_markdown
from ingest.read import read, slug
from ingest.records import Block, Page, Source

SHARED = Path(__file__).parents[2] / "shared"
REPORT = SHARED / "report" / "warwickshire-effectiveness-2015.txt"
REPORT_TEXT = """
Harbours 2020

An inspection of the northern ports

May 2020

Contents

Are the piers safe?\t3
Do boats leave on time?\t5

Are the piers safe?

The harbour safety board (HSB) checks them.¹

¹ Since 2019.

Do boats leave on time?

Most of them do.
"""


def words(text: str) -> int:
    return len(text.split())


def reading(path: Path):
    return read(path, count_tokens=words)


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "harbours.txt"
    path.write_text(REPORT_TEXT)
    return reading(path)


def test_a_report_is_read(report):
    document = report.document
    assert document.title == "Harbours 2020 – An inspection of the northern ports"
    assert document.id == f"harbours-2020-an-inspection-of-the-{document.sha256[:8]}"
    assert (document.date, document.pages, document.media_type) == ("2020-05", 0, "text/plain")
    assert [(a.short, a.long) for a in document.acronyms] == [("HSB", "harbour safety board")]
    assert [(n.mark, n.section) for n in document.footnotes] == [("1", ("Are the piers safe?",))]
    assert [(p.section, p.section_page, p.text) for p in report.passages[1:]] == [
        (("Are the piers safe?",), 3,
         "The harbour safety board (HSB) checks them.¹\n\n¹ Since 2019."),
        (("Do boats leave on time?",), 5, "Most of them do."),
    ]  # fmt: skip
    assert all(p.document_id == document.id for p in report.passages)


TABLES = """# Harbours

## Costs

| Year to 31 May 2015 (£000) | Piers | Boats |
|---|---|---|
| Oil[^1] | 12 | 3 |

| Year to 31 May 2014 (£000) | Piers | Boats |
|---|---|---|
| Oil | 11 | 4 |

[^1]: Whale oil. None is left.
"""


def test_notes_on_lines_that_follow_one_another_each_go_to_their_own_section(tmp_path):
    path = tmp_path / "piers.md"
    path.write_text(
        "# Harbours\n\n## Piers\n\nTwo piers stand.[^1]\n\n## Boats\n\nNine boats sail.[^2]\n"
        "[^1]: One is closed.\n[^2]: Without tugs.\n"
    )
    read_one = reading(path)
    notes = [(note.mark, note.text, note.section[-1]) for note in read_one.document.footnotes]
    assert notes == [("1", "One is closed.", "Piers"), ("2", "Without tugs.", "Boats")]
    assert [p.text.split("\n")[0] for p in read_one.passages] == [
        "Two piers stand.¹", "Nine boats sail.²",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # A label that nothing cites would make a link of what it defines.
        ("Para.\n[^src]: https://example.org/r\n", ["Para.", "¹ https://example.org/r"]),
        ("Boats[^a].\n\n[^a]: One.\n[^b]: Secret\n", ["Boats¹.", "¹ One.", "² Secret"]),
        ("1. Boats.[^1]\n[^1]: One.\n2. Tugs.[^2]\n[^2]: Two.\n",
         ["1. Boats.¹", "¹ One.", "2. Tugs.²", "² Two."]),
        ("> Boats.[^1]\n> [^1]: One.\n> [^2]: Two.\n", ["Boats.¹", "¹ One.", "² Two."]),
        ("[^1]: One.\nIt goes on.\n", ["¹ One. It goes on."]),
        ("| A | B |\n|---|---|\n| c[^1] | 1 |\n[^1]: One.\n", ["A B\nc¹ 1", "¹ One."]),
        ("```\nx\n[^1]: y\n```\n", ["x ¹ y"]),
    ],
)  # fmt: skip
def test_each_note_is_a_block_and_none_is_lost(text, said):
    assert [block.text for block in read_markdown(text).blocks] == said


def test_lines_after_notes_keep_their_numbers():
    blocks = read_markdown("Nine boats sail.[^1]\n[^1]: Without tugs.\n\nThe end.\n").blocks
    assert [(b.kind, b.first_line, b.last_line) for b in blocks] == [
        ("text", 1, 1), ("note", 2, 2), ("text", 4, 4),
    ]  # fmt: skip


def test_a_note_stands_by_the_row_that_cites_it_and_its_mark_leaves_the_label(tmp_path):
    path = tmp_path / "harbours.md"
    path.write_text(TABLES)
    read_one = reading(path)
    (note,) = read_one.document.footnotes
    assert (note.mark, note.text, note.section) == ("1", "Whale oil. None is left.", ("Costs",))
    (passage,) = read_one.passages
    assert [(u.kind, passage.text[u.start : u.end]) for u in passage.units] == [
        ("caption", "Year to 31 May 2015 (£000)"), ("row", "Oil¹: Piers 12; Boats 3"),
        ("caption", "Year to 31 May 2014 (£000)"), ("row", "Oil: Piers 11; Boats 4"),
        ("note", "¹ Whale oil."), ("note", "None is left."),
    ]  # fmt: skip
    assert {cell.labels for unit in passage.units for cell in unit.cells} == {("Oil",)}


@pytest.mark.parametrize(
    ("front", "date"),
    [
        ("# Accounts for the year ended 31 March 2024", "2024"),
        ("# Harbours: Annual report 2024", "2024"),
        ("# Harbours: report and accounts 2023/24", "2024"),
        ("# Harbours: report for 1999–2000", "2000"),
        ("# Report of the Harbour Committee, October 2024", "2024-10"),
        ("# Report of the Harbour Committee, 9 October 2024", "2024-10-09"),
        ("# Annual report (2023–24)", "2024"),
        ("# Harbours: 2024 annual report", "2024"),
        ("# Annual Report\n\n2023/24", "2024"),
        ("# Accounts for the year ended 31st March 2024", "2024"),
        ("# Accounts for the 52 weeks ended 30 March 2024", "2024"),
        ("# HMIC\n\n# PEEL effectiveness 2015\n\nFebruary 2016", "2016-02"),
        ("# Harbours\n\n## Inspection report\n\nPublished 3 May 2024", "2024-05-03"),
        ("# Harbours\n\nThis inspection report was published on 3 May 2020.", "2020-05-03"),
        ("# Harbours\n\nAuthor: Ann Lee | Published 3 May 2020", "2020-05-03"),
        ("# Harbours\n\nVersion 2\nPublished 3 May 2020", "2020-05-03"),
        ("# Harbours 2019\n\nThe Board of Last Point, published 3 May 2020", "2020-05-03"),
        ("# Harbours\n\nYear ended 31 December 2024.", "2024"),
        ("# Annual report 2024\n\nInspected in May 2023; published 27 June 2024.", "2024-06-27"),
        ("# Annual report 2024\n\n7 March 2025", "2025-03-07"),
        ("---\ndate: 2020-05-01\n---\n# Annual report 2019", "2020-05-01"),
        ("# The fire of 9 February 2021", ""),
        ("# Report on the Harbours Act 1998", ""),
        ("# Report on a plan for 2020–2050", ""),
        ("# Report for 2020–2050", ""),
        ("# Report for 1914–2014", ""),
        ("# Report into the flood of February 2021", ""),
        ("# Review of the floods of 2007", ""),
        ("# Response to the 2019 inspection report", ""),
        ("# Harbours\n\nOur last inspection was in March 2012.", ""),
        ("# Harbours\n\nLast inspection: March 2012", ""),
        ("# Harbours\n\nThe previous report was in 2012.", ""),
        ("# Harbours\n\nIn the year to March 2015 there were 12 fires.", ""),
        ("# Harbours\n\nThe previous report was published on 3 May 2015.", ""),
        ("# Harbours\n\nThe previous one by the Board, published 3 May 2015", ""),
        ("# Harbours\n\nAnother report, issued 3 May 2015", ""),
        ("# Harbours\n\nIt follows the coroner's log, published 3 May 2015.", ""),
        ("# Harbours\n\n- Harbour code, issued May 2014", ""),
        ("# Harbours\n\nThe coroner’s report was published on 3 May 2015.", ""),
        ("# Harbours\n\nThe keeper published his log on 13 December 2023.", ""),
        ("# Harbours\n\nThey are old.\n\n## Piers\n\nPublished on 13 December 2023.", ""),
        ("# Harbours\n\n- Piers\n\n## Piers\n\nPublished on 13 December 2023.", ""),
    ],
)
def test_a_report_is_dated_by_its_title_and_what_stands_by_it(tmp_path, front, date):
    path = tmp_path / "harbours.md"
    path.write_text(f"{front}\n\n## Oil\n\nA check was published on 13 December 2023.\n")
    assert reading(path).document.date == date


@pytest.mark.parametrize(
    ("lines", "made", "date"),
    [
        (["Annual report and accounts 2023/24"], "2000-01-01", "2024"),
        (["Harbour Trust", "Annual report 2024"], "2023-11-30", "2024"),
        (["Annual report", "2023/24"], "2000-01-01", "2024"),
        (["Annual report and accounts 2023/24"], "2024-07-11", "2024-07-11"),
        (["Harbours", "Accounts", "Year ended 31 March 2024"], "2025-07-11", "2025-07-11"),
        (["Harbours"], "2000-01-01", "2000-01-01"),
    ],
)
def test_the_title_of_a_pdf_overrules_when_the_file_was_made(lines, made, date):
    blocks = tuple(Block("text", line, 1, 1) for line in lines)
    source = Source("a.pdf", "", "application/pdf", blocks, (Page(1),), date=made)
    assert find_date(source) == date


def test_inspect_shows_outline_notes_and_passages(report):
    shown = as_text(report)
    assert "  Are the piers safe? (printed 3)" in shown
    assert "HSB  harbour safety board" in shown
    assert "1  Since 2019.\n    cited in Are the piers safe?" in shown
    data = json.loads(json.dumps(as_dict(report)))
    assert data["outline"][1] == {
        "path": ["Do boats leave on time?"], "level": 1, "page": None, "printed_page": 5,
        "number": "",
    }  # fmt: skip
    assert data["passages"][2]["text"] == "Most of them do."


def test_a_title_as_an_identifier():
    assert slug("Économie & ports: an inspection of many northern harbours") == (
        "economie-ports-an-inspection-of-many"
    )
    assert slug("???") == "document"


@pytest.mark.parametrize(
    ("name", "content", "error", "message"),
    [
        ("a.txt", b"", EmptySource, "the file is empty"),
        ("a.docx", b"PK\x03\x04", UnsupportedSource, r"\.docx is not read"),
        ("a", b"words", UnsupportedSource, "a file without suffix is not read"),
        ("a.md", b"# Title\n\xff", UnsupportedSource, "byte 8"),
        ("a.md", b"<!-- nothing -->", EmptySource, "no text was found"),
    ],
)
def test_bad_files_are_named_with_their_reason(tmp_path, name, content, error, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(error, match=rf"{name}: .*{message}"):
        reading(path)


def test_a_huge_file_is_refused_unread(tmp_path):
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(201 * 2**20)
    with pytest.raises(HugeSource, match=r"huge\.txt: 201 MB is more than the 200 MB"):
        reading(path)


needs_report = pytest.mark.skipif(not REPORT.exists(), reason="../shared/report is missing")


@needs_report
def test_every_figure_of_the_real_report_is_a_cell():
    """Each number alone on a line or in a tabbed row is a cell whose labels stand in the file."""
    source = REPORT.read_text(encoding="utf-8")
    alone = [
        cell
        for line in source.splitlines()
        for cell in (line.split("\t")[1:] if "\t" in line else [line])
        if cell.strip() and set(cell.strip()) <= set("0123456789.,%+-")
    ]
    contents_pages = 22
    cells = [
        (passage, cell)
        for passage in reading(REPORT).passages
        for unit in passage.units
        for cell in unit.cells
    ]
    assert sorted(c.value for _, c in cells) == sorted(alone[contents_pages:])
    assert len(cells) == 24 + 12 + 36
    assert all(p.text[c.start : c.end] == c.value and c.labels and c.column for p, c in cells)


@needs_report
def test_every_footnote_of_the_real_report_is_tied_to_its_mark():
    read_report = reading(REPORT)
    notes = read_report.document.footnotes
    assert [int(note.mark) for note in notes] == list(range(1, 25))
    by_mark = {note.mark: note.section[-1] for note in notes}
    assert by_mark["8"] == "How well does the force bring offenders to justice?"
    assert by_mark["10"] == "How well does the force deal with repeat offenders?"


@needs_report
def test_no_sentence_of_the_real_report_is_cut():
    """Every sentence unit ends as a sentence does, and no unit begins in mid-sentence."""
    for passage in reading(REPORT).passages[1:]:
        for unit in passage.units:
            said = passage.text[unit.start : unit.end]
            if unit.kind == "sentence":
                assert said.rstrip("⁰¹²³⁴⁵⁶⁷⁸⁹”").endswith((".", ":", "?")), said
                assert not said[0].islower(), said
