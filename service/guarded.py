"""Reading files in child processes: what the service and the command line read with."""

import threading
from pathlib import Path

from index.tokens import token_counter
from ingest.isolate import Isolated, Limits
from ingest.read import read
from ingest.records import Reading


def read_counted(path: Path, *, models: Path, passage_tokens: int) -> Reading:
    """Read a file, passages measured in the default encoder's tokens; runs in the child."""
    return read(path, count_tokens=token_counter(folder=models), passage_tokens=passage_tokens)


class GuardedReader:
    """Reads files, each thread with a child process of its own, started when first needed.

    Calling it returns the Reading or raises a SourceError; ``close`` ends the children.
    """

    def __init__(self, *, models: Path, passage_tokens: int, limits: Limits) -> None:
        self._options = {"models": models.resolve(), "passage_tokens": passage_tokens}
        self._limits = limits
        self._own = threading.local()
        self._children: list[Isolated] = []

    def __call__(self, path: Path) -> Reading:
        child: Isolated | None = getattr(self._own, "child", None)
        if child is None:
            child = self._own.child = Isolated(self._limits)
            self._children.append(child)
        return child.read(read_counted, path, **self._options)

    def __enter__(self) -> "GuardedReader":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child processes."""
        for child in self._children:
            child.close()
