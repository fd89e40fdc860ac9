"""Reading files in child processes: what the service and the command line read with."""

from pathlib import Path
from queue import Empty, SimpleQueue

from index.tokens import token_counter
from ingest.isolate import Isolated, Limits
from ingest.read import read
from ingest.records import OnPage, Reading


def read_counted(
    path: Path, *, models: Path, passage_tokens: int, on_page: OnPage | None = None
) -> Reading:
    """Read a file, passages measured in the default encoder's tokens; runs in the child."""
    count_tokens = token_counter(folder=models)
    return read(path, count_tokens=count_tokens, passage_tokens=passage_tokens, on_page=on_page)


class GuardedReader:
    """Reads files, as many at once as threads call it, each in a child process; a child that is
    free reads the next file.

    Calling it returns the Reading or raises a SourceError; ``close`` ends the children.
    """

    def __init__(self, *, models: Path, passage_tokens: int, limits: Limits) -> None:
        self._options = {"models": models.resolve(), "passage_tokens": passage_tokens}
        self._limits = limits
        self._free: SimpleQueue[Isolated] = SimpleQueue()

    def __call__(self, path: Path, *, on_page: OnPage | None = None) -> Reading:
        try:
            child = self._free.get_nowait()
        except Empty:
            child = Isolated(self._limits)
        try:
            return child.read(read_counted, path, on_page=on_page, **self._options)
        finally:
            self._free.put(child)

    def __enter__(self) -> "GuardedReader":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child processes; no file may be being read."""
        while not self._free.empty():
            self._free.get().close()
