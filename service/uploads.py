"""Changes to the library that take their time, done one after another, each with its progress."""

import asyncio
import re
import shutil
import tempfile
import unicodedata
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import BinaryIO, Literal

from fastapi import Request

from ingest.errors import NotFound, ReportError
from ingest.records import Document, Reading
from service.intake import Event, Stage, Taker, take_in

_KEPT = 200
"""Tasks remembered."""
_UNDONE = 20
"""Removals that can be undone: their files are kept until then."""
_LONGEST_NAME = 120
_STREAM_SECONDS = 15.0
_LOOK_SECONDS = 0.2

_FINISHED = ("ready", "known", "refused")

Deed = Literal["add", "read again", "rename", "put back"]


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done, or done, to a report; ``done`` of ``total`` as in ``Event``.

    ``sentence`` says how far it is, for the user; ``document_id`` is known when it is ready.
    """

    id: int
    deed: Deed
    name: str
    stage: Stage = "queued"
    done: int = 0
    total: int = 0
    detail: str = ""
    document_id: str = ""
    sentence: str = "Waiting"

    @property
    def finished(self) -> bool:
        return self.stage in _FINISHED


@dataclass(frozen=True, slots=True)
class Removed:
    """A report taken out, and the copy of its file, which may not be there."""

    reading: Reading
    file: Path


class Queue:
    """Does one task at a time in a thread of its own; a removal is done at once."""

    def __init__(self, taker: Taker) -> None:
        self._taker = taker
        self._library = taker.library
        self._lock = Lock()
        self._tasks: OrderedDict[int, Task] = OrderedDict()
        self._removed: OrderedDict[str, Removed] = OrderedDict()
        self._bin = tempfile.TemporaryDirectory(prefix="reportqa-")
        self._count = 0
        self._version = 0
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="queue")

    def close(self) -> None:
        """Finish the task at hand, forget the others and what was removed."""
        self._worker.shutdown(wait=True, cancel_futures=True)
        self._bin.cleanup()

    def add(self, name: str, content: BinaryIO) -> Task:
        """Queue a file to be read and added; its content is copied before this returns."""
        folder = Path(tempfile.mkdtemp(prefix="reportqa-"))
        path = folder / name
        with path.open("wb") as file:
            shutil.copyfileobj(content, file)

        def work(tell: Callable[[Event], None]) -> str:
            try:
                outcome = take_in([path], self._taker, on_event=tell)[0]
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            return outcome.document_id

        return self._queue("add", name, work)

    def read_again(self, document_id: str) -> Task:
        """Queue a report to be read anew from its kept file; a title given by hand stays.

        Raises ``NotFound`` for an unknown report, or one whose file is gone.
        """
        old = self._library.document(document_id)
        original = self._library.original(old)

        def work(tell: Callable[[Event], None]) -> str:
            tell(Event(old.name, "reading"))
            with _named_copy(original, old.name) as path:
                reading = self._taker.read(
                    path, on_page=lambda n, of: tell(Event(old.name, "reading", n, of))
                )
            new = reading.document
            if new.id == old.id:
                reading = replace(reading, document=replace(new, title=old.title))
            self._put(reading, tell)
            if new.id != old.id:
                self._library.remove([old.id])
            return new.id

        return self._queue("read again", old.title, work)

    def rename(self, document_id: str, title: str) -> Task:
        """Queue another title for a report; raises ``NotFound``."""
        old = self._library.document(document_id)

        def work(tell: Callable[[Event], None]) -> str:
            tell(Event(old.name, "embedding"))
            self._library.store.rename(document_id, title, self._library.encoder)
            return document_id

        return self._queue("rename", title, work)

    def remove(self, document_id: str) -> None:
        """Take a report out now; it can be put back while it is among the last removed.

        Raises ``NotFound``.
        """
        document = self._library.document(document_id)
        reading = Reading(document, self._library.passages(document_id))
        file = Path(self._bin.name) / document.sha256
        # The file of a report may be gone; its text can be put back all the same.
        with suppress(NotFound):
            shutil.copyfile(self._library.original(document), file)
        self._library.remove([document_id])
        with self._lock:
            self._removed[document_id] = Removed(reading, file)
            for task in self._tasks.values():
                if task.document_id == document_id:
                    self._tasks[task.id] = replace(task, document_id="")
            while len(self._removed) > _UNDONE:
                self._removed.popitem(last=False)[1].file.unlink(missing_ok=True)

    def removed(self, document_id: str) -> Document | None:
        """A report that can be put back, or None."""
        with self._lock:
            found = self._removed.get(document_id)
        return found.reading.document if found else None

    def put_back(self, document_id: str) -> Task:
        """Queue a removed report to be added again; raises ``NotFound``."""
        with self._lock:
            found = self._removed.pop(document_id, None)
        if found is None:
            raise NotFound("this report can no longer be put back: add its file again")
        document = found.reading.document

        def work(tell: Callable[[Event], None]) -> str:
            if found.file.is_file():
                self._library.store.keep_file(found.file, document.sha256)
                found.file.unlink()
            self._put(found.reading, tell)
            return document_id

        return self._queue("put back", document.title, work)

    def tasks(self) -> list[Task]:
        """All tasks remembered, the newest last."""
        with self._lock:
            return list(self._tasks.values())

    def forget_finished(self) -> None:
        """Clear the list of what is done."""
        with self._lock:
            for task in list(self._tasks.values()):
                if task.finished:
                    del self._tasks[task.id]
            self._version += 1

    def idle(self) -> bool:
        """Whether nothing is left to do."""
        return all(task.finished for task in self.tasks())

    async def changes(self) -> AsyncIterator[list[Task]]:
        """The tasks, at once and whenever they change, until all are done or a quarter of a
        minute has passed, so that no stream keeps the service from stopping."""
        seen, end = -1, monotonic() + _STREAM_SECONDS
        while monotonic() < end:
            if seen != self._version:
                seen, tasks = self._version, self.tasks()
                yield tasks
                if all(task.finished for task in tasks):
                    return
            await asyncio.sleep(_LOOK_SECONDS)

    def _put(self, reading: Reading, tell: Callable[[Event], None]) -> None:
        name, done = reading.document.name, 0

        def progress(count: int, total: int) -> None:
            nonlocal done
            done += count
            tell(Event(name, "embedding", done, total))

        self._library.add([reading], progress=progress)

    def _queue(self, deed: Deed, name: str, work: Callable[[Callable[[Event], None]], str]) -> Task:
        with self._lock:
            self._count += 1
            task = Task(self._count, deed, name)
            self._tasks[task.id] = task
            finished = [t.id for t in self._tasks.values() if t.finished]
            for old in finished[: max(0, len(self._tasks) - _KEPT)]:
                del self._tasks[old]
            self._version += 1
        self._worker.submit(self._run, task.id, work)
        return task

    def _run(self, task_id: int, work: Callable[[Callable[[Event], None]], str]) -> None:
        last, document_id = Event("", "ready"), ""

        def tell(event: Event) -> None:
            nonlocal last
            # A task is done when its work has returned, not before.
            if event.stage in _FINISHED:
                last = event
            else:
                self._show(task_id, event)

        try:
            document_id = work(tell)
        except ReportError as error:
            last = Event("", "refused", detail=str(error))
        except OSError as error:
            last = Event("", "refused", detail=f"the disk refused it ({error.strerror})")
        self._show(task_id, last, document_id)

    def _show(self, task_id: int, event: Event, document_id: str = "") -> None:
        with self._lock:
            if task_id in self._tasks:
                self._tasks[task_id] = replace(
                    self._tasks[task_id],
                    stage=event.stage,
                    done=event.done,
                    total=event.total,
                    detail=event.detail,
                    sentence=sentence(event),
                    document_id=document_id,
                )
                self._version += 1


def sentence(event: Event) -> str:
    """How far a task is, in words."""
    count = f"{event.done} of {event.total}"
    return {
        "queued": "Waiting",
        "reading": f"Reading page {count}" if event.total else "Reading",
        "embedding": f"Embedding {count}" if event.total else "Embedding",
        "ready": "Ready",
        "known": "In the library already",
        "refused": f"Refused: {event.detail}",
    }[event.stage]


def safe_name(name: str) -> str:
    """The last part of a file's name as sent, without what a file system or a terminal would
    take for more than a name: ``"../a\\tb.pdf"`` → ``"a b.pdf"``."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    printable = "".join(char if char.isprintable() else " " for char in last)
    plain = " ".join(printable.split()).lstrip(".")
    stem, dot, suffix = plain.rpartition(".")
    if dot and len(suffix) <= 10:
        return f"{stem[: _LONGEST_NAME - len(suffix)] or 'report'}.{suffix}"
    return plain[:_LONGEST_NAME] or "report"


def queue_of(request: Request) -> Queue:
    """The application's queue."""
    queue: Queue = request.app.state.queue
    return queue


@contextmanager
def _named_copy(path: Path, name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="reportqa-") as folder:
        copy = Path(folder) / safe_name(name)
        shutil.copyfile(path, copy)
        yield copy
