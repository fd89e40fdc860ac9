"""Text → vectors, and pairs of question and text → relevance: the only file that imports
sentence-transformers, which it does when a model is first loaded."""

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.models import ENCODER, RERANKER, ModelFiles, assembled, folder_digest, locate
from ingest.errors import MissingModel

Vectors = NDArray[np.float32]

DEFAULT = "default"
"""The setting's value that means the model pinned in ``index.models``."""


class Encoder(Protocol):
    """Turns texts into unit vectors whose inner product is their similarity (-1 to 1)."""

    name: str
    checksum: str
    dimension: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Passages → (n, dimension) float32, unit norm."""

    def encode_question(self, question: str) -> Vectors:
        """A question → (dimension,) float32, unit norm."""

    def count_tokens(self, text: str) -> int:
        """How many tokens the model makes of a text, without its special ones."""


class Reranker(Protocol):
    """Reads a question and a text together (a cross-encoder)."""

    name: str

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Relevance of each text as a logit, higher is better: (n,) float32, about -12 to 12."""


class SentenceEncoder:
    """An ``Encoder`` by sentence-transformers.

    ``instruction`` is put before a question, as the model was trained (Xiao et al. 2023,
    "C-Pack", for bge).
    """

    def __init__(self, model: Any, *, name: str, checksum: str, instruction: str = "") -> None:
        self._model = model
        self._instruction = instruction
        self.name = name
        self.checksum = checksum
        self.dimension = int(model.get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.asarray(
            self._model.encode(
                list(texts), batch_size=8, normalize_embeddings=True, show_progress_bar=False
            ),
            dtype=np.float32,
        )

    def encode_question(self, question: str) -> Vectors:
        vector: Vectors = self.encode([self._instruction + question])[0]
        return vector

    def count_tokens(self, text: str) -> int:
        return len(self._model.tokenizer.backend_tokenizer.encode(text, add_special_tokens=False))


class CrossReranker:
    """A ``Reranker`` by sentence-transformers' CrossEncoder."""

    def __init__(self, model: Any, *, name: str) -> None:
        self._model = model
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


def load_encoder(name: str = DEFAULT, *, folder: Path, threads: int = 0) -> SentenceEncoder:
    """Load the embedding model: the pinned one, or any sentence-transformers model by path or by
    the name under which it was downloaded before.

    ``folder`` is where own copies of the pinned models are looked for; ``threads`` 0 means one a
    core. Raises ``MissingModel`` or ``ChangedModel``.
    """
    _quiet()
    from sentence_transformers import (  # type: ignore[attr-defined]
        SentenceTransformer,
        models,
    )

    if name != DEFAULT:
        path = _custom(name)
        model = SentenceTransformer(
            str(path), device="cpu", model_kwargs={"use_safetensors": True}, local_files_only=True
        )
        return SentenceEncoder(model, name=name, checksum=folder_digest(path))
    found = locate(ENCODER, folder=folder)
    with assembled(found) as path:
        transformer = models.Transformer(
            str(path), backend="onnx", max_seq_length=512, model_kwargs=_onnx(threads)
        )
        pooling = models.Pooling(transformer.get_embedding_dimension(), "cls")
        model = SentenceTransformer(
            modules=[transformer, pooling, models.Normalize()], device="cpu"
        )
    return SentenceEncoder(
        model,
        name=ENCODER.name,
        checksum=ENCODER.checksum,
        instruction="Represent this sentence for searching relevant passages: ",
    )


def load_reranker(name: str = DEFAULT, *, folder: Path, threads: int = 0) -> CrossReranker:
    """Load the cross-encoder: the pinned one, or any sentence-transformers one by path or name.

    Raises ``MissingModel`` or ``ChangedModel``.
    """
    _quiet()
    from sentence_transformers import CrossEncoder

    if name != DEFAULT:
        path = _custom(name)
        model = CrossEncoder(
            str(path), device="cpu", model_kwargs={"use_safetensors": True}, local_files_only=True
        )
        return CrossReranker(model, name=name)
    found: ModelFiles = locate(RERANKER, folder=folder)
    with assembled(found) as path:
        model = CrossEncoder(
            str(path),
            backend="onnx",
            num_labels=1,
            max_length=512,
            device="cpu",
            model_kwargs=_onnx(threads),
        )
    return CrossReranker(model, name=RERANKER.name)


def _onnx(threads: int) -> dict[str, object]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or os.cpu_count() or 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return {
        "file_name": "model.onnx",
        "export": False,
        "provider": "CPUExecutionProvider",
        "session_options": options,
    }


def _custom(name: str) -> Path:
    path = Path(name)
    if path.is_dir():
        return path
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError) as error:
        raise MissingModel(
            f"the model {name} is neither a folder nor among the models downloaded to this "
            f"machine: give a folder, or run 'reportqa models fetch {name}'"
        ) from error


def _quiet() -> None:
    for logger in ("sentence_transformers", "transformers", "optimum"):
        logging.getLogger(logger).setLevel(logging.ERROR)
