import math

import numpy as np
import pytest

from index.lexical import Lexical

CORPUS = [["lamp", "oil", "lamp"], ["lamp"], [], ["boat", "tide", "oil", "crew"]]
AVERAGE = 2.0


def bm25(frequency, length, holding, k1=1.2, b=0.75):
    """Lucene's variant by hand: its idf, and tf without the factor k1 + 1."""
    idf = math.log(1 + (len(CORPUS) - holding + 0.5) / (holding + 0.5))
    return idf * frequency / (frequency + k1 * (1 - b + b * length / AVERAGE))


def test_scores_are_lucenes_bm25():
    scores = Lexical.build(CORPUS).scores(["lamp", "oil"])
    by_hand = [bm25(2, 3, 2) + bm25(1, 3, 2), bm25(1, 1, 2), 0.0, bm25(1, 4, 2)]
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, by_hand, rtol=1e-5)


def test_its_parameters_count():
    scores = Lexical.build(CORPUS, k1=2.0, b=0.0).scores(["lamp"])
    np.testing.assert_allclose(scores, [bm25(2, 3, 2, 2, 0), bm25(1, 1, 2, 2, 0), 0, 0], rtol=1e-5)


@pytest.mark.parametrize("terms", [[], ["harbour"], ["LAMP"]])
def test_terms_that_no_passage_has_score_nothing(terms):
    assert Lexical.build(CORPUS).scores(terms).tolist() == [0, 0, 0, 0]


def test_unknown_terms_change_nothing():
    lexical = Lexical.build(CORPUS)
    known = lexical.scores(["tide"])
    assert lexical.scores(["tide", "harbour"]).tolist() == known.tolist()


@pytest.mark.parametrize("corpus", [[[]], [[], [], []]])
def test_a_corpus_without_terms_has_a_score_a_passage(corpus):
    assert Lexical.build(corpus).scores(["lamp"]).tolist() == [0.0] * len(corpus)


def test_saved_and_loaded_it_scores_the_same(tmp_path):
    built = Lexical.build(CORPUS)
    built.save(tmp_path / "lexical")
    loaded = Lexical.load(tmp_path / "lexical")
    assert loaded.scores(["lamp", "oil"]).tolist() == built.scores(["lamp", "oil"]).tolist()
