"""Which questions the models are tuned on, and that what is tuned are the pinned models."""

from pathlib import Path

import numpy as np
import pytest
import torch

from eval.soup import mean
from eval.tune_encoder import Asked, TunableEncoder, tune_encoder
from eval.tune_reranker import Read, TunableReranker, tune_reranker
from index.encoder import TUNED, load_encoder, load_reranker, load_tuned
from index.models import ENCODER, RERANKER, locate

QUESTION = "how many boats?"
RIGHT, WRONG = "Twelve boats sank.", "The cat sat."


@pytest.fixture
def reranker(tmp_path: Path) -> TunableReranker:
    return TunableReranker(locate(RERANKER, folder=tmp_path).folder)


@pytest.fixture
def encoder(tmp_path: Path) -> TunableEncoder:
    return TunableEncoder(locate(ENCODER, folder=tmp_path).folder)


def test_the_rerankers_weights_are_those_of_the_pinned_model(reranker):
    fits, other = reranker.logits([(QUESTION, RIGHT), (QUESTION, WRONG)]).tolist()
    assert fits > 4
    assert other < -8


def test_the_encoders_weights_are_those_of_the_pinned_model(encoder, tmp_path):
    pinned = load_encoder(folder=tmp_path)
    instructed = "Represent this sentence for searching relevant passages: " + QUESTION
    with torch.no_grad():
        found = encoder.encode([QUESTION])[0].numpy()
    # The pinned model multiplies whole numbers.
    assert float(found @ pinned.encode([instructed])[0]) > 0.98


def test_a_text_is_read_alike_beside_others_of_any_length(reranker, encoder):
    texts = [" ".join([RIGHT, WRONG] * n) for n in (1, 9, 2, 7, 3, 12, 1)] * 3
    pairs = [(QUESTION, text) for text in texts]
    with torch.no_grad():
        together = reranker.logits(pairs).tolist()
        alone = [float(reranker.logits([pair])[0]) for pair in pairs[:7]]
        vectors = encoder.encode(texts[:7]).numpy()
        lone = [encoder.encode([text])[0].numpy() for text in texts[:7]]
    # The reranker computes with eight bits of precision.
    assert together == pytest.approx(alone * 3, abs=0.25)
    assert max(alone) - min(alone) > 1
    assert [float(a @ b) for a, b in zip(vectors, lone, strict=True)] == pytest.approx([1] * 7)


def test_what_is_shipped_are_the_weights_that_are_free(encoder, reranker, tmp_path):
    for name, model in (("encoder", encoder), ("reranker", reranker)):
        model.save(tmp_path / f"{name}.npz")
        with np.load(TUNED / f"{name}.npz") as shipped, np.load(tmp_path / f"{name}.npz") as own:
            assert {n: (w.shape, w.dtype) for n, w in shipped.items()} == {
                n: (w.shape, w.dtype) for n, w in own.items()
            }


def test_what_is_saved_of_an_untuned_model_are_the_pinned_models_whole_numbers(reranker, tmp_path):
    reranker.save(tmp_path / "reranker.npz")
    saved = load_reranker(folder=tmp_path, tuned=tmp_path, threads=1)
    pinned = load_reranker(folder=tmp_path, tuned=None, threads=1)
    texts = (RIGHT, WRONG)
    # Biases are saved in half precision.
    assert saved.score(QUESTION, texts) == pytest.approx(pinned.score(QUESTION, texts), abs=0.3)


def test_tuning_the_reranker_brings_the_right_text_nearer_to_the_first_place(reranker):
    pairs = [(QUESTION, RIGHT), (QUESTION, WRONG)]

    def ahead() -> float:
        with torch.no_grad():
            found = reranker.logits(pairs).tolist()
        return found[1] - found[0]

    pinned = ahead()
    tune_reranker(reranker, [Read(QUESTION, (RIGHT, WRONG), (False, True))] * 16)
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
    name = "encoder.layer.8.output.dense.bias"
    assert stored[name].numpy() == pytest.approx(
        encoder.free()[name].detach().numpy(), abs=0.01, rel=0.01
    )


def test_the_mean_of_two_tunings_keeps_whole_numbers_whole():
    one = {"a": np.array([-127, 10, 3], dtype=np.int8), "b": np.array([1.0], dtype=np.float16)}
    other = {"a": np.array([127, 20, 3], dtype=np.int8), "b": np.array([2.0], dtype=np.float16)}
    mixed = mean(one, other, 0.25)
    assert {n: w.dtype for n, w in mixed.items()} == {"a": np.int8, "b": np.float16}
    assert (mixed["a"].tolist(), mixed["b"].tolist()) == ([64, 18, 3], [1.75])
    with pytest.raises(ValueError, match="different models"):
        mean(one, {"a": one["a"]}, 0.5)


def test_tuning_can_begin_with_an_earlier_one(reranker, tmp_path):
    with torch.no_grad():
        for weight in reranker.free().values():
            weight.mul_(0.9)
    reranker.save(tmp_path / "earlier.npz")
    later = TunableReranker(locate(RERANKER, folder=tmp_path).folder)
    later.begin_with(tmp_path / "earlier.npz")
    with torch.no_grad():
        later.free()["classifier.weight"].zero_()
    later.reset()
    later.save(tmp_path / "later.npz")
    with np.load(tmp_path / "earlier.npz") as one, np.load(tmp_path / "later.npz") as two:
        assert all(np.array_equal(one[name], two[name]) for name in one)
