"""LlamaIndex as in its starter tutorial with a local model: sentences up to 1,024 tokens that
overlap by 200, the simple vector store. The embedding model reads the first 512 tokens of each."""

from pathlib import Path
from typing import Any

from llama_index.core import (
    SimpleDirectoryReader,
    StorageContext,
    VectorStoreIndex,
    load_index_from_storage,
)
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from worker import ENCODER, ONNX, QUESTION_PREFIX


class LlamaIndex:
    def __init__(self, models: Path) -> None:
        self._embedding = HuggingFaceEmbedding(
            model_name=str(models / ENCODER),
            query_instruction=QUESTION_PREFIX,
            device="cpu",
            backend="onnx",
            model_kwargs=ONNX,
        )

    def ingest(self, file: Path) -> None:
        documents = SimpleDirectoryReader(input_files=[file]).load_data()
        self._index = VectorStoreIndex.from_documents(documents, embed_model=self._embedding)

    def ask(self, question: str, k: int) -> list[dict[str, Any]]:
        found = self._index.as_retriever(similarity_top_k=k).retrieve(question)
        return [{"text": node.get_content()} for node in found]

    def save(self, folder: Path) -> None:
        self._index.storage_context.persist(str(folder))

    def restore(self, folder: Path) -> None:
        context = StorageContext.from_defaults(persist_dir=str(folder))
        self._index = load_index_from_storage(context, embed_model=self._embedding)


def make(models: Path, _: bool) -> LlamaIndex:
    return LlamaIndex(models)
