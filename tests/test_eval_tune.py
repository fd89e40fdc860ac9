"""Which questions the reranker is tuned on, and that what is tuned is the pinned model."""

from pathlib import Path

import pytest

from eval.cases import Case
from eval.tune import Example, Tunable, is_tuned_on, tune
from index.encoder import load_tuned
from index.models import RERANKER, locate


@pytest.fixture
def tunable(tmp_path: Path) -> Tunable:
    return Tunable(locate(RERANKER, folder=tmp_path).folder)


def test_a_third_of_the_development_questions_and_all_held_ones_are_left_out():
    cases = [Case(f"q-{n}", "fact", f"question {n}", split="dev") for n in range(300)]
    assert 150 < sum(map(is_tuned_on, cases)) < 250
    assert not any(is_tuned_on(Case(c.id, c.kind, c.question, split="held")) for c in cases)


def test_the_weights_are_those_of_the_pinned_model(tunable):
    fits, other = tunable.logits(
        [("how many boats?", "Twelve boats sank."), ("how many boats?", "The cat sat.")]
    ).tolist()
    assert fits > 4
    assert other < -8


def test_what_is_shipped_are_the_weights_that_are_free(tunable):
    assert load_tuned().keys() == tunable.free().keys()
    assert all(name.endswith("bias") or "LayerNorm" in name for name in tunable.free())


def test_tuning_brings_the_right_text_nearer_to_the_first_place(tunable):
    wrong, right = "Twelve boats sank.", "The cat sat."

    def ahead() -> float:
        found = tunable.logits([("how many boats?", text) for text in (right, wrong)])
        return found[0].item() - found[1].item()

    before = ahead()
    tune(tunable, [Example("how many boats?", (wrong, right), (False, True))] * 16)
    assert ahead() > before
