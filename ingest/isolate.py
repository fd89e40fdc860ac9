"""Reading in a child process with limits, so that no file can stop the one that reads it.

One child reads many files, one after another. A file that goes over a limit takes its child with
it; the next file gets a new one. As a module (``python -m ingest.isolate``) this is the child.
"""

import importlib
import math
import os
import pickle
import resource
import selectors
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeVar

from ingest.errors import BrokenSource, HostileSource, SourceError

T = TypeVar("T")
_HEADER = struct.Struct("!Q")
_GRACE = 5
"""Seconds after the limit when a child whose parent is gone ends itself."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take: ``seconds`` by the clock, bytes of ``memory`` (address
    space, the interpreter included) and bytes of ``output`` handed back."""

    seconds: float = 120.0
    memory: int = 2_000_000_000
    output: int = 100_000_000


class Isolated:
    """A child process that reads files; use as a context manager, from one thread at a time.

    >>> with Isolated() as child:
    ...     source = child.read(read_pdf, Path("report.pdf"), ocr=False)
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The child's process id, None while there is none."""
        return None if self._child is None else self._child.pid

    def read(self, reader: Callable[..., T], path: Path, **options: Any) -> T:
        """What ``reader(path, **options)`` returns; ``reader`` is a function of a module.

        Raises the SourceErrors that it raises, HostileSource where it goes over a limit, and
        BrokenSource where it fails in any other way. The child is ready for the next file.
        """
        child = self._started()
        assert child.stdin is not None
        request = pickle.dumps((reader.__module__, reader.__qualname__, path, options))
        deadline = time.monotonic() + self.limits.seconds
        try:
            child.stdin.write(_HEADER.pack(len(request)) + request)
            child.stdin.flush()
            (size,) = _HEADER.unpack(self._receive(_HEADER.size, deadline, path))
            if size > self.limits.output:
                raise HostileSource(path.name, self._over_output())
            verdict, value = pickle.loads(self._receive(size, deadline, path))
        except BrokenPipeError as error:
            raise self._died(path) from error
        except HostileSource:
            self.close()
            raise
        if verdict == "read":
            return value  # type: ignore[no-any-return]
        if verdict == "refused":
            kind, reason = value
            raise kind(path.name, reason)
        if verdict == "output":
            raise HostileSource(path.name, self._over_output())
        self.close()
        if verdict == "memory":
            raise HostileSource(path.name, self._over_memory())
        raise BrokenSource(path.name, f"it cannot be read: {value}")

    def close(self) -> None:
        """End the child and all that it started."""
        child, self._child = self._child, None
        if child is None:
            return
        if child.poll() is None:
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except BrokenPipeError:
                # What was not sent is of no use to a child that is gone.
                continue

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self.close()
        limits = self.limits
        self._child = subprocess.Popen(
            [
                sys.executable, "-m", "ingest.isolate",
                str(math.ceil(limits.seconds)), str(limits.memory), str(limits.output),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                # Text recognition is slower with more threads than there are cores for it.
                "OMP_THREAD_LIMIT": "1",
            },
            start_new_session=True,
        )  # fmt: skip
        return self._child

    def _receive(self, size: int, deadline: float, path: Path) -> bytes:
        assert self._child is not None
        assert self._child.stdout is not None
        pipe = self._child.stdout.fileno()
        parts: list[bytes] = []
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while size:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise HostileSource(
                        path.name,
                        f"reading it takes longer than {self.limits.seconds:g} seconds; "
                        "split it, or save it anew from the program that made it",
                    )
                part = os.read(pipe, min(size, 1 << 20))
                if not part:
                    raise self._died(path)
                parts.append(part)
                size -= len(part)
        return b"".join(parts)

    def _died(self, path: Path) -> SourceError:
        assert self._child is not None
        code = self._child.wait()
        self.close()
        if code in (-signal.SIGKILL, -signal.SIGXCPU, -signal.SIGALRM):
            return HostileSource(path.name, "reading it was ended by a limit of the system")
        return BrokenSource(
            path.name, f"reading it ended the reader (exit code {code}); save the file anew"
        )

    def _over_output(self) -> str:
        return f"it holds more than {self.limits.output / 1e6:,.0f} MB of text; split it"

    def _over_memory(self) -> str:
        return (
            f"reading it needs more than {self.limits.memory / 1e9:.1f} GB of memory; split it, "
            "or save it anew from the program that made it"
        )


# The child


def _serve(seconds: int, memory: int, output: int) -> None:
    requests = sys.stdin.buffer
    # What a library prints must not end up among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    if sys.platform == "linux":
        # Other systems accept the limit and don't keep to it.
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def crash(kind: type[BaseException], error: BaseException, _trace: Any) -> None:
        _send(answers, ("crashed", f"{kind.__name__}: {' '.join(str(error).split())[:200]}"))

    sys.excepthook = crash
    while header := requests.read(_HEADER.size):
        module, name, path, options = pickle.loads(requests.read(_HEADER.unpack(header)[0]))
        signal.alarm(seconds + _GRACE)
        reader = getattr(importlib.import_module(module), name)
        try:
            answer = pickle.dumps(("read", reader(path, **options)))
        except SourceError as error:
            answer = pickle.dumps(("refused", (type(error), error.reason)))
        except MemoryError:
            answer = pickle.dumps(("memory", None))
        if len(answer) > output:
            answer = pickle.dumps(("output", None))
        signal.alarm(0)
        _send_bytes(answers, answer)


def _send(answers: BinaryIO, value: Any) -> None:
    _send_bytes(answers, pickle.dumps(value))


def _send_bytes(answers: BinaryIO, data: bytes) -> None:
    answers.write(_HEADER.pack(len(data)) + data)
    answers.flush()


if __name__ == "__main__":
    _serve(*map(int, sys.argv[1:]))
