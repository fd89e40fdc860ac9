import math

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from eval.metrics import (
    auc,
    bootstrap,
    calibration_error,
    calibration_floor,
    difference,
    mean,
    quantile,
    ranking,
    reliability,
    risk_coverage,
    share,
)


def test_a_share_has_wilsons_interval() -> None:
    # (p + z²/2n ± z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n) with p = 0.8, n = 10, z = 1.96
    found = share([True] * 8 + [False] * 2)
    assert (found.value, found.n) == (0.8, 10)
    assert found.low == pytest.approx(0.4902, abs=1e-4)
    assert found.high == pytest.approx(0.9433, abs=1e-4)


def test_nothing_measured_is_not_nought() -> None:
    assert math.isnan(share([]).value)
    assert math.isnan(mean([]).value)


def test_ranking_figures_by_hand() -> None:
    relevant = {"second": ["x"], "none": [], "two": ["x", "y"], "late": ["x"], "lost": ["x"]}
    ranked = {
        "second": ["z", "x"],
        "none": ["z"],
        "two": ["y", "q", "x"],
        "late": ["a", "b", "c", "d", "e", "x"],
    }
    found = ranking(relevant, ranked)
    assert found["Success@1"] == [0, 0, 1, 0, 0]
    assert found["Success@3"] == [1, 0, 1, 0, 0]
    assert found["R@5"] == [1, 0, 1, 0, 0]
    assert found["RR@5"] == [0.5, 0, 1, 0, 0]
    # gains at ranks 1 and 3 of the ideal 1 and 2: (1 + 1/log2 4) / (1 + 1/log2 3)
    ideal = 1 + 1 / math.log2(3)
    assert found["nDCG@5"] == pytest.approx([1 / math.log2(3), 0, 1.5 / ideal, 0, 0])


def test_a_passage_cited_twice_counts_where_it_came_first() -> None:
    assert ranking({"q": ["x"]}, {"q": ["x", "z", "x"]})["RR@5"] == [1]


def test_calibration_error_by_hand() -> None:
    confidence = np.array([0.9, 0.1, 0.3, 0.7])
    right = np.array([1.0, 0.0, 1.0, 0.0])
    # bins {0.1, 0.3} and {0.7, 0.9}: |0.2 - 0.5| and |0.8 - 0.5|, each half of the mass
    assert calibration_error(confidence, right, bins=2) == pytest.approx(0.3)
    # one bin each: 0.1, 0.7, 0.7, 0.1
    assert calibration_error(confidence, right, bins=4) == pytest.approx(0.4)


def test_bins_of_equal_mass_may_differ_by_one() -> None:
    confidence, right = np.array([0.0, 0.0, 0.9]), np.array([0.0, 0.0, 1.0])
    assert calibration_error(confidence, right, bins=2) == pytest.approx(0.1 / 3)


def test_perfect_confidence_shows_an_error_by_chance() -> None:
    assert calibration_floor(np.zeros(50)) == 0
    few, many = calibration_floor(np.full(50, 0.5)), calibration_floor(np.full(5000, 0.5))
    assert 0.1 < few < 0.25
    assert many < 0.03


def test_auc_is_how_often_a_right_one_scores_above_a_wrong_one() -> None:
    scores = np.array([0.9, 0.4, 0.6, 0.1])
    assert auc(scores, np.array([1.0, 1.0, 0.0, 0.0])) == 0.75
    assert math.isnan(auc(scores, np.ones(4)))


def test_auc_is_scikit_learns_with_ties_too() -> None:
    random = np.random.default_rng(3)
    scores = random.integers(0, 6, 80).astype(float)
    positive = random.integers(0, 2, 80).astype(float)
    assert auc(scores, positive) == pytest.approx(roc_auc_score(positive, scores))


def test_bootstrap_intervals() -> None:
    assert bootstrap(np.mean, [2.0, 2.0, 2.0]).low == 2.0
    found = mean([0.0] * 50 + [1.0] * 50)
    assert found.value == 0.5
    assert found.low == pytest.approx(0.4, abs=0.03)
    assert found.high == pytest.approx(0.6, abs=0.03)
    assert quantile([1.0, 2.0, 9.0], 0.5).value == 2.0
    assert math.isnan(mean([1.0]).low)


def test_a_difference_is_paired() -> None:
    # one always 0.1 above the other: no uncertainty however far the questions differ
    old = [0.0, 0.5, 0.9, 0.2]
    found = difference([x + 0.1 for x in old], old)
    assert found.low == pytest.approx(0.1)
    assert found.high == pytest.approx(0.1)


def test_reliability_points() -> None:
    points = reliability([0.1, 0.9, 0.2, 0.8], [False, True, False, False], bins=2)
    assert [x for x, _ in points] == pytest.approx([0.15, 0.85])
    assert [estimate.value for _, estimate in points] == [0.0, 0.5]


def test_risk_and_coverage() -> None:
    found = risk_coverage([0.9, 0.5, 0.5, 0.1], [True, True, False, False])
    assert found == [(0.9, 0.25, 0.0), (0.5, 0.75, pytest.approx(1 / 3)), (0.1, 1.0, 0.5)]
