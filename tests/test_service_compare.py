import csv
import io
from dataclasses import replace

import pytest
from fixtures_library import make_library, towns

from service.compare import Quantity, plot, quantity, rows, sorted_rows, table_csv


@pytest.fixture
def found(tmp_path):
    library = make_library(tmp_path / "index", *towns())
    question = "how many lighthouses were inspected"
    chosen = library.documents

    def ask(document):
        return library.ask(question, documents=[document.id])

    return list(rows(chosen, ask, among=chosen))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("447", Quantity(447, "")),
        ("1,447 children", Quantity(1447, "")),
        ("21.2 per million", Quantity(21.2, "")),
        ("8.5%", Quantity(8.5, "%")),
        ("8.5 per cent of calls", Quantity(8.5, "%")),
        ("-10.5%", Quantity(-10.5, "%")),
        ("−10.5%", Quantity(-10.5, "%")),
        ("£1.2m", Quantity(1.2, "£ million")),
        ("41 in 2021", Quantity(41, "")),
        ("63 per 10,000", Quantity(63, "per 10,000")),
        ("2021", None),
        ("between 4 and 6", None),
        ("Good", None),
        ("", None),
    ],
)
def test_the_number_of_an_answer(text, expected):
    assert quantity(text) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("In May 2017, 376 children were seen (98 per 10,000 children), up from 370.", 376),
        ("7. At the time there were 400 seen children and 209 others.", 400),
        ("3. Most children are seen soon.", None),
        ("22.Children are seen.", None),
        ("The rate per 10,000 children seen was 98.", None),
        ("When children turn 19, they are no longer seen.", None),
        ("Of 10,000 pupils, 12% of children are seen.", None),
        ("1,406 children were seen in June and 1,373 children in March.", 1406),
    ],
)
def test_of_a_sentence_the_number_of_what_was_asked_for(sentence, expected):
    found = quantity(sentence, question="How many children are seen?", picked=False)
    assert found == (None if expected is None else Quantity(expected, ""))


def test_the_number_of_a_paragraph_is_no_figure():
    assert quantity("14. Rates fell by 8%.", picked=False) == Quantity(8, "%")


@pytest.mark.parametrize(
    ("value", "unit", "figure"),
    [
        (1447, "", "1,447"),
        (-8.5, "%", "−8.5%"),
        (1.2, "£ million", "£1.2 million"),
        (63, "per 10,000", "63 per 10,000"),
        (5, "£", "£5"),
    ],
)
def test_a_figure_reads_well(value, unit, figure):
    assert Quantity(value, unit).figure == figure


def test_a_report_that_does_not_say_has_an_empty_row(found):
    assert [row.text != "" for row in found] == [True, True, True, False]
    assert (found[3].document.id, found[3].place, found[3].citation) == ("dunwich", "", None)
    assert found[0].place == "Lighthouses"


def ids(table):
    return [row.document.id for row in table]


def test_answers_sort_as_numbers_with_the_empty_last(found):
    up = sorted_rows(found, "answer", descending=False)
    down = sorted_rows(found, "answer", descending=True)
    assert ids(up) == ["borchester", "ambridge", "cadfael", "dunwich"]
    assert ids(down) == ["cadfael", "ambridge", "borchester", "dunwich"]


def test_other_columns_sort_as_text(found):
    assert ids(sorted_rows(found, "date", descending=False))[0] == "dunwich"
    assert ids(sorted_rows(found, "subject", descending=True))[0] == "dunwich"
    assert ids(sorted_rows(found, "place", descending=True))[-1] == "dunwich"


def test_numbers_in_one_unit_are_drawn_from_zero(found):
    drawn = plot(found)
    assert drawn.unit == ""
    assert [(about, bar.start, bar.end) for about, (bar,) in drawn.groups] == [
        ("Ambridge", 0, pytest.approx(41 / 113)),
        ("Borchester", 0, pytest.approx(7 / 113)),
        ("Cadfael", 0, 1),
    ]
    assert drawn.left_out == 0


def test_reports_on_one_subject_are_drawn_together_by_date(found):
    first, second, third, _ = found
    later = replace(second, subject=first.subject)
    earlier = replace(third, subject=first.subject, document=replace(third.document, date="1999"))
    (about, bars), *others = plot([first, later, earlier]).groups
    assert (about, others) == ("Ambridge", [])
    assert [bar.row.document.date for bar in bars] == ["1999", "2021", "2022"]


def test_fewer_than_two_numbers_are_not_drawn(found):
    assert plot(found[2:]) is None
    assert plot([]) is None


def test_csv_leaves_empty_what_is_not_said(found):
    table = list(csv.DictReader(io.StringIO(table_csv(found, "http://here"))))
    assert [row["number"] for row in table] == ["41", "7", "113", ""]
    assert table[3]["answer"] == table[3]["url"] == ""
    assert table[0]["url"].startswith("http://here/documents/ambridge/passages/0?mark=")
