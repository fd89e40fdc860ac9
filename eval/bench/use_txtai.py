"""txtai as in its examples: text cut into paragraphs by its own pipeline, an embeddings database
with content."""

from pathlib import Path
from typing import Any

from txtai import Embeddings
from txtai.pipeline import Segmentation
from worker import ENCODER, ONNX, QUESTION_PREFIX


class Txtai:
    def __init__(self, models: Path) -> None:
        self._embeddings = Embeddings(
            path=str(models / ENCODER),
            method="sentence-transformers",
            vectors={"backend": "onnx", "model_kwargs": ONNX},
            instructions={"query": QUESTION_PREFIX, "data": ""},
            content=True,
        )
        self._segment = Segmentation(paragraphs=True)

    def ingest(self, file: Path) -> None:
        self._embeddings.index(self._segment(file.read_text(encoding="utf-8")))

    def ask(self, question: str, k: int) -> list[dict[str, Any]]:
        return [{"text": row["text"]} for row in self._embeddings.search(question, k)]

    def save(self, folder: Path) -> None:
        self._embeddings.save(str(folder))

    def restore(self, folder: Path) -> None:
        self._embeddings.load(str(folder))


def make(models: Path, _: bool) -> Txtai:
    return Txtai(models)
