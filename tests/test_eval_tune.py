"""Which questions the models are tuned on, and that what is tuned are the pinned models."""

from pathlib import Path

import numpy as np
import pytest
import torch

from eval.cases import Case
from eval.tune import of_third, third
from eval.tune_encoder import Asked, TunableEncoder, tune_encoder
from eval.tune_reranker import Read, TunableReranker, tune_reranker
from index.encoder import TUNED, load_encoder, load_tuned
from index.models import ENCODER, RERANKER, locate

QUESTION = "how many boats?"
RIGHT, WRONG = "Twelve boats sank.", "The cat sat."


@pytest.fixture
def reranker(tmp_path: Path) -> TunableReranker:
    return TunableReranker(locate(RERANKER, folder=tmp_path).folder)


@pytest.fixture
def encoder(tmp_path: Path) -> TunableEncoder:
    return TunableEncoder(locate(ENCODER, folder=tmp_path).folder)


def test_the_thirds_are_of_about_one_size_and_share_no_question():
    cases = [Case(f"q-{n}", "fact", f"question {n}") for n in range(300)]
    thirds = [of_third(cases, number) for number in range(3)]
    assert all(70 < len(part) < 130 for part in thirds)
    assert sorted(case.id for part in thirds for case in part) == sorted(c.id for c in cases)
    assert all(third(case) == number for number in range(3) for case in thirds[number])


def test_the_rerankers_weights_are_those_of_the_pinned_model(reranker):
    fits, other = reranker.logits(reranker.read(QUESTION, (RIGHT, WRONG))).tolist()
    assert fits > 4
    assert other < -8


def test_the_encoders_weights_are_those_of_the_pinned_model(encoder, tmp_path):
    pinned = load_encoder(folder=tmp_path)
    instructed = "Represent this sentence for searching relevant passages: " + QUESTION
    with torch.no_grad():
        found = encoder.encode([QUESTION])[0].numpy()
    # The pinned model multiplies whole numbers.
    assert float(found @ pinned.encode([instructed])[0]) > 0.98


def test_what_is_shipped_are_the_weights_that_are_free(encoder, reranker):
    for name, model in (("encoder", encoder), ("reranker", reranker)):
        assert load_tuned(TUNED / f"{name}.npz").keys() == model.free().keys()
        assert all(name.endswith("bias") or "LayerNorm" in name for name in model.free())


def test_tuning_the_reranker_brings_the_right_text_nearer_to_the_first_place(reranker):
    states = reranker.read(QUESTION, (RIGHT, WRONG))

    def ahead() -> float:
        found = reranker.logits(states).tolist()
        return found[1] - found[0]

    pinned = ahead()
    tune_reranker(reranker, [Read(states, (False, True))] * 16)
    assert ahead() > pinned
    reranker.reset()
    assert ahead() == pinned


def test_tuning_the_encoder_brings_the_right_unit_nearer_to_the_first_place(encoder):
    chance = np.random.default_rng(0)
    vectors = chance.normal(size=(5, 384)).astype(np.float32)
    units = torch.from_numpy(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))

    def similarity() -> float:
        with torch.no_grad():
            return float(units[3] @ encoder.encode([QUESTION])[0])

    before = similarity()
    tune_encoder(encoder, [Asked(QUESTION, units, (3,))] * 16)
    assert similarity() > before


def test_what_is_saved_is_what_is_loaded(encoder, tmp_path):
    encoder.save(tmp_path / "new" / "encoder.npz")
    stored = load_tuned(tmp_path / "new" / "encoder.npz")
    name = "encoder.layer.0.output.dense.bias"
    assert stored[name].numpy() == pytest.approx(
        encoder.free()[name].detach().numpy(), abs=0.01, rel=0.01
    )
