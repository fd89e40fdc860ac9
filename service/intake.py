"""Files → the library: found, read in a guarded process, indexed, each with its outcome."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from index.models import digest
from ingest.errors import EmptySource, HugeSource, SourceError, UnsupportedSource
from ingest.read import printable
from ingest.records import OnPage, Reading
from ingest.text import MARKDOWN_SUFFIXES, TEXT_SUFFIXES
from service.library import Library

SUFFIXES = TEXT_SUFFIXES | MARKDOWN_SUFFIXES | {".pdf"}
"""What is taken of a folder; a file named by itself is looked at whatever its name."""

_BATCH = 512
"""Passages after which what was read is written to the index, so that a long run that is stopped
keeps what it did."""

Stage = Literal["queued", "reading", "embedding", "ready", "known", "refused"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened to a file; ``done`` of ``total`` counts pages while it is read and
    sentences while they are embedded, ``detail`` says why it was refused."""

    name: str
    stage: Stage
    done: int = 0
    total: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: added, known already (``known``), or refused for a ``reason``."""

    name: str
    title: str = ""
    document_id: str = ""
    passages: int = 0
    known: bool = False
    reason: str = ""

    def sentence(self) -> str:
        """One line for the user."""
        if self.reason:
            return f"{self.name}: {self.reason}"
        if self.known:
            return f"{self.name}: in the index already as {self.document_id}"
        return f"{self.name}: {self.title} ({self.document_id}), {self.passages} passages"


OnEvent = Callable[[Event], None]


def _unheard(_: Event) -> None:
    """For those who don't listen."""


class Read(Protocol):
    """Reads one file, in a process of its own, and tells of its pages."""

    def __call__(self, path: Path, *, on_page: OnPage | None = None) -> Reading: ...


@dataclass(frozen=True, slots=True)
class Taker:
    """What takes files in: the library, a guarded reader, and the largest size in bytes."""

    library: Library
    read: Read
    max_bytes: int = 200_000_000


def take_in(paths: Iterable[Path], taker: Taker, *, on_event: OnEvent = _unheard) -> list[Outcome]:
    """Add files, and the files of folders, to the library.

    A file that cannot be read is an outcome with a reason; the others are still added. A file
    whose bytes or whose text the index has already is not added again.
    """
    files = list(_files(paths))
    for path in files:
        on_event(Event(printable(path.name), "queued"))
    shelf = _Shelf(taker.library, on_event)
    unknown = [path for path in files if _is_new(path, shelf, taker.max_bytes)]

    def read(path: Path) -> Reading | SourceError:
        name = printable(path.name)
        on_event(Event(name, "reading"))
        try:
            return taker.read(path, on_page=lambda n, of: on_event(Event(name, "reading", n, of)))
        except SourceError as error:
            return error

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for path, reading in zip(unknown, pool.map(read, unknown), strict=True):
            if isinstance(reading, SourceError):
                shelf.refuse(path, reading.reason)
            else:
                shelf.put(path, reading)
    shelf.flush()
    return shelf.outcomes


def _is_new(path: Path, shelf: "_Shelf", max_bytes: int) -> bool:
    try:
        return not shelf.has_file(path, checked(path, max_bytes))
    except SourceError as error:
        shelf.refuse(path, error.reason)
        return False


class _Shelf:
    """Gathers readings and hands them to the library batch by batch."""

    def __init__(self, library: Library, on_event: OnEvent) -> None:
        self._library = library
        self._on_event = on_event
        self._waiting: list[tuple[Path, Reading]] = []
        self._by_bytes = {d.sha256: d.id for d in library.documents}
        self._by_text = {_text(library.passages(d.id)): d.id for d in library.documents}
        self.outcomes: list[Outcome] = []

    def has_file(self, path: Path, sha256: str) -> bool:
        return self._known(path, self._by_bytes.get(sha256))

    def put(self, path: Path, reading: Reading) -> None:
        text = _text(reading.passages)
        if self._known(path, self._by_text.get(text)):
            return
        document = reading.document
        self._by_bytes[document.sha256] = self._by_text[text] = document.id
        self._waiting.append((path, reading))
        if sum(len(r.passages) for _, r in self._waiting) >= _BATCH:
            self.flush()

    def refuse(self, path: Path, reason: str) -> None:
        self.outcomes.append(Outcome(printable(path.name), reason=reason))
        self._on_event(Event(printable(path.name), "refused", detail=reason))

    def flush(self) -> None:
        if not self._waiting:
            return
        for path, reading in self._waiting:
            self._library.store.keep_file(path, reading.document.sha256)
        self._library.add([reading for _, reading in self._waiting], progress=self._embedded())
        for path, reading in self._waiting:
            document, count = reading.document, len(reading.passages)
            self.outcomes.append(Outcome(printable(path.name), document.title, document.id, count))
            self._on_event(Event(printable(path.name), "ready", count, count))
        self._waiting.clear()

    def _embedded(self) -> Callable[[int, int], None]:
        names = ", ".join(printable(path.name) for path, _ in self._waiting)
        done = 0

        def progress(count: int, total: int) -> None:
            nonlocal done
            done += count
            self._on_event(Event(names, "embedding", done, total))

        return progress

    def _known(self, path: Path, document_id: str | None) -> bool:
        if document_id is None:
            return False
        self.outcomes.append(Outcome(printable(path.name), document_id=document_id, known=True))
        self._on_event(Event(printable(path.name), "known"))
        return True


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """Each file, of a folder those of ours that are not hidden; a folder without any stands for
    itself, to be refused by name."""
    for path in paths:
        inside = sorted(
            p
            for p in (path.rglob("*") if os.path.isdir(path) else ())
            if p.is_file()
            and p.suffix.lower() in SUFFIXES
            and not any(part.startswith(".") for part in p.relative_to(path).parts)
        )
        yield from inside or [path]


def checked(path: Path, max_bytes: int) -> str:
    """The SHA-256 of a file that can be opened and is neither empty nor larger than
    ``max_bytes``; raises a SourceError."""
    # Unlike Path's methods, those of os.path raise nothing for a path that the system refuses.
    if os.path.isdir(path):
        raise UnsupportedSource(
            path.name or str(path), "the folder holds no PDF, text or Markdown file: name another"
        )
    if not os.path.isfile(path):
        raise UnsupportedSource(path.name, "there is no such file: check the path")
    size = path.stat().st_size
    if size == 0:
        raise EmptySource(path.name, "the file is empty: export or download it again")
    if size > max_bytes:
        raise HugeSource(
            path.name,
            f"the file has {size / 1e6:.0f} MB, at most {max_bytes / 1e6:.0f} MB are read: split "
            f"it, or raise REPORTQA_MAX_MEGABYTES",
        )
    try:
        return digest(path)
    except OSError as error:
        raise UnsupportedSource(path.name, f"the file cannot be opened ({error})") from error


def _text(passages: Sequence[object]) -> int:
    return hash(tuple(getattr(passage, "text", "") for passage in passages))
