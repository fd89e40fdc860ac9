"""Which cell of a row answers, or that the row does."""

import pytest

from index.query import query
from index.terms import terms
from ingest.records import Cell
from service.cells import asked_by, of_row

SUBJECT = "Inspection of Harbour Town"


def row(label, cells, heading=""):
    """The arguments of a row: its cells and the terms above it."""
    return (
        [Cell(value=value, labels=(label,), column=column) for column, value in cells],
        frozenset(terms(f"{heading} {label}")),
    )


def answer(question, label, cells, heading=""):
    return of_row(query(question), *row(label, cells, heading), SUBJECT)


def asked(question, label, cells, heading=""):
    cell = asked_by(query(question), *row(label, cells, heading), SUBJECT)
    return cell and f"{cell.column} {cell.value}"


SHOPS = (
    ("Shops 2022", "15"),
    ("Shops 2023", "16"),
    ("Sales 2022, £000", "812"),
    ("Sales 2023, £000", "903"),
)
LOAN = (
    ("Limit £m", "20.0"),
    ("Drawn 2023 £m", "18.0"),
    ("Interest", "4.1% fixed"),
    ("Matures", "May 2027"),
)
CREW = (("Role", "Senior cox"), ("Joined", "June 2011"), ("Trips 2023", "31"), ("Trips 2022", "28"))


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("What were the sales of the North shops in 2023?", "903"),
        ("How many shops were there in the North in 2022?", "15"),
        ("What did the North take in 2022, in £?", "812"),
    ],
)
def test_a_word_that_the_heading_has_too_counts_less_for_a_column(question, cell):
    assert answer(question, "North", SHOPS, heading="Note 3: Shops") == cell


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("When must the Series A loan be repaid?", "May 2027"),
        ("What is the interest rate of the Series A loan?", "4.1% fixed"),
        ("How much of the Series A loan was drawn in 2023?", "18.0"),
    ],
)
def test_the_value_is_of_the_kind_asked_for(question, cell):
    assert answer(question, "Series A", LOAN) == cell


def test_how_many_asks_for_no_money_and_a_rate_for_a_rate():
    grants = (("£000 2023", "1,102"), ("Number 2023", "61"))
    assert answer("How many boat grants were made in 2023?", "Boats", grants) == "61"
    fires = (("Fires recorded", "104"), ("Harbour Town per 1,000 people", "11.0"))
    assert answer("How many fires per thousand inhabitants?", "Fires", fires) == "11.0"
    assert answer("How many fires were there?", "Fires", fires) == "104"


def test_how_many_pounds_asks_for_money_and_free_is_no_unit():
    meals = (("Total pupils", "210"), ("Free meals", "41"))
    assert answer("How many pupils have free meals?", "North", meals) == "41"
    costs = (("Boats", "9"), ("Cost £", "41"))
    assert answer("How many pounds did they cost?", "North", costs) == "41"


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("Who is the senior cox?", "Role Senior cox"),
        ("Who is the cox?", None),
        ("When did the senior cox join?", None),
        ("Who made 31 trips?", None),
    ],
)
def test_a_row_is_asked_for_by_all_words_of_a_cell_and_no_other_column(question, cell):
    assert asked(question, "Ida Moss", (*CREW[:1], ("Join", "June 2011"), *CREW[2:])) == cell


def test_a_level_is_only_itself_and_of_its_year():
    levels = (("Grade 2022", "Level 2"), ("Grade 2023", "Level 3"))
    assert asked("Which stations are at level 2?", "North", levels) == "Grade 2022 Level 2"
    assert asked("Which stations are at level 4?", "North", levels) is None
    same = (("Grade 2022", "Level 2"), ("Grade 2023", "Level 2"))
    assert asked("Which stations are at level 2?", "North", same) == "Grade 2023 Level 2"
    assert asked("Which stations are north?", "North Pier", (("Side", "North"),)) is None


def test_a_yes_or_no_gives_the_row():
    assert answer("Did Ida Moss make 31 trips in 2023?", "Ida Moss", CREW).endswith("Trips 2022 28")


@pytest.mark.parametrize(
    "question", ["Did Ida Moss go out more often?", "Tell me something of Ida Moss"]
)
def test_where_nothing_tells_which_cell_the_row_is_given_with_its_columns(question):
    whole = "Ida Moss: Role Senior cox; Joined June 2011; Trips 2023 31; Trips 2022 28"
    assert answer(question, "Ida Moss", CREW) == whole


def test_the_last_year_is_meant_where_none_is_named():
    assert answer("How many trips did Ida Moss make?", "Ida Moss", CREW) == "31"
    assert answer("How many trips did Ida Moss make the year before?", "Ida Moss", CREW) == "28"
