import json
import math
from dataclasses import fields, replace
from importlib.resources import files

import pytest
from fixtures_library import Text
from fixtures_ranked import ZERO, found, piece, ranked

from index.query import query
from index.question import Kind
from service.features import NAMES, Features
from service.ranking import TRUST, VERSION, Model, load_model, trust_features

QUERY = query("Who keeps the lamp?")
HIT = found(Text(("One.", "Two.", "Three.")))
ONE, TWO, THREE = (piece(HIT, text) for text in ("One", "Two", "Three"))
MODEL = Model(
    rank={"rerank": 2.0, "cover": -1.0},
    trust={"cover": 1.0, "score": 0.5, "lead": 2.0},
    intercept=-1.0,
    threshold=0.5,
)


def features(**values):
    return replace(ZERO, **values)


def test_candidates_are_ordered_by_the_weighted_sum_of_their_features():
    order = MODEL.ranked(
        [
            (HIT, ONE, features(rerank=0.5)),
            (HIT, TWO, features(rerank=1.0, cover=0.5, row=9.0)),
            (HIT, THREE, features(rerank=0.1)),
        ]
    )
    assert [(r.candidate.text, r.score) for r in order] == [
        ("Two.", pytest.approx(1.5)),
        ("One.", pytest.approx(1.0)),
        ("Three.", pytest.approx(0.2)),
    ]
    assert order[0].hit is HIT
    assert order[0].features.row == 9.0


def test_what_cannot_be_what_was_asked_for_comes_last():
    wordy = features(rerank=2.0, kind_absent=3.0)
    order = MODEL.ranked([(HIT, ONE, wordy), (HIT, TWO, features(rerank=0.1))])
    assert [r.candidate for r in order] == [TWO, ONE]


def test_equal_candidates_keep_the_order_of_the_hits():
    order = MODEL.ranked([(HIT, c, features(rerank=0.5)) for c in (TWO, ONE, THREE)])
    assert [r.candidate for r in order] == [TWO, ONE, THREE]


def test_confidence_is_a_logistic_function_of_score_lead_and_features():
    order = [ranked(HIT, ONE, 1.5, features(cover=0.4)), ranked(HIT, TWO, 0.5)]
    logit = -1.0 + 0.4 + 0.5 * 1.5 + 2.0 * 1.0
    assert MODEL.confidence(QUERY, order) == pytest.approx(1 / (1 + math.exp(-logit)))
    assert MODEL.confidence(QUERY, []) == 0.0


@pytest.mark.parametrize("sign", ["kind_absent", "year_clash"])
def test_what_cannot_be_what_was_asked_for_is_not_trusted(sign):
    assert MODEL.confidence(QUERY, [ranked(HIT, ONE, 9.0, features(**{sign: 1.0}))]) == 0.0
    other = ranked(HIT, TWO, 1.0, features(**{sign: 1.0}))
    assert MODEL.confidence(QUERY, [ranked(HIT, ONE, 9.0), other]) > 0.5


@pytest.mark.parametrize(
    ("rivals", "lead"),
    [([(TWO, 0.5), (THREE, 1.2)], 0.8), ([], 3.0), ([(TWO, -40.0)], 3.0), ([(TWO, 2.0)], 0.0)],
)
def test_the_lead_is_over_the_best_rival_elsewhere(rivals, lead):
    order = [ranked(HIT, ONE, 2.0), *(ranked(HIT, c, score) for c, score in rivals)]
    assert trust_features(QUERY, order)["lead"] == pytest.approx(lead)


def test_the_kind_of_answer_and_the_length_of_the_question_are_signs():
    signs = trust_features(query("How many lamps are lit?"), [ranked(HIT, ONE, 2.0)])
    assert signs["asks_number"] == 1.0
    assert sum(signs[f"asks_{kind.value}"] for kind in Kind) == 1.0
    assert signs["asked"] == pytest.approx(5 / 20)
    longest = trust_features(query("lamp " * 39 + "lamp?"), [ranked(HIT, ONE, 2.0)])
    assert longest["asked"] == pytest.approx(2.0)


def test_a_story_told_around_the_question_is_a_sign():
    story = query("I keep the lamps of the pier. " * 9 + "How many lamps are lit?")
    signs = trust_features(story, [ranked(HIT, ONE, 2.0)])
    assert (signs["told"], signs["asked"]) == (1.0, pytest.approx(5 / 20))
    assert trust_features(query("How many lamps are lit?"), [ranked(HIT, ONE, 2.0)])["told"] == 0.0


def test_what_overlaps_is_no_rival():
    pair = replace(TWO, start=ONE.start, span="pair")
    order = [ranked(HIT, ONE, 2.0), ranked(HIT, pair, 1.9), ranked(HIT, THREE, 1.0)]
    assert trust_features(QUERY, order)["lead"] == pytest.approx(1.0)
    other = found(Text(("Another passage of this length.",)), n=1)
    order.insert(1, ranked(other, piece(other, "Another"), 1.5))
    assert trust_features(QUERY, order)["lead"] == pytest.approx(0.5)


def test_who_says_the_same_figure_or_cannot_answer_is_no_rival():
    asks = query("How many lamps are lit?")
    hits = [
        found(Text((words,)), n=n)
        for n, words in enumerate(
            (
                "Lamps lit: 21.2 a mile.",
                "There are 21 lamps a mile.",
                "There are 74 lamps.",
                "None.",
            )
        )
    ]
    best, same, else_, none = (piece(hit, hit.passage.text) for hit in hits)
    order = [ranked(hits[0], best, 2.0), ranked(hits[1], same, 1.9), ranked(hits[2], else_, 1.0)]
    assert trust_features(asks, order)["lead"] == pytest.approx(1.0)
    other = ranked(hits[3], none, 1.8, features(kind_absent=3.0))
    assert trust_features(asks, [*order, other])["lead"] == pytest.approx(1.0)
    assert trust_features(query("Who lit the lamps?"), order)["lead"] == pytest.approx(0.1)


def test_the_shipped_weights_are_of_these_features():
    stored = json.loads((files("service") / "calibration.json").read_text())
    model = load_model()
    assert stored["version"] == VERSION
    assert set(model.rank) == set(NAMES)
    assert set(model.trust) == set(TRUST)
    assert tuple(field.name for field in fields(Features)) == NAMES
    assert 0 < model.threshold < 1
    assert all(map(math.isfinite, [*model.rank.values(), *model.trust.values(), model.intercept]))


def test_the_shipped_weights_trust_what_is_better():
    model = load_model()
    weak, strong = features(rerank=0.2, fused=0.2), features(rerank=1.4, fused=0.9)
    assert model.ranked([(HIT, ONE, weak), (HIT, TWO, strong)])[0].candidate is TWO
    assert model.confidence(QUERY, [ranked(HIT, ONE, 4.0)]) > model.confidence(
        QUERY, [ranked(HIT, ONE, 0.5)]
    )
