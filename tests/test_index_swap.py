"""A new generation takes the place of the old one whole or not at all."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import TinyEncoder
from fixtures_library import Text, document, harbour, passage, towns
from fixtures_store import everything, ids

import index.store as under_test
from index.store import Store
from ingest.errors import UnwritableIndex

ROOT = Path(__file__).parents[1]


class Failing(TinyEncoder):
    """Fails at the second batch."""

    def encode(self, texts):
        if self.encoded:
            raise RuntimeError("out of memory")
        return super().encode(texts)


def big(name):
    own = [passage(name, n, (f"Part {n}",), Text((f"{name} {n}.",))) for n in range(100)]
    return document(name, name, own)


def test_a_failure_while_building_leaves_the_index_as_it_was(store, encoder):
    store.add([harbour()], encoder)
    before = everything(store.folder)
    with pytest.raises(RuntimeError, match="out of memory"):
        store.add([big("x")], Failing())
    assert everything(store.folder) == before
    assert ids(store.add(towns(), encoder))[0] == "harbour"


@pytest.mark.parametrize("name", ["vectors.faiss", "passages.json", "manifest.json"])
def test_a_full_disk_leaves_the_index_as_it_was(store, encoder, monkeypatch, name):
    store.add([harbour()], encoder)
    before, answering = store.generation(), store.open().passages

    def full(path, *_args, **_more):
        if path.name == name:
            raise OSError(28, "No space left on device")
        return written(path, *_args, **_more)

    patched = "write_text" if name == "manifest.json" else "write_bytes"
    written = getattr(Path, patched)
    if name == "vectors.faiss":

        def faiss_full(*_):
            raise RuntimeError("Error in virtual size_t faiss::FileIOWriter")

        monkeypatch.setattr(under_test.faiss, "write_index", faiss_full)
    else:
        monkeypatch.setattr(Path, patched, full)
    with pytest.raises(UnwritableIndex, match="make room or give another folder with --index"):
        store.add(towns(), encoder)
    monkeypatch.undo()
    assert store.generation() == before
    assert store.open().passages == answering
    assert len(store.add(towns(), encoder).documents) == 5
    assert [p.name for p in (store.folder / "generations").iterdir()] == [store.generation()]


def test_a_swap_leaves_one_generation(store, encoder):
    store.add([harbour()], encoder)
    first = store.generation()
    (store.folder / "generations" / ".left-by-a-crash").mkdir()
    store.add(towns(), encoder)
    assert store.generation() != first
    assert [p.name for p in (store.folder / "generations").iterdir()] == [store.generation()]


def test_what_is_open_answers_on_after_a_swap(store, encoder):
    index = store.add([harbour()], encoder)
    store.remove(["harbour"], encoder)
    units, _ = index.similarities(encoder.encode_question("Ninety firefighters"))
    assert len(units) == sum(len(p.units) for p in harbour().passages)


def test_a_swap_by_another_process_while_opening_is_no_damage(store, encoder, monkeypatch):
    store.add([harbour()], encoder)
    load = under_test.Lexical.load
    swapped = []

    def swap_first(folder):
        if not swapped:
            swapped.append(Store(store.folder))
            monkeypatch.setattr(under_test.Lexical, "load", load)
            swapped[0].add(towns(), encoder)
        return load(folder)

    monkeypatch.setattr(under_test.Lexical, "load", swap_first)
    assert len(store.open().documents) == 5


BUILD = """
import sys, time
sys.path[:0] = sys.argv[1:3]
from pathlib import Path
from conftest import TinyEncoder
from fixtures_library import Text, document, passage
from index.store import Store

class Slow(TinyEncoder):
    def encode(self, texts):
        time.sleep(0.01)
        return super().encode(texts)

n = int(sys.argv[4])
own = [passage("new", i, (f"P{i}",), Text((f"Text {i} {n}.",))) for i in range(3000)]
reading = document("new", "New", own)
print("started", flush=True)
Store(Path(sys.argv[3])).add([reading], Slow())
print("swapped", flush=True)
"""


@pytest.mark.slow
def test_killed_at_any_moment_the_index_answers_as_before_or_after(store, encoder):
    """Twelve builds killed at moments spread over the time that one takes."""
    store.add([harbour(), *towns()], encoder)
    before = store.open().passages
    start = time.monotonic()
    out, _ = build(store, 0).communicate()
    assert out.split() == [b"started", b"swapped"]
    whole = time.monotonic() - start
    store.remove(["new"], encoder)
    moments = random.Random(7)
    unswapped = 0
    for n in range(1, 13):
        generation_before = store.generation()
        child = build(store, n)
        assert child.stdout.readline() == b"started\n"
        time.sleep(whole * moments.uniform(0, 0.8))
        child.send_signal(signal.SIGKILL)
        child.communicate()
        opened = Store(store.folder).open(model_checksum="tiny-1")
        old = tuple(p for p in opened.passages if p.document_id != "new")
        new = [p for p in opened.passages if p.document_id == "new"]
        assert old == before
        if store.generation() == generation_before:
            unswapped += 1
        else:
            assert len(new) == 3000
            assert new[-1].text == f"Text 2999 {n}."
    assert unswapped >= 3
    index = store.add([big("after")], encoder)
    assert "after" in ids(index)
    assert [p.name for p in (store.folder / "generations").iterdir()] == [store.generation()]


def build(store, n):
    arguments = [str(ROOT), str(ROOT / "tests"), str(store.folder), str(n)]
    return subprocess.Popen([sys.executable, "-c", BUILD, *arguments], stdout=subprocess.PIPE)
