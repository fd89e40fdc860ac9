"""Reading in a child process with limits, so that no file can stop the one that reads it.

One child reads many files, one after another. A file that goes over a limit takes its child with
it; the next file gets a new one. As a module (``python -m ingest.isolate``) this is the child.

What the two say to one another is JSON: a request is a list of module, function, path and options,
an answer a verdict, a line break and what the verdict needs, such as the function's result; before
it may come "page" with the page being read and the number of pages. A child
that a file has taken over can send wrong values, but nothing that runs.
"""

import importlib
import json
import math
import os
import resource
import selectors
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeVar, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError

from ingest import errors
from ingest.errors import BrokenSource, HostileSource, SourceError
from ingest.records import OnPage

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

    def read(
        self,
        reader: Callable[..., T],
        path: Path,
        *,
        on_page: OnPage | None = None,
        **options: Any,
    ) -> T:
        """What ``reader(path, **options)`` returns; ``on_page`` is called here with what a reader
        that takes one tells.

        ``reader`` is a function of a module whose annotations name what it takes and returns;
        options are paths, numbers, texts or lists of them, the result a type known to pydantic.
        Raises the SourceErrors that it raises, HostileSource where it goes over a limit, and
        BrokenSource where it fails in any other way. The child is ready for the next file.
        """
        child = self._started()
        assert child.stdin is not None
        request = json.dumps(
            (reader.__module__, reader.__qualname__, os.fspath(path), options), default=os.fspath
        ).encode("ascii")
        deadline = time.monotonic() + self.limits.seconds
        try:
            child.stdin.write(_HEADER.pack(len(request)) + request)
            child.stdin.flush()
            verdict, value = self._answer(deadline, path)
            while verdict == b"page":
                if on_page is not None:
                    on_page(*_PAGE.validate_json(value))
                verdict, value = self._answer(deadline, path)
            if verdict == b"read":
                (result,) = _result(reader).validate_json(value)
                return result  # type: ignore[no-any-return]
            if verdict == b"refused":
                raise _refusal(path, value)
        except BrokenPipeError as error:
            raise self._died(path) from error
        except ValidationError as error:
            self.close()
            raise BrokenSource(path.name, "reading it made no sense; save the file anew") from error
        except HostileSource:
            self.close()
            raise
        if verdict == b"output":
            raise HostileSource(path.name, self._over_output())
        self.close()
        if verdict == b"memory":
            raise HostileSource(path.name, self._over_memory())
        reason = " ".join(value[:400].decode("utf-8", "replace").split())
        raise BrokenSource(path.name, f"it cannot be read: {reason}")

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

    def _answer(self, deadline: float, path: Path) -> tuple[bytes, bytes]:
        (size,) = _HEADER.unpack(self._receive(_HEADER.size, deadline, path))
        if size > self.limits.output:
            raise HostileSource(path.name, self._over_output())
        verdict, _, value = self._receive(size, deadline, path).partition(b"\n")
        return verdict, value

    def _receive(self, size: int, deadline: float, path: Path) -> bytes:
        assert self._child is not None
        assert self._child.stdout is not None
        pipe = self._child.stdout.fileno()
        parts: list[bytes] = []
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while size:
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
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


@cache
def _result(reader: Callable[..., Any]) -> TypeAdapter[tuple[Any]]:
    """What a reader promises, as the one item of a JSON list."""
    kind = get_type_hints(reader)["return"]
    return TypeAdapter(
        tuple[kind],  # type: ignore[valid-type,arg-type]
        config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64"),
    )


def _refusal(path: Path, value: bytes) -> SourceError:
    name, reason = _REFUSAL.validate_json(value)
    kind = getattr(errors, name, None)
    known = isinstance(kind, type) and issubclass(kind, SourceError)
    return (kind if known else BrokenSource)(path.name, reason)  # type: ignore[misc]


_REFUSAL = TypeAdapter(tuple[str, str])
_PAGE = TypeAdapter(tuple[int, int])


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
        reason = f"{kind.__name__}: {' '.join(str(error).split())[:200]}"
        _send(answers, "crashed", reason.encode("utf-8", "replace"))

    sys.excepthook = crash
    while header := requests.read(_HEADER.size):
        request = json.loads(requests.read(_HEADER.unpack(header)[0]))
        signal.alarm(seconds + _GRACE)
        verdict, value = _answered(partial(_send, answers, "page"), *request)
        if len(value) > output:
            verdict, value = "output", b""
        signal.alarm(0)
        _send(answers, verdict, value)


def _answered(
    tell: Callable[[bytes], None], module: str, name: str, path: str, options: dict[str, Any]
) -> tuple[str, bytes]:
    reader = getattr(importlib.import_module(module), name)
    hints = get_type_hints(reader)
    options = {
        option: Path(value) if hints[option] is Path else value for option, value in options.items()
    }
    if "on_page" in hints:
        options["on_page"] = lambda number, count: tell(_PAGE.dump_json((number, count)))
    try:
        return "read", _result(reader).dump_json((reader(Path(path), **options),))
    except SourceError as error:
        reason = error.reason.encode("utf-8", "replace").decode()
        return "refused", _REFUSAL.dump_json((type(error).__name__, reason))
    except MemoryError:
        return "memory", b""


def _send(answers: BinaryIO, verdict: str, value: bytes) -> None:
    data = verdict.encode("ascii") + b"\n" + value
    answers.write(_HEADER.pack(len(data)) + data)
    answers.flush()


if __name__ == "__main__":
    _serve(*map(int, sys.argv[1:]))
