"""Text → vectors, and pairs of question and text → relevance: the only file that imports
sentence-transformers, which it does when a model is first loaded."""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.models import (
    DEFAULT,
    ENCODER,
    RERANKER,
    ModelFiles,
    assembled,
    folder_digest,
    locate,
    locate_custom,
)
from ingest.errors import ModelUnusable

Vectors = NDArray[np.float32]

TUNED = Path(__file__).with_name("tuned")
"""The folder of the tuned weights that are shipped."""

QUESTION = "Represent this sentence for searching relevant passages: "
"""What the pinned encoder reads before a question (Xiao et al. 2023, "C-Pack")."""


class Encoder(Protocol):
    """Turns texts into unit vectors whose inner product is their similarity (-1 to 1)."""

    name: str
    checksum: str
    dimension: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Passages → (n, dimension) float32, unit norm."""

    def encode_question(self, question: str) -> Vectors:
        """A question → (dimension,) float32, unit norm."""


class Reranker(Protocol):
    """Reads a question and a text together (a cross-encoder)."""

    name: str

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Relevance of each text as a logit, higher is better: (n,) float32, about -12 to 12."""


class SentenceEncoder:
    """An ``Encoder`` by sentence-transformers.

    ``asker`` encodes the questions, with ``instruction`` before them; unless it is given, the model
    does that too. ``tuned`` are weights that it reads in place of its own, which live as long as it
    does.
    """

    def __init__(
        self,
        model: Any,
        *,
        name: str,
        checksum: str,
        instruction: str = "",
        asker: Any = None,
        tuned: Mapping[str, Any] | None = None,
    ) -> None:
        self._model = model
        self._asker = asker or model
        self._tuned = tuned
        self._instruction = instruction
        self.name = name
        self.checksum = checksum
        self.dimension = int(model.get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return _vectors(self._model, texts)

    def encode_question(self, question: str) -> Vectors:
        vector: Vectors = _vectors(self._asker, [self._instruction + question])[0]
        return vector


def _vectors(model: Any, texts: Sequence[str]) -> Vectors:
    return np.asarray(
        model.encode(list(texts), batch_size=8, normalize_embeddings=True, show_progress_bar=False),
        dtype=np.float32,
    )


class CrossReranker:
    """A ``Reranker`` by sentence-transformers' CrossEncoder. ``tuned`` are weights that the model
    reads in place of its own, which live as long as it does."""

    def __init__(self, model: Any, *, name: str, tuned: Mapping[str, Any] | None = None) -> None:
        self._model = model
        self._tuned = tuned
        self.name = name

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        from torch.nn import Identity

        if not texts:
            return np.zeros(0, dtype=np.float32)
        scores = self._model.predict(
            [(question, text) for text in texts],
            batch_size=8,
            activation_fn=Identity(),
            show_progress_bar=False,
        )
        return np.asarray(scores, dtype=np.float32)


def load_encoder(
    name: str = DEFAULT, *, folder: Path, tuned: Path | None = TUNED, threads: int = 0
) -> SentenceEncoder:
    """Load the embedding model: the pinned one, questions being encoded with the weights in the
    folder ``tuned`` (its own if None), or any sentence-transformers model by path or by the name
    under which it was downloaded before.

    ``folder`` is where own copies of the pinned models are looked for; ``threads`` 0 means one a
    core. Raises a ``ModelUnusable``.
    """
    _quiet()
    from sentence_transformers import SentenceTransformer

    if name != DEFAULT:
        path = locate_custom(name)
        with _explained(name, path):
            model = SentenceTransformer(str(path), **_CUSTOM)
        return SentenceEncoder(model, name=name, checksum=folder_digest(path))
    found = locate(ENCODER, folder=folder)
    weights = load_tuned(tuned / "encoder.npz") if tuned else {}
    with assembled(found) as path:
        return SentenceEncoder(
            _sentence_model(path, _onnx(threads)),
            name=ENCODER.name,
            checksum=ENCODER.checksum,
            instruction=QUESTION,
            asker=_sentence_model(path, _onnx(threads, weights)) if tuned else None,
            tuned=weights,
        )


def _sentence_model(path: Path, settings: dict[str, Any]) -> Any:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    transformer = Transformer(str(path), backend="onnx", max_seq_length=512, model_kwargs=settings)
    pooling = Pooling(transformer.get_embedding_dimension(), "cls")
    return SentenceTransformer(modules=[transformer, pooling, Normalize()], device="cpu")


def load_reranker(
    name: str = DEFAULT, *, folder: Path, tuned: Path | None = TUNED, threads: int = 0
) -> CrossReranker:
    """Load the cross-encoder: the pinned one with the weights in the folder ``tuned`` (its own if
    None), or any sentence-transformers one by path or name.

    Raises a ``ModelUnusable``.
    """
    _quiet()
    from sentence_transformers import CrossEncoder

    if name != DEFAULT:
        path = locate_custom(name)
        with _explained(name, path):
            model = CrossEncoder(str(path), **_CUSTOM)
        return CrossReranker(model, name=name)
    found: ModelFiles = locate(RERANKER, folder=folder)
    weights = load_tuned(tuned / "reranker.npz") if tuned else {}
    with assembled(found) as path:
        model = CrossEncoder(
            str(path),
            backend="onnx",
            num_labels=1,
            max_length=512,
            device="cpu",
            model_kwargs=_onnx(threads, weights),
        )
    return CrossReranker(model, name=RERANKER.name, tuned=weights)


def load_tuned(path: Path) -> dict[str, Any]:
    """The weights of a model's upper layers as tuned on development questions, by their names in
    its graph (``python -m eval.tune``): matrices in the whole numbers that it computes with, the
    rest as float32. All else in the pinned model stays as it is."""
    from onnxruntime import OrtValue

    with np.load(path, allow_pickle=False) as stored:
        return {name: OrtValue.ortvalue_from_numpy(_widened(stored[name])) for name in stored}


def _widened(weights: NDArray[Any]) -> NDArray[Any]:
    return weights if weights.dtype == np.int8 else weights.astype(np.float32)


def _onnx(threads: int, tuned: Mapping[str, Any] | None = None) -> dict[str, Any]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or os.cpu_count() or 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    for name, weights in (tuned or {}).items():
        options.add_initializer(name, weights)
    return {
        "file_name": "model.onnx",
        "export": False,
        "provider": "CPUExecutionProvider",
        "session_options": options,
    }


_CUSTOM: dict[str, Any] = {
    "device": "cpu",
    # Weights in the other format are pickled, and run code when loaded.
    "model_kwargs": {"use_safetensors": True},
    "local_files_only": True,
}


@contextmanager
def _explained(name: str, path: Path) -> Iterator[None]:
    from safetensors import SafetensorError

    try:
        yield
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise ModelUnusable(
            f"the model {name} cannot be loaded from {path} ({str(error).splitlines()[0]}): give a "
            f"sentence-transformers model with weights in safetensors"
        ) from error


def _quiet() -> None:
    for logger in ("sentence_transformers", "transformers", "optimum"):
        logging.getLogger(logger).setLevel(logging.ERROR)
