"""Which reports a question names, and what it asks of them."""

from dataclasses import replace

import pytest

from index.query import query
from index.vocabulary import Vocabulary
from ingest.records import Acronym, Document
from service.naming import Named, elsewhere, named, named_alone

REPORTS = (
    ("cove", "Inspection of Dunmore lifeboats", "2020-05-01"),
    ("hull", "Kettle Port Council – Inspection of Seaham lifeboats", "2019-03-01"),
    ("hull-again", "Kettle Port Council – Inspection of Seaham lifeboats", "2021-03-01"),
    ("pier", "Pebble Council – Inspection of Roker Pier lifeboats", "2021-07-01"),
    ("fen", "Inspection of Wisbech lifeboats", "2021-08-01"),
    ("bay", "Inspection of Cullercoats lifeboats", "2021-09-01"),
)
DOCUMENTS = tuple(
    Document(id_, title, f"{id_}.pdf", "", "application/pdf", 1, (), date=date)
    for id_, title, date in REPORTS
)
PLACES = {"cove": 9, "hull": 9, "pier": 2, "fen": 9}


def _holding(term: str) -> dict[str, int]:
    """A pier is in the title of one report and in the text of others."""
    return PLACES if term == "pier" else {d.id: 9 for d in DOCUMENTS if term in d.title.lower()}


VOCABULARY = Vocabulary(
    [f"We saw that {title} and the Council met." for _, title, _ in REPORTS]
    + ["Boats of the crews are kept dry by that Council."]
)


@pytest.mark.parametrize(
    ("question", "ids", "asked"),
    [
        ("How many boats has Seaham?", {"hull", "hull-again"}, "How many boats has it?"),
        ("How many boats had Seaham in 2021?", {"hull-again"}, "How many boats had it in 2021?"),
        ("How many boats had Seaham in 2005?", {"hull", "hull-again"}, None),
        ("how many boats are in dunmore", {"cove"}, "how many boats are in it"),
        ("What is Roker's grade?", {"pier"}, "What is its grade?"),
        ("When did Dunmore Council meet?", {"cove"}, None),
    ],
)
def test_the_reports_whose_titles_hold_the_names_that_tell_most(question, ids, asked):
    found = named(query(question), DOCUMENTS, VOCABULARY, _holding)
    assert isinstance(found, Named)
    assert found.ids == ids
    if asked is not None:
        assert found.asked == asked


def test_a_name_that_stands_mostly_in_other_reports_names_none():
    assert named(query("Who paints the Pier?"), DOCUMENTS, VOCABULARY, _holding) is None


@pytest.mark.parametrize(
    "question",
    ["Does Wisbech ask the pebble council?", "Council boats in wisbech, how many?"],
)
def test_where_names_are_typed_with_capitals_other_words_are_none(question):
    found = named(query(question), DOCUMENTS, VOCABULARY, _holding)
    assert found is not None
    assert found.ids == {"fen"}


def test_a_report_without_a_date_may_be_of_the_year_asked_for():
    undated = tuple(replace(d, date="") if d.id == "hull" else d for d in DOCUMENTS)
    more = (*undated, replace(DOCUMENTS[2], id="hull-late", date="2023-01-01"))
    for year, ids in (
        ("2021", {"hull", "hull-again"}),
        ("2005", {"hull", "hull-again", "hull-late"}),
    ):
        found = named(query(f"Seaham in {year}"), more, VOCABULARY, _holding)
        assert found is not None
        assert found.ids == ids


@pytest.mark.parametrize("question", ["How many lifeboats are there?", "the Inspection", ""])
def test_what_most_titles_hold_names_none(question):
    assert named(query(question), DOCUMENTS, VOCABULARY, _holding) is None


def test_a_single_report_needs_no_name():
    assert named(query("How many boats has Dunmore?"), DOCUMENTS[:1], VOCABULARY, _holding) is None


@pytest.mark.parametrize(
    ("question", "is_elsewhere"),
    [
        ("How many boats has Zennorwick?", True),
        ("how many boats has zennorwick?", True),
        ("How many boats has Seaham?", False),
        ("My cousin from Zennorwick asks how many boats Seaham has.", False),
        ("How many boats are kept dry?", False),
    ],
)
def test_a_place_that_no_report_speaks_of_is_elsewhere(question, is_elsewhere):
    assert elsewhere(query(question), DOCUMENTS, VOCABULARY) is is_elsewhere


def test_of_reports_that_no_names_tell_apart_none_is_elsewhere():
    assert not elsewhere(query("How many boats has Zennorwick?"), DOCUMENTS[:1], VOCABULARY)
    same = tuple(d for d in DOCUMENTS if d.id.startswith("hull"))
    assert not elsewhere(query("How many boats has Zennorwick?"), same, VOCABULARY)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How many boats has Roker?", "How many boats has it?"),
        ("how many boats has roker", "how many boats has it"),
        ("How many boats has Dunmore?", None),
        ("What does the Pebble of LBC need?", None),
        ("What is meant by Roker?", None),
    ],
)
def test_the_only_reports_name_is_it_where_its_text_seldom_repeats_it(question, asked):
    title = "Pebble LBC – Inspection of Roker lifeboats"
    report = replace(DOCUMENTS[3], title=title, acronyms=(Acronym("LBC", "lifeboat crew"),))
    found = named_alone(query(question), report, VOCABULARY, {"pebbl", "lifeboat"})
    assert (found and found.asked) == asked
    assert found is None or found.ids == {"pier"}
