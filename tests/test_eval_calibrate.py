"""The operating point that is published."""

import numpy as np
import pytest

from eval.calibrate import threshold_for


@pytest.mark.parametrize(
    ("said", "unsaid", "point"),
    [
        ([0.9, 0.8, 0.7, 0.2], [0.1, 0.1, 0.3, 0.6], 0.6),
        ([0.9, 0.8], [0.1, 0.2], 0.8),
        ([0.5], [0.5], 0.5),
    ],
)
def test_as_many_are_refused_in_vain_as_are_answered_in_vain(said, unsaid, point):
    confidence = np.array([*said, *unsaid])
    answerable = np.array([True] * len(said) + [False] * len(unsaid))
    threshold = threshold_for(confidence, answerable)
    assert threshold == pytest.approx(point)


def test_sets_count_alike_however_many_questions_they_have():
    many = [(0.6, True, "many"), (0.5, False, "many")] * 10
    few = [(0.4, True, "few"), (0.3, False, "few")]
    confidence, answerable, sets = zip(*many, *few, strict=True)
    found = threshold_for(np.array(confidence), np.array(answerable), sets)
    assert found == pytest.approx(0.5)
    alone = threshold_for(np.array(confidence), np.array(answerable))
    assert alone == pytest.approx(0.6)
