import csv
import io

import pytest
from fixtures_library import make_library, towns

from service.compare import Quantity, plot, quantity, rows, sorted_rows, table_csv


@pytest.fixture
def found(tmp_path):
    library = make_library(tmp_path / "index", *towns())
    question = "how many lighthouses were inspected"
    return list(rows(library.documents, lambda d: library.ask(question, documents=[d.id])))


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
    assert ids(sorted_rows(found, "report", descending=True))[0] == "dunwich"
    assert ids(sorted_rows(found, "place", descending=True))[-1] == "dunwich"


def test_numbers_in_one_unit_are_drawn_from_zero(found):
    drawn = plot(found)
    assert drawn.unit == ""
    assert [(bar.start, bar.end) for bar in drawn.bars] == [
        (0, pytest.approx(41 / 113)),
        (0, pytest.approx(7 / 113)),
        (0, 1),
    ]
    assert drawn.left_out == 0


def test_fewer_than_two_numbers_are_not_drawn(found):
    assert plot(found[2:]) is None
    assert plot([]) is None


def test_csv_leaves_empty_what_is_not_said(found):
    table = list(csv.DictReader(io.StringIO(table_csv(found, "http://here"))))
    assert [row["number"] for row in table] == ["41.0", "7.0", "113.0", ""]
    assert table[3]["answer"] == table[3]["url"] == ""
    assert table[0]["url"].startswith("http://here/documents/ambridge/passages/0?mark=")
