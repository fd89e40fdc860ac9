"""Models small enough to reason about, and a library built on them."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.store import Store
from index.terms import terms

pytest_plugins = ["fixtures_browser"]

SHARED = Path(__file__).parents[2] / "shared"


class TinyEncoder:
    """Hashes a text's terms into 1,024 counts: equal texts have similarity 1, texts without a
    common term about 0. Counts what it was asked to encode."""

    name = "tiny"
    checksum = "tiny-1"
    dimension = 1024

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded.extend(texts)
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for term in terms(text):
                row[
                    int.from_bytes(hashlib.blake2b(term.encode(), digest_size=4).digest(), "big")
                    % 1024
                ] += 1
            row /= np.linalg.norm(row) or 1.0
        return rows

    def encode_question(self, question: str) -> NDArray[np.float32]:
        return self.encode([question])[0]

    def count_tokens(self, text: str) -> int:
        return len(text.split())


class TinyReranker:
    """Scores a text by the share of the question's terms that it holds, as a logit from -6 to 6."""

    name = "tiny"

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        asked = set(terms(question))
        shares = [len(asked & set(terms(text))) / max(len(asked), 1) for text in texts]
        return np.array([12 * share - 6 for share in shares], dtype=np.float32)


@pytest.fixture
def encoder() -> TinyEncoder:
    return TinyEncoder()


@pytest.fixture
def reranker() -> TinyReranker:
    return TinyReranker()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real reports beside the checkout; tests that need it are skipped without."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED.name}: the folder of real reports is not beside the checkout")
    return SHARED


@pytest.fixture
def store(tmp_path):
    """A store in a folder of its own, which isn't there yet."""
    return Store(tmp_path / "index")
