"""Haystack as in its tutorial "Creating a Hybrid Retrieval Pipeline", each part at its defaults:
200 words a passage, the first ten by vector and by BM25, joined by reciprocal rank fusion; or read
by the cross-encoder."""

from pathlib import Path
from typing import Any

from haystack import Pipeline
from haystack.components.converters import TextFileToDocument
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from haystack_integrations.components.rankers.sentence_transformers import (
    SentenceTransformersSimilarityRanker,
)
from worker import ENCODER, ONNX, QUESTION_PREFIX, RERANKER


class Haystack:
    def __init__(self, models: Path, reranked: bool) -> None:
        encoder: dict[str, Any] = {
            "model": str(models / ENCODER),
            "backend": "onnx",
            "model_kwargs": dict(ONNX),
            "progress_bar": False,
        }
        self._documents = SentenceTransformersDocumentEmbedder(**encoder)
        self._question = SentenceTransformersTextEmbedder(**encoder, prefix=QUESTION_PREFIX)
        self._ranker = None
        if reranked:
            self._ranker = SentenceTransformersSimilarityRanker(
                model=str(models / RERANKER), backend="onnx", model_kwargs=dict(ONNX)
            )
        self._asking = Pipeline()

    def ingest(self, file: Path) -> None:
        store = InMemoryDocumentStore()
        pipeline = Pipeline()
        pipeline.add_component("converter", TextFileToDocument())
        pipeline.add_component("splitter", DocumentSplitter())
        pipeline.add_component("embedder", _fresh(self._documents))
        pipeline.add_component("writer", DocumentWriter(store))
        pipeline.connect("converter", "splitter")
        pipeline.connect("splitter", "embedder")
        pipeline.connect("embedder", "writer")
        pipeline.run({"converter": {"sources": [file]}})
        self._use(store)

    def ask(self, question: str, k: int) -> list[dict[str, Any]]:
        asked = {"text_embedder": {"text": question}, "bm25": {"query": question}}
        if self._ranker is not None:
            asked["ranker"] = {"query": question}
        found = self._asking.run(asked)["ranker" if self._ranker is not None else "joiner"]
        return [{"text": document.content} for document in found["documents"][:k]]

    def save(self, folder: Path) -> None:
        self._store.save_to_disk(str(folder / "store.json"))

    def restore(self, folder: Path) -> None:
        self._use(InMemoryDocumentStore.load_from_disk(str(folder / "store.json")))

    def _use(self, store: InMemoryDocumentStore) -> None:
        self._store = store
        asking = Pipeline()
        asking.add_component("text_embedder", _fresh(self._question))
        asking.add_component("vectors", InMemoryEmbeddingRetriever(store))
        asking.add_component("bm25", InMemoryBM25Retriever(store))
        mode = "concatenate" if self._ranker is not None else "reciprocal_rank_fusion"
        asking.add_component("joiner", DocumentJoiner(join_mode=mode))
        asking.connect("text_embedder.embedding", "vectors.query_embedding")
        asking.connect("vectors", "joiner")
        asking.connect("bm25", "joiner")
        if self._ranker is not None:
            asking.add_component("ranker", _fresh(self._ranker))
            asking.connect("joiner", "ranker")
        asking.warm_up()
        self._asking = asking


def _fresh(component: Any) -> Any:
    """A component as if no pipeline had it: it may be part of one only."""
    component.__haystack_added_to_pipeline__ = None
    return component


def make(models: Path, reranked: bool) -> Haystack:
    return Haystack(models, reranked)
