"""reportqa as it is served: each file read in a child process, the index on disk."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from index.encoder import load_encoder, load_reranker
from index.store import Store
from service.assembly import make_reader
from service.intake import Taker, take_in
from service.library import Library
from service.settings import Settings


class Reportqa:
    def __init__(self, models: Path, reranked: bool) -> None:
        settings = Settings(models=models)
        self._encoder = load_encoder(folder=settings.models)
        self._reranker = load_reranker(folder=settings.models) if reranked else None
        self._reader = make_reader(settings)
        self._read = self._reader.__enter__()
        self._home = tempfile.TemporaryDirectory(prefix="bench-")
        self._use(Path(self._home.name) / "index")

    def ingest(self, file: Path) -> None:
        shutil.rmtree(self._library.store.folder, ignore_errors=True)
        self._use(self._library.store.folder)
        (outcome,) = take_in([file], Taker(self._library, self._read))
        if outcome.reason:
            raise RuntimeError(outcome.sentence())
        self._library.view()

    def ask(self, question: str, k: int) -> list[dict[str, Any]]:
        found = self._library.ask(question, top_k=k).citations
        return [
            {
                "text": c.passage.text,
                "section": list(c.passage.section),
                "marked": " ".join(c.passage.text[a:b] for a, b in c.marked),
            }
            for c in found
        ]

    def save(self, folder: Path) -> None:
        shutil.copytree(self._library.store.folder, folder, dirs_exist_ok=True)

    def restore(self, folder: Path) -> None:
        self._use(folder)

    def _use(self, folder: Path) -> None:
        self._library = Library(Store(folder), self._encoder, self._reranker)


def make(models: Path, reranked: bool) -> Reportqa:
    return Reportqa(models, reranked)
