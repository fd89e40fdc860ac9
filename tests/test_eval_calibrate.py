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
