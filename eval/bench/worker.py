"""A tool in a process and an environment of its own, spoken to in lines of JSON.

    python worker.py MODULE --models DIR [--reranked]

MODULE is one of the files ``use_*.py`` beside this one. Run by ``eval.bench``; imports nothing of
the project, which the other tools' environments don't have.

A request is one line, ``{"do": "ask", "question": "…", "k": 5}``; so is its answer, ``{"seconds":
0.01, "passages": [{"text": "…"}]}``, or ``{"error": "…"}``. What a tool prints goes to the error
stream.
"""

import argparse
import importlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

QUESTION_PREFIX = "Represent this sentence for searching relevant passages: "
"""What bge's model card puts before a question, for every tool alike."""
ENCODER, RERANKER = "bge-small-en-v1.5", "ms-marco-MiniLM-L-12-v2"
"""Folders of the model files, laid out as sentence-transformers reads them."""
ONNX = {"file_name": "model.onnx", "export": False, "provider": "CPUExecutionProvider"}


class Tool(Protocol):
    """One of the tools compared."""

    def ingest(self, file: Path) -> None:
        """Make a new index of one text file, in place of what there was."""

    def ask(self, question: str, k: int) -> list[dict[str, Any]]:
        """The first k passages, best first: ``text``, ``section`` where the tool knows it, and
        ``marked``, the words marked in the text, "" for none, where the tool marks any."""

    def save(self, folder: Path) -> None:
        """Keep the index."""

    def restore(self, folder: Path) -> None:
        """Load an index that was kept."""


def answered(tool: Tool, request: dict[str, Any]) -> dict[str, Any]:
    """Do what a request says; the seconds are those of the tool alone."""
    do, found = request["do"], dict[str, Any]()
    start = perf_counter()
    if do == "ask":
        found["passages"] = tool.ask(request["question"], request["k"])
    elif do == "ingest":
        tool.ingest(Path(request["file"]))
    elif do == "save":
        tool.save(Path(request["folder"]))
    elif do == "restore":
        tool.restore(Path(request["folder"]))
    found["seconds"] = perf_counter() - start
    return found


def requests() -> Iterator[dict[str, Any]]:
    for line in sys.stdin:
        yield json.loads(line)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("module")
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--reranked", action="store_true")
    options = parser.parse_args()
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    tool = importlib.import_module(options.module).make(options.models, options.reranked)
    for request in requests():
        try:
            answer = answered(tool, request)
        except Exception as error:  # noqa: BLE001 (told to the one who asked)
            answer = {"error": f"{type(error).__name__}: {error}"}
        out.write(json.dumps(answer) + "\n")
        out.flush()
    sys.stdout.flush()


if __name__ == "__main__":
    main()
