from dataclasses import replace

import pytest
from fixtures_library import Grid, Text, passage

from index.candidates import candidates, pairs
from index.query import query
from index.search import Hit
from service.figures import figures
from service.ranking import Ranked
from service.shaping import plain, shape

SUBJECT = "Inspection of Harbour Town"


def rank(own, scores):
    """The candidates of a passage with the given scores (by span and first word), best first."""
    read = candidates(own, own.section[-1], [0.0] * len(own.units))
    read = [replace(c, rerank=0.0) for c in read]
    found = [*read, *pairs(read)]
    hit = Hit(0, own, tuple(read), 0.0, 0.0, 0.0, 0.0)
    ranked = [
        Ranked(hit, c, None, scores.get(f"{c.span} {c.text.split()[0]}", -9.0)) for c in found
    ]
    return sorted(ranked, key=lambda r: -r.score)


def of(own, question, scores, subject=SUBJECT):
    return shape(query(question), rank(own, scores), subject)


TABLE = passage(
    "harbour",
    0,
    ("Figures",),
    Grid(
        "Table 1: Calls per 1,000 homes",
        ("2022 Harbour Town", "2022 England", "2023 Harbour Town", "2023 England"),
        (("Fires", "31", "28", "29.5", "27"), ("False alarms", "51", "48", "47", "44")),
    ),
)
FIRES = {"unit Fires:": 5.0}


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("What was the rate of fires in 2023?", "29.5"),
        ("What was the rate of fires in 2022?", "31"),
        ("How many fires were there in Harbour Town?", "29.5"),
        ("How many fires were there in England in 2023?", "27"),
        ("What was the national rate of fires in 2022?", "28"),
        ("How many fires in the business year 2022/23?", "29.5"),
    ],
)
def test_the_cell_is_that_of_the_area_and_year_asked_for(question, cell):
    shaped = of(TABLE, question, FIRES)
    assert shaped.text == cell
    assert shaped.quote.startswith("Fires: 2022 Harbour Town 31; ")
    assert shaped.quote.endswith("2023 England 27")


NATIONAL = passage(
    "harbour",
    0,
    ("Figures",),
    Grid(
        "Table 2: Calls",
        ("England and Wales", "Change", "Harbour Town"),
        (("Fires", "28", "up 3%", "31"),),
    ),
)


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("What is the rate of fires?", "31"),
        ("What is the rate of fires nationally?", "28"),
        ("What is the rate of fires in England and Wales?", "28"),
        ("What is the change in the rate of fires?", "up 3%"),
    ],
)
def test_where_the_question_names_no_column_the_reports_own_is_taken(question, cell):
    assert of(NATIONAL, question, FIRES).text == cell


def test_a_column_of_the_reports_subject_is_known_by_its_title():
    assert (
        of(NATIONAL, "What is the rate of fires?", FIRES, "Inspection of Dunwich").text == "up 3%"
    )


def test_a_comparison_gives_the_whole_row():
    shaped = of(NATIONAL, "How does the rate of fires compare with elsewhere?", FIRES)
    assert shaped.text == "Fires: England and Wales 28; Change up 3%; Harbour Town 31"
    assert shaped.quote == "Fires: England and Wales 28; Change up 3%; Harbour Town 31"


CREW = passage(
    "harbour",
    0,
    ("Crew",),
    Grid(
        "Table 2: Crew of the lifeboats",
        ("2022", "2023"),
        (("Port crew", "11", "12"), ("Starboard crew", "9", "14"), ("Shore crew", "3", "3")),
    ),
)


def test_rows_that_a_comparison_names_are_given_with_their_labels():
    shaped = of(CREW, "Which crew is larger, port or starboard?", {"unit Starboard": 5.0})
    assert shaped.text == "Port crew: 2022 11; 2023 12; Starboard crew: 2022 9; 2023 14"
    assert shaped.quote == CREW.text[shaped.start : CREW.text.index("\nShore")]


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("Is the shore crew larger or smaller than before?", "unit Shore"),
        ("Which crew is larger, port or starboard?", "unit Shore"),
    ],
)
def test_a_row_alone_is_given_where_no_other_or_not_it_is_named(question, best):
    assert of(CREW, question, {best: 5.0}).text == "Shore crew: 2022 3; 2023 3"


OUTCOMES = passage(
    "harbour",
    0,
    ("Figures",),
    Grid(
        "Table 3: Rescues",
        ("Harbour Town rate", "Harbour Town total", "England rate", "England total"),
        (("Boats", "1.2", "141", "0.8", "30,681"),),
    ),
)


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("How many boats were rescued?", "141"),
        ("How many boats were rescued in England?", "30,681"),
        ("How many boats were rescued per 1,000 people?", "1.2"),
        ("What is the rate of boats in England?", "0.8"),
    ],
)
def test_how_many_asks_for_a_number_of_things_and_no_rate(question, cell):
    assert of(OUTCOMES, question, {"unit Boats:": 5.0}).text == cell


PERIODS = passage(
    "harbour",
    0,
    ("Figures",),
    Grid(
        "Table 2: Calls",
        ("Harbour Town", "England"),
        (
            ("Fires, year to June 2023", "31", "28"),
            ("Fires, year to June 2022", "29", "27"),
            ("Alarms, year to June 2022", "5", "6"),
        ),
    ),
)


@pytest.mark.parametrize(
    "question",
    [
        "Compare the fires in Harbour Town with those of the year before.",
        "How do the fires in 2022 compare with those in 2023?",
    ],
)
def test_a_comparison_of_periods_gives_the_value_of_each(question):
    shaped = of(PERIODS, question, FIRES | {"unit Fires,": 5.0})
    assert shaped.text == "Fires, year to June 2023: 31; Fires, year to June 2022: 29"
    assert shaped.quote.startswith("Fires, year to June 2023: Harbour Town 31; England 28")
    assert shaped.quote.endswith("year to June 2022: Harbour Town 29; England 27")


def test_a_comparison_of_areas_stays_in_its_row():
    shaped = of(PERIODS, "Compare the fires here with England in 2023.", {"unit Fires,": 5.0})
    assert shaped.text.endswith(": Harbour Town 31; England 28")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("On 30 June 2015 there were 38 groups", ["38"]),
        ("21 per 1,000 people, 16,498 in all", ["21", "16498"]),
        ("in 2014/15", []),
    ],
)
def test_dates_are_no_figures(text, found):
    assert figures(text) == found


LIST = passage(
    "harbour",
    1,
    ("Summary",),
    Text(("The service should:³",)),
    Text(("visit every school;⁴", "test its radios;", "mend the wall."), "item"),
    Text(("Nothing else.",)),
)


def test_a_list_gives_its_items_joined():
    shaped = of(LIST, "What should the service do?", {"list The": 5.0})
    assert shaped.text == "visit every school; test its radios; mend the wall"
    assert shaped.quote == LIST.text[: LIST.text.index("\n\nNothing")]
    assert shaped.quote.startswith("The service should:³")


def test_one_item_is_an_answer_too():
    shaped = of(LIST, "What should be tested?", {"unit test": 5.0})
    assert (shaped.text, shaped.quote) == ("test its radios;", "test its radios;")


def test_footnote_marks_stay_in_the_quote_only():
    own = passage("harbour", 2, ("Summary",), Text(("Crews are ready.¹² ³  They train² daily.",)))
    shaped = of(own, "Are crews ready?", {"unit Crews": 5.0})
    assert shaped.text == "Crews are ready. They train daily."
    assert shaped.quote == own.text
    assert plain("10⁴ m²\nof  hose") == "10 m of hose"


PROSE = passage(
    "harbour",
    3,
    ("Crews",),
    Text(("Ninety people work here.", "They work at three stations.")),
    Text(("Twelve are women.",)),
)


def test_a_neighbour_that_scores_nearly_as_well_answers_too():
    scores = {"unit Ninety": 5.0, "unit They": 4.5, "unit Twelve": 4.9}
    shaped = of(PROSE, "Who works where?", scores)
    assert shaped.text == "Ninety people work here. They work at three stations."
    assert shaped.quote == PROSE.text[: shaped.end]


@pytest.mark.parametrize(
    ("scores", "text"),
    [
        ({"unit Ninety": 5.0, "unit They": 2.9}, "Ninety people work here."),
        ({"unit They": 5.0}, "Ninety people work here. They work at three stations."),
        ({"unit Twelve": 5.0, "unit They": 4.9}, "Twelve are women."),
    ],
)
def test_else_a_sentence_stands_alone_unless_it_refers_back(scores, text):
    assert of(PROSE, "Who works where?", scores).text == text


def test_neighbouring_rows_are_not_joined():
    scores = {"unit Fires:": 5.0, "unit False": 4.9}
    assert of(TABLE, "What was the rate of fires in 2023?", scores).text == "29.5"


RISKS = passage(
    "harbour",
    0,
    ("Risks",),
    Grid(
        "Table 4: Risks",
        ("Rating 2022", "Rating 2023", "Owner"),
        (
            ("Storms", "High", "High", "Master"),
            ("Silt", "High", "Low", "Clerk"),
            ("Theft", "Low", "High", "Clerk"),
        ),
    ),
)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Which risks are rated high?", "Storms: Rating 2023 High; Theft: Rating 2023 High"),
        (
            "Which risks were rated high in 2022?",
            "Storms: Rating 2022 High; Silt: Rating 2022 High",
        ),
        ("Which risks has the clerk?", "Silt: Owner Clerk; Theft: Owner Clerk"),
    ],
)
def test_rows_asked_for_by_what_stands_in_them_are_all_given(question, text):
    first = "unit Silt:" if "clerk" in question else "unit Storms:"
    shaped = of(RISKS, question, {first: 5.0})
    assert shaped.text == text
    assert shaped.quote.startswith(text.split(":")[0])
    assert of(RISKS, "What rating have storms?", {"unit Storms:": 5.0}).text == "Storms: High"


def test_a_question_that_names_the_row_is_for_its_cell():
    grades = passage(
        "harbour",
        0,
        ("Grades",),
        Grid(
            "Table 5", ("Leading", "Teaching"), (("Hill", "Poor", "Good"), ("Port", "Fair", "Good"))
        ),
    )
    scores = {"unit Hill:": 5.0}
    assert of(grades, "How good is the leading of Hill?", scores).text == "Hill: Poor"
    risk = "What is done by the clerk about silt?"
    assert "Theft" not in of(RISKS, risk, {"unit Silt:": 5.0}).text
