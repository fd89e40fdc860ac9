"""One feature at a time, on sentences made for it."""

import math
from dataclasses import asdict, replace

import pytest
from fixtures_library import Grid, Text
from fixtures_ranked import found

from index.query import query
from index.vocabulary import Vocabulary
from ingest.records import Acronym, Document
from service.features import all_features, believed, is_national, subjects

TABLE = Grid(
    "Table 1: Wrecks of boats per 1,000, Dunmore",
    ("2022", "England 2023"),
    (("Fishing boats", "4", "5"),),
)
SAID = (
    Text(("In 2019 the harbour had 12 fishing boats.", "Hulls are red.")),
    Text(("Nationally there are 900 boats.", "It is lower in Dunmore because of rocks.")),
    Text(("It must:",)),
    Text(("mend its pier;", "paint its lamps."), "item"),
    Text(("Good",), "grade"),
    TABLE,
    Text(("¹ Counted in May 2024.",), "note"),
)  # fmt: skip
HIT = found(*SAID, section=("Work", "Boats"), heading="Boats")
VOCABULARY = Vocabulary([HIT.passage.text, "Dunmore lies by the sea.", "Its crews row."])
DOCUMENT = Document("harbour", "", "harbour.pdf", "", "application/pdf", 1, ())
TITLES = {"harbour": "Report on Dunmore"}


def of(question, text, *, span="unit", hits=(HIT,), acronyms=(), titles=TITLES):
    """The features of the candidate that begins so."""
    asked = query(question, acronyms=acronyms)
    rows = all_features(asked, hits, VOCABULARY, titles)
    return next(asdict(f) for _, c, f in rows if c.span == span and c.text.startswith(text))


def test_every_candidate_that_was_read_has_features_and_no_other():
    logits = [None] * len(HIT.candidates)
    logits[0] = logits[1] = logits[3] = 1.0
    hit = found(*SAID, rerank=logits)
    rows = all_features(query("boats"), [hit], VOCABULARY, TITLES)
    assert [(c.text[:12], c.span) for _, c, _ in rows] == [
        ("In 2019 the ", "unit"),
        ("Hulls are re", "unit"),
        ("It is lower ", "unit"),
        ("In 2019 the ", "pair"),
    ]
    assert all_features(query("boats"), [], VOCABULARY, {}) == []


@pytest.mark.parametrize(
    ("logit", "evidence"), [(-40.0, 0.0), (-9.0, math.log(2) / 10), (1.0, 1.0), (11.0, 2.0)]
)
def test_the_cross_encoders_logit_counts_by_the_unit_of_ten(logit, evidence):
    assert believed(logit) == pytest.approx(evidence, abs=1e-4)


def test_scores_and_their_distance_from_the_best():
    good = found(Text(("Boats are red.",)), rerank=1.0, dense=0.8, fused=0.9)
    poor = found(Text(("Boats are blue.",)), n=1, rerank=-4.0, dense=0.5, fused=0.4)
    best = of("boats", "Boats are red", hits=(good, poor))
    rest = of("boats", "Boats are blue", hits=(good, poor))
    assert (best["rerank"], best["rerank_gap"], best["dense_gap"]) == (believed(1.0), 0, 0)
    assert rest["rerank_gap"] == pytest.approx(believed(-4.0) - believed(1.0))
    assert (rest["dense"], rest["fused"]) == (0.5, 0.4)
    assert rest["dense_gap"] == pytest.approx(-0.3)
    assert rest["dense_unsure"] == pytest.approx(-0.3 * (1 - min(believed(1.0), 1)))


def test_cover_is_the_share_of_the_questions_terms_by_rarity():
    def cover(text, *, whole):
        asked = [VOCABULARY.rarity(term) for term in whole]
        return sum(VOCABULARY.rarity(term) for term in text) / sum(asked)

    whole = ["fish", "boat", "harbour", "pier"]
    got = of("fishing boats, harbour, pier?", "Hulls are red")
    assert got["cover_text"] == 0
    assert got["cover"] == pytest.approx(cover(["boat"], whole=whole))
    assert got["cover_passage"] == pytest.approx(1.0)
    got = of("fishing boats, harbour, pier?", "In 2019")
    assert got["cover_text"] == pytest.approx(cover(["fish", "boat", "harbour"], whole=whole))
    assert of("?", "In 2019")["cover"] == 0


def test_words_that_stand_nowhere_near_count_against():
    assert of("red fishing boats", "Hulls are")["absent_word"] == 0
    assert of("red zeppelins", "Hulls are")["absent_word"] == 1.0
    assert of("boats in Dunmore", "Hulls are")["absent_name"] == 0
    assert of("boats in Borchester", "Hulls are")["absent_name"] == 1
    assert of("boats in Ambridge", "Hulls", titles={"harbour": "Ambridge"})["absent_name"] == 0


def test_words_and_names_count_as_far_unless_they_stand_with_the_candidate():
    near, far = of("red boats", "Hulls are"), of("red lamps", "Hulls are")
    assert (near["absent_near"], near["absent_word"]) == (0, 0)
    assert far["absent_near"] == pytest.approx(VOCABULARY.rarity("lamp")) != 0
    hit = found(Text(("Ambridge has piers.", "Lamps are lit.")))
    assert of("lamps in Ambridge", "Ambridge", hits=(hit,))["name_far"] == 0
    got = of("lamps in Ambridge", "Lamps", hits=(hit,))
    assert (got["name_far"], got["absent_name"]) == (1, 0)
    assert of("lamps in Dunmore", "Lamps", hits=(hit,))["name_far"] == 0


def test_where_no_year_is_asked_for_an_older_row_is_told_from_the_newest():
    rows = (("Fires, 2022", "4"), ("Fires, 2023", "5"), ("Calls", "6"))
    hit = found(Grid("Table 3", ("Dunmore",), rows))

    def older(question, text):
        return of(question, text, hits=(hit,))["older"]

    assert (older("fires?", "Fires, 2022"), older("fires?", "Fires, 2023")) == (1, 0)
    assert older("fires?", "Calls") == 0
    assert older("fires in 2022?", "Fires, 2022") == 0


def test_a_date_is_no_topic_and_no_name():
    hit = found(Text(("Boats sail.",)))
    assert VOCABULARY.is_name("May")
    got = of("boats in May 1999", "Boats", hits=(hit,))
    assert got["absent_name"] == 0
    assert of("boats in 1999", "Boats", hits=(hit,))["cover_text"] == 1


def test_one_form_of_an_acronym_stands_for_both():
    crew = Acronym("LBC", "lifeboat crew")
    hit = found(Text(("There are nine lifeboat crews.", "They row.")))
    without = of("how many LBCs?", "There", hits=(hit,))
    given = of("how many LBCs?", "There", hits=(hit,), acronyms=(crew,))
    assert (without["cover_text"], given["cover_text"]) == (0, 1)
    assert (without["uncounted"], given["uncounted"], given["counted"]) == (3, 0, 1)
    assert of("how many LBCs?", "They", hits=(hit,), acronyms=(crew,))["counted"] == 0


@pytest.mark.parametrize(
    ("question", "text", "clash", "absent"),
    [
        ("boats in 2019", "In 2019", 0, 0),
        ("boats in 2018", "In 2019", 1, 1),
        ("boats in 2022", "In 2019", 1, 1),
        ("boats in 2019", "Hulls are", 0, 0),
        ("boats in 1999", "Hulls are", 0, 1),
        ("boats", "In 2019", 0, 0),
        ("boats in 2022", "Fishing boats", 0, 0),
        ("boats in 2021/22", "Fishing boats", 0, 0),
    ],
)
def test_years_agree_or_clash(question, text, clash, absent):
    got = of(question, text)
    assert (got["year_clash"], got["year_absent"]) == (clash, absent)


def test_another_year_is_no_clash_where_the_one_asked_for_is_the_reports_own():
    document = replace(DOCUMENT, title="Inspection of boats", date="2020-05-01")
    titles = subjects([document])
    got = of("boats in the 2020 report", "In 2019", titles=titles)
    assert (got["year_clash"], got["year_beside"]) == (0, 1)
    got = of("boats in 2018", "In 2019", titles=titles)
    assert (got["year_clash"], got["year_beside"]) == (1, 0)


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        ("how many boats are there", "In 2019", {"kind_absent": 0, "counted": 1, "uncounted": 0}),
        (
            "how many boats are there",
            "Hulls are",
            {"kind_absent": 3, "counted": 0, "uncounted": 3},
        ),
        ("how many boats are lost", "Fishing boats", {"counted": 1, "number_in_row": 1}),
        ("how many wrecks are there", "Fishing boats", {"counted": 1, "number_in_row": 1}),
        ("how many lamps are lost", "Fishing boats", {"counted": 0, "number_in_row": 1}),
        ("why are boats red", "Hulls are", {"kind_absent": 0, "reason_found": 0}),
        ("why are they lower", "It is lower", {"reason_found": 1}),
        ("when was it counted", "¹ Counted", {"kind_absent": 0, "note": 1}),
        ("when was it counted", "Hulls are", {"kind_absent": 3, "note": 0}),
        ("what grade is it", "Good", {"grade_found": 1, "grade_unasked": 0, "kind_absent": 0}),
        ("what grade is it", "Hulls are", {"grade_found": 0, "kind_absent": 0}),
        ("why by 5 percent", "Hulls are", {"measure_absent": 0}),
        ("what is it", "Good", {"grade_found": 0, "grade_unasked": 1}),
        ("what percentage of boats are red", "Hulls are", {"measure_absent": 1}),
        ("how do they compare", "It is lower", {"compares": 1}),
        ("how do they compare", "Fishing boats", {"compares": 1, "row": 1}),
        ("how do they compare", "Hulls are", {"compares": 0, "row": 0}),
        ("what is a lamp?", "Table 1", {"caption": 1, "defines": 1}),
        ("what is a lamp?", "Hulls are", {"defines": 0}),
    ],
)
def test_what_is_asked_for_and_what_is_there(question, text, held):
    got = of(question, text)
    assert {name: got[name] for name in held} == held


def test_a_list_is_for_who_asks_for_one():
    asked = of("list all the things it must do", "It must", span="list")
    assert (asked["list_found"], asked["list_unasked"]) == (1, 0)
    other = of("is the pier mended", "It must", span="list")
    assert (other["list_found"], other["list_unasked"]) == (0, 1)


def test_a_pair_is_for_who_compares():
    got = of("how do they compare", "Nationally", span="pair")
    assert (got["pair"], got["pair_compared"], got["pair_listed"]) == (1, 1, 0)
    got = of("list all boats", "Nationally", span="pair")
    assert (got["pair"], got["pair_compared"], got["pair_listed"]) == (1, 0, 1)
    assert of("how do they compare", "Nationally")["pair"] == 0


def test_labels_that_are_asked_for_fit_a_row():
    assert of("how many fishing boats", "Fishing boats")["label_fits"] == 1
    got = of("how many boats", "Fishing boats")
    assert (got["label_fits"], got["label_extra"]) == (0.5, pytest.approx(0.1))
    assert of("how many boats", "In 2019")["label_fits"] == 0


@pytest.mark.parametrize(
    ("question", "text", "fits", "clash"),
    [
        ("boats in England", "Nationally", 1, 0),
        ("boats in England", "In 2019", 0, 1),
        ("boats here", "Nationally", 0, 1),
        ("boats here", "In 2019", 1, 0),
        ("boats here", "Fishing boats", 1, 0),
        ("boats in England", "Fishing boats", 1, 0),
    ],
)
def test_the_whole_country_is_not_the_place(question, text, fits, clash):
    got = of(question, text)
    assert (got["scope_fits"], got["scope_clash"]) == (fits, clash)


@pytest.mark.parametrize(
    ("text", "national"),
    [
        ("nationally", True),
        ("in England and Wales", True),
        ("all other forces", True),
        ("other areas", True),
        ("the average", True),
        ("in Dunmore", False),
        ("inhabitants of Walesby", False),
    ],
)
def test_what_speaks_of_the_whole_country(text, national):
    assert is_national(text) is national


@pytest.mark.parametrize("question", ["", "?", "<b>", "\x00", "a" * 4000, "1" * 4000])
def test_features_are_finite_whatever_is_asked(question):
    for _, _, features in all_features(query(question), [HIT], VOCABULARY, TITLES):
        assert all(math.isfinite(value) and -3 <= value <= 3 for value in asdict(features).values())
