"""Which questions the reranker is tuned on, and that what is tuned is the pinned model."""

from pathlib import Path

import pytest

from eval.cases import Case
from eval.tunable import Prepared, Tunable
from eval.tune import third, tune
from index.encoder import load_tuned
from index.models import RERANKER, locate

QUESTION = "how many boats?"
RIGHT, WRONG = "Twelve boats sank.", "The cat sat."


@pytest.fixture
def tunable(tmp_path: Path) -> Tunable:
    return Tunable(locate(RERANKER, folder=tmp_path).folder)


def test_the_thirds_are_of_about_one_size():
    thirds = [third(Case(f"q-{n}", "fact", f"question {n}")) for n in range(300)]
    assert all(70 < thirds.count(n) < 130 for n in range(3))


def test_the_weights_are_those_of_the_pinned_model(tunable):
    fits, other = tunable.logits(tunable.read(QUESTION, (RIGHT, WRONG))).tolist()
    assert fits > 4
    assert other < -8


def test_what_is_shipped_are_the_weights_that_are_free(tunable):
    assert load_tuned().keys() == tunable.free().keys()
    assert all(name.endswith("bias") or "LayerNorm" in name for name in tunable.free())


def test_tuning_brings_the_right_text_nearer_to_the_first_place(tunable):
    states = tunable.read(QUESTION, (RIGHT, WRONG))

    def ahead() -> float:
        found = tunable.logits(states).tolist()
        return found[1] - found[0]

    pinned = ahead()
    tune(tunable, [Prepared(0, states, (False, True))] * 16)
    assert ahead() > pinned
    tunable.reset()
    assert ahead() == pinned
