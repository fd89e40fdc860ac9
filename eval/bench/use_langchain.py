"""LangChain as in its tutorial "Build a semantic search engine": windows of 1,000 characters that
overlap by 200, a vector store in memory."""

from pathlib import Path
from typing import Any

from langchain_core.documents import Document
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
from worker import ENCODER, ONNX, QUESTION_PREFIX


class LangChain:
    def __init__(self, models: Path) -> None:
        self._embeddings = HuggingFaceEmbeddings(
            model_name=str(models / ENCODER),
            model_kwargs={"backend": "onnx", "device": "cpu", "model_kwargs": ONNX},
            query_encode_kwargs={"prompt": QUESTION_PREFIX},
        )

    def ingest(self, file: Path) -> None:
        splitter = RecursiveCharacterTextSplitter(
            chunk_size=1000, chunk_overlap=200, add_start_index=True
        )
        documents = [Document(file.read_text(encoding="utf-8"), metadata={"source": file.name})]
        self._store = InMemoryVectorStore(self._embeddings)
        self._store.add_documents(splitter.split_documents(documents))

    def ask(self, question: str, k: int) -> list[dict[str, Any]]:
        return [{"text": d.page_content} for d in self._store.similarity_search(question, k=k)]

    def save(self, folder: Path) -> None:
        self._store.dump(str(folder / "store.json"))

    def restore(self, folder: Path) -> None:
        self._store = InMemoryVectorStore.load(str(folder / "store.json"), self._embeddings)


def make(models: Path, _: bool) -> LangChain:
    return LangChain(models)
