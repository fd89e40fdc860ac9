"""The shipped edition read from its PDF: all that the text of the same report gives, and pages."""

import json
from pathlib import Path

import pytest

from eval.reading import OUTLINES, gold_outline
from ingest.read import read

ROOT = Path(__file__).parents[1]
EDITION = ROOT / "corpus" / json.loads((ROOT / "corpus/manifest.json").read_text())["documents"][0][
    "file"
]  # fmt: skip
REPORT = ROOT.parent / "shared" / "report" / "warwickshire-effectiveness-2015.txt"
needs_report = pytest.mark.skipif(not REPORT.exists(), reason="../shared/report is missing")


def words(text):
    return len(text.split())


def cells(reading):
    """Every cell as (section, labels, column, value), in reading order."""
    return [
        (passage.section, cell.labels, cell.column, cell.value)
        for passage in reading.passages
        for unit in passage.units
        for cell in unit.cells
    ]


def tables(reading):
    return [
        block.table
        for section in reading.document.sections
        for block in section.blocks
        if block.table is not None
    ]


@pytest.fixture(scope="module")
def edition():
    return read(EDITION, count_tokens=words)


@pytest.fixture(scope="module")
def report():
    return read(REPORT, count_tokens=words)


def test_the_outline_is_the_hand_checked_one(edition):
    _, gold = gold_outline(OUTLINES / "warwickshire-effectiveness-2015.txt")
    found = [(s.level, s.title) for s in edition.document.sections if s.path]
    assert found == [(heading.level, heading.title) for heading in gold]


def test_every_footnote_is_tied_in_the_section_of_its_mark(edition):
    notes = {note.mark: note.section[-1] for note in edition.document.footnotes}
    assert sorted(notes, key=int) == [str(number) for number in range(1, 25)]
    justice = "How well does the force bring offenders to justice?"
    assert {notes[mark] for mark in "5678"} == {justice}
    organised = "How effective is the force at tackling serious and organised crime, including"
    assert all(notes[mark].startswith(organised) for mark in ("13", "14", "15", "16", "17"))
    untied = [b for s in edition.document.sections for b in s.blocks if b.kind == "note"]
    assert len(untied) == 24


def test_a_caption_of_two_lines_keeps_its_three_marks(edition):
    captions = [table.caption for table in tables(edition) if table.caption.startswith("Figure")]
    assert [caption.split(":")[0] for caption in captions] == [f"Figure {n}" for n in range(1, 8)]
    assert captions[3].endswith("(excluding fraud)⁵ ⁶ ⁷")
    assert captions[5].endswith("30 June 2015¹³ ¹⁴")


def test_cells_under_a_header_of_two_rows_have_both(edition):
    fourth = next(table for table in tables(edition) if table.caption.startswith("Figure 4"))
    assert fourth.columns == tuple(
        f"{who} {what}"
        for who in ("Warwickshire Police", "England and Wales")
        for what in ("Number of outcomes", "Rate")
    )
    assert [len(row.cells) for row in fourth.rows] == [4] * 9
    values = {row.labels: [cell.value for cell in row.cells] for row in fourth.rows}
    assert values["Charged/Summonsed",] == ["3,563", "12.3", "577,678", "16.0"]
    assert values["Out-of-court (informal)", "Community resolution"] == [
        "847", "2.9", "117,951", "3.3"
    ]  # fmt: skip


def test_a_tables_corner_is_its_unit_and_stars_lead_to_its_notes(edition):
    second = next(table for table in tables(edition) if table.caption.startswith("Figure 2"))
    assert second.unit == "Rates per 1,000 population"
    assert second.period == "12 months to 30 June 2015"
    starred = [row for row in second.rows if row.labels[0].endswith("*")]
    assert [row.cells[0].labels for row in starred] == [
        ("Burglary in a dwelling",), ("Anti-social behaviour incidents",)
    ]  # fmt: skip
    assert [note[0] for note in second.notes] == ["*"]


def test_every_figure_is_a_labelled_cell_of_its_passage(edition):
    assert len(cells(edition)) == 24 + 12 + 36
    for passage in edition.passages:
        for cell in (cell for unit in passage.units for cell in unit.cells):
            assert passage.text[cell.start : cell.end] == cell.value
            assert all((cell.labels, cell.column))


@needs_report
def test_the_outline_is_that_of_the_reports_text(edition, report):
    paths = [
        [section.path for section in reading.document.sections] for reading in (edition, report)
    ]
    assert paths[0] == paths[1]


@needs_report
def test_the_footnotes_are_in_the_sections_of_the_reports_text(edition, report):
    notes = [
        [(note.mark, note.section) for note in reading.document.footnotes]
        for reading in (edition, report)
    ]
    assert notes[0] == notes[1]


@needs_report
def test_the_cells_are_those_of_the_reports_text(edition, report):
    assert cells(edition) == cells(report)
    kept = [
        [(t.caption, t.columns, t.period, t.unit) for t in tables(reading)]
        for reading in (edition, report)
    ]
    assert kept[0] == kept[1]
