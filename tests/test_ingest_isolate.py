import os
import pickle
import struct
import time
from pathlib import Path

import pytest
from drawn import pdf, text

from ingest.errors import BrokenSource, EmptySource, HostileSource
from ingest.isolate import Isolated, Limits
from ingest.pdf import read_pdf
from ingest.records import OnPage

TIGHT = Limits(seconds=8, memory=1_000_000_000, output=100_000)


def endless(_path: Path) -> None:
    """Readers stand at the module's top, for the child looks them up by name."""
    time.sleep(60)


def greedy(_path: Path) -> int:
    return len(bytes(4_000_000_000))


def talkative(_path: Path) -> str:
    return "word " * 1_000_000


def noisy(path: Path) -> str:
    print("what a library prints")
    return path.name


def failing(_path: Path) -> None:
    raise LookupError("no such\nthing")


def paged(path: Path, *, on_page: OnPage) -> str:
    for number in (1, 2):
        on_page(number, 2)
    return path.name


def babbling(_path: Path, *, on_page: OnPage) -> None:
    while True:
        on_page(1, 1)


def dying(_path: Path) -> None:
    os._exit(7)


def parting(path: Path) -> int:
    """Starts a process of its own, which must not outlive it."""
    if child := os.fork():
        path.write_text(str(child))
    time.sleep(60)
    return child


class Planted:
    """What a child that was taken over would like its parent to run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


def forging(path: Path, *, planted: Path, verdict: str) -> str:
    """Sends an answer of its own down whatever pipe is open, then goes on."""
    answer = verdict.encode() + b"\n" + pickle.dumps(Planted(planted))
    for pipe in range(3, 20):
        try:
            os.write(pipe, struct.pack("!Q", len(answer)) + answer)
        except OSError:
            continue
    return path.name


def drawing(_path: Path, *, width: int) -> bytes:
    return bytes(range(256)) * width


def refusing(path: Path) -> None:
    raise EmptySource(path.name, "nothing in it")


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_one_child_reads_many_files(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", lambda canvas: text(canvas, 72, 100, "Read apart."))
    with Isolated(TIGHT) as child:
        first = child.read(read_pdf, path, ocr=False)
        pid = child.pid
        assert child.read(read_pdf, path, ocr=False) == first == read_pdf(path, ocr=False)
        assert child.pid == pid != os.getpid()
        assert child.read(noisy, path) == "a.pdf"
    assert not is_alive(pid)


@pytest.mark.parametrize(
    ("reader", "error", "says"),
    [
        (endless, HostileSource, "takes longer than 8 seconds"),
        (greedy, HostileSource, r"more than 1\.0 GB of memory"),
        (talkative, HostileSource, "more than 0 MB of text"),
        (failing, BrokenSource, "cannot be read: LookupError: no such thing"),
        (dying, BrokenSource, r"ended the reader \(exit code 7\)"),
        (refusing, EmptySource, "nothing in it"),
    ],
)
def test_what_goes_wrong_is_reported_and_the_next_file_is_read(
    reader: object, error: type[Exception], says: str
) -> None:
    with Isolated(TIGHT) as child:
        with pytest.raises(error, match=f"^bad.pdf: .*{says}"):
            child.read(reader, Path("bad.pdf"))  # type: ignore[arg-type]
        assert child.read(noisy, Path("good.pdf")) == "good.pdf"


@pytest.mark.parametrize("verdict", ["read", "refused", ""])
def test_what_a_taken_over_child_sends_is_not_run(tmp_path: Path, verdict: str) -> None:
    planted = tmp_path / "planted"
    with Isolated(TIGHT) as child:
        with pytest.raises(BrokenSource, match=r"^bad.pdf: "):
            child.read(forging, Path("bad.pdf"), planted=planted, verdict=verdict)
        assert not planted.exists()
        assert child.pid is None
        assert child.read(noisy, Path("good.pdf")) == "good.pdf"


def test_bytes_come_back_as_they_are() -> None:
    with Isolated(TIGHT) as child:
        assert child.read(drawing, Path("a.pdf"), width=2) == bytes(range(256)) * 2


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")
def test_nothing_is_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "grandchild"
    with Isolated(TIGHT) as child:
        with pytest.raises(HostileSource):
            child.read(parting, path)
        deadline = time.monotonic() + 5
        while is_alive(int(path.read_text())) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not is_alive(int(path.read_text()))
        assert child.pid is None


def test_pages_are_told_before_the_result():
    told = []
    with Isolated() as child:
        name = child.read(paged, Path("a.pdf"), on_page=lambda n, of: told.append((n, of)))
        assert (name, told) == ("a.pdf", [(1, 2), (2, 2)])
        assert child.read(paged, Path("b.pdf")) == "b.pdf"


def test_one_that_only_tells_of_pages_is_ended():
    with Isolated(Limits(seconds=2)) as child, pytest.raises(HostileSource, match="longer than 2"):
        child.read(babbling, Path("a.pdf"))
