"""BM25 over the passages' terms; the only file that imports bm25s."""

from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray


class Lexical:
    """BM25 in Lucene's variant (Kamphuis et al. 2020) over tokenised passages.

    Scores are 0 where no term is shared and grow without bound; they compare within one question
    only.
    """

    def __init__(self, model: bm25s.BM25) -> None:
        self._model = model

    @classmethod
    def build(
        cls, corpus: Sequence[Sequence[str]], *, k1: float = 1.2, b: float = 0.75
    ) -> "Lexical":
        """Index passages given as lists of terms. The library needs one term at least: a corpus
        without any gets one that no question has."""
        model = bm25s.BM25(method="lucene", k1=k1, b=b)
        rows = [list(row) for row in corpus]
        model.index(rows if any(rows) else [["\0"], *rows[1:]], show_progress=False)
        return cls(model)

    @classmethod
    def load(cls, folder: Path) -> "Lexical":
        """Read what ``save`` wrote."""
        return cls(bm25s.BM25.load(str(folder), load_corpus=False, allow_pickle=False))

    def save(self, folder: Path) -> None:
        """Write the index as arrays and JSON into a new folder."""
        self._model.save(str(folder), allow_pickle=False, show_progress=False)

    def scores(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """One score a passage, (n,) float32."""
        known = [term for term in terms if term in self._model.vocab_dict]
        if not known:
            return np.zeros(int(self._model.scores["num_docs"]), dtype=np.float32)
        return np.asarray(self._model.get_scores(known), dtype=np.float32)
