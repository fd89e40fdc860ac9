"""The index on disk, with a small encoder; the folder is looked at as another process would."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import TinyEncoder
from filelock import FileLock
from fixtures_library import Text, document, harbour, passage, towns

import index.store as under_test
from index.store import VERSION, Store
from ingest.errors import BrokenIndex, IndexBusy, MissingIndex, OtherModel, UnwritableIndex

ROOT = Path(__file__).parents[1]


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "index")


def generation(store):
    return store.folder / "generations" / store.generation()


def ids(index):
    return [d.id for d in index.documents]


def everything(folder):
    """Every file of a folder with its bytes, but the lock."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def test_what_is_opened_is_what_was_built(store, encoder):
    built = store.add([harbour(), *towns()], encoder)
    opened = Store(store.folder).open(model_checksum="tiny-1")
    assert opened.passages == built.passages
    assert opened.passages == tuple(p for r in [harbour(), *towns()] for p in r.passages)
    assert opened.documents == built.documents
    assert opened.document("harbour") == harbour().document
    assert opened.document("nowhere") is None
    assert opened.manifest == built.manifest
    vector = encoder.encode_question("lighthouses in Ambridge")
    for one, other in zip(opened.similarities(vector), built.similarities(vector), strict=True):
        np.testing.assert_array_equal(one, other)
    asked = ["ambridg", "lighthous"]
    assert opened.lexical.scores(asked).tolist() == built.lexical.scores(asked).tolist()


def test_similarities_are_the_cosines_of_each_unit_and_heading(store, encoder):
    index = store.add([harbour()], encoder)
    question = "Which crews train at three stations?"
    units, headings = index.similarities(encoder.encode_question(question))
    said = [
        f"{': '.join(p.section)}: {p.text[u.start : u.end]}"
        if u.kind == "grade"
        else p.text[u.start : u.end]
        for p in index.passages
        for u in p.units
    ]
    paths = [" › ".join(("Inspection of Harbour Town", *p.section)) for p in index.passages]
    vector = encoder.encode([question])[0]
    np.testing.assert_allclose(units, encoder.encode(said) @ vector, atol=1e-6)
    np.testing.assert_allclose(headings, encoder.encode(paths) @ vector, atol=1e-6)
    assert max(units) > 0.4


def test_the_manifest_says_what_built_it(store, encoder):
    store.add([harbour(), *towns()], encoder)
    manifest = json.loads((generation(store) / "manifest.json").read_text())
    assert {name: manifest[name] for name in ("version", "model", "model_checksum")} == {
        "version": VERSION,
        "model": "tiny",
        "model_checksum": "tiny-1",
    }
    assert (manifest["dimension"], manifest["documents"], manifest["passages"]) == (1024, 5, 8)
    files = {p.relative_to(generation(store)).as_posix() for p in generation(store).rglob("*.*")}
    assert manifest["checksums"].keys() == files - {"manifest.json"}
    assert any(name.startswith("lexical/") for name in files)


def test_nothing_is_pickled(store, encoder):
    store.add([harbour()], encoder)
    kinds = {
        ".json": lambda path: json.loads(path.read_text()),
        ".npy": lambda path: np.load(path, allow_pickle=False),
        ".npz": lambda path: dict(np.load(path, allow_pickle=False)),
        ".faiss": lambda path: path.read_bytes().startswith(b"IxFI") or 1 / 0,
    }
    read = [path for path in generation(store).rglob("*") if path.is_file()]
    assert len(read) >= 8
    for path in read:
        kinds[path.suffix](path)


def test_a_pickle_in_an_index_is_not_loaded(store, encoder, tmp_path):
    store.add([harbour()], encoder)
    path = generation(store) / "rows.npz"
    trap = tmp_path / "sprung"

    class Trap:
        def __reduce__(self):
            return (os.mkdir, (str(trap),))

    np.savez(path, units=np.array([Trap()], dtype=object), headings=np.zeros(4, np.int64))
    believe_files(store)
    with pytest.raises(BrokenIndex, match="cannot be used"):
        store.open()
    assert not trap.exists()


def test_equal_texts_are_embedded_once(store, encoder):
    twice = [document(name, "Same", [passage(name, 0, ("A",), Text(("Tides turn.",) * 3))])
             for name in ("x", "y")]  # fmt: skip
    store.add(twice, encoder)
    assert sorted(encoder.encoded) == ["Same › A", "Tides turn."]


def test_what_is_embedded_already_is_not_embedded_again(store, encoder):
    store.add([harbour()], encoder)
    assert len(encoder.encoded) == len(set(encoder.encoded))
    encoder.encoded.clear()
    store.add(towns(), encoder)
    assert "Dunwich has only beaches." in encoder.encoded
    assert not [text for text in encoder.encoded if "Harbour" in text or "firefighters" in text]
    encoder.encoded.clear()
    store.add([harbour(), *towns()], encoder)
    store.remove(["harbour"], encoder)
    assert encoder.encoded == []


def test_vectors_kept_are_those_of_their_texts(store, encoder):
    store.add(towns(), encoder)
    index = store.add([harbour()], encoder)
    said = [p.text[u.start : u.end] for p in index.passages for u in p.units if u.kind != "grade"]
    units, _ = index.similarities(encoder.encode_question("Dunwich has only beaches."))
    kinds = [u.kind for p in index.passages for u in p.units]
    kept = units[np.array(kinds) != "grade"]
    assert said[int(np.argmax(kept))] == "Dunwich has only beaches."
    assert max(kept) == pytest.approx(1.0)


def test_a_document_read_again_takes_its_own_place(store, encoder):
    store.add([harbour(), *towns()], encoder)
    changed = document(
        "harbour", "Harbour", [passage("harbour", 0, ("New",), Text(("All is new.",)))]
    )
    index = store.add([changed], encoder)
    assert [p.text for p in index.passages if p.document_id == "harbour"] == ["All is new."]
    assert sorted(ids(index)) == ["ambridge", "borchester", "cadfael", "dunwich", "harbour"]


def test_a_document_removed_is_gone_and_the_others_are_not(store, encoder):
    store.add([harbour(), *towns()], encoder)
    index = store.remove(["harbour", "nowhere"], encoder)
    assert ids(index) == ["ambridge", "borchester", "cadfael", "dunwich"]
    assert {p.document_id for p in index.passages} == set(ids(index))
    assert len(index.rows.units) == 4


def test_the_file_of_a_document_removed_is_gone_unless_another_has_it(store, encoder, tmp_path):
    ambridge, borchester, *_ = towns()
    twin = replace(ambridge, document=replace(ambridge.document, id="twin"))
    store.add([ambridge, twin, borchester], encoder)
    file = tmp_path / "report.md"
    file.write_text("Light.")
    for one in (ambridge, borchester):
        store.keep_file(file, one.document.sha256)
    store.remove(["ambridge", "borchester"], encoder)
    assert store.original(ambridge.document.sha256).is_file()
    assert not store.original(borchester.document.sha256).exists()


def test_another_title_keeps_id_and_text(store, encoder):
    store.add([harbour(), *towns()], encoder)
    encoder.encoded.clear()
    index = store.rename("dunwich", "Shores of Dunwich", encoder)
    assert [d.title for d in index.documents if d.id == "dunwich"] == ["Shores of Dunwich"]
    assert encoder.encoded == ["Shores of Dunwich › Beaches"]


def test_the_text_of_sections_is_stored_once(store, encoder):
    reading = harbour()
    index = store.add([reading], encoder)
    assert all(section.blocks == () for section in index.documents[0].sections)


def test_progress_counts_what_is_embedded(store, encoder):
    own = [passage("x", n, (f"S{n}",), Text((f"Sentence {n}.",))) for n in range(80)]
    told = []
    store.add([document("x", "X", own)], encoder, progress=lambda n, total: told.append((n, total)))
    assert told == [(64, 160), (64, 160), (32, 160)]


def test_originals_are_kept_by_their_checksum(store, tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"one")
    store.keep_file(path, "0" * 64)
    path.write_bytes(b"two")
    store.keep_file(path, "0" * 64)
    assert store.original("0" * 64).read_bytes() == b"one"
    assert [p.name for p in (store.folder / "files").iterdir()] == ["0" * 64]


# The swap


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


# What cannot be used


def believe_files(store):
    """Make the manifest's checksums those of the files as they are."""
    path = generation(store) / "manifest.json"
    manifest = json.loads(path.read_text())
    for name in manifest["checksums"]:
        manifest["checksums"][name] = under_test.digest(generation(store) / name)
    path.write_text(json.dumps(manifest))


FILES = ["documents.json", "passages.json", "vectors.faiss", "rows.npz", "lexical/vocab.index.json"]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("harm", ["missing", "cut", "changed"])
def test_a_damaged_file_is_named_with_what_mends_it(store, encoder, name, harm):
    store.add([harbour()], encoder)
    path = generation(store) / name
    data = path.read_bytes()
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes(data[: len(data) // 2] if harm == "cut" else data[:-2] + b"\x00\x01")
    with pytest.raises(BrokenIndex) as caught:
        store.open()
    assert str(caught.value) == (
        f"the index {store.folder} cannot be used: {name} is damaged or missing; remove the folder "
        f"and run 'reportqa ingest FILE --index {store.folder}'"
    )


@pytest.mark.parametrize("name", FILES)
def test_nonsense_with_a_fitting_checksum_is_damage_too(store, encoder, name):
    store.add([harbour()], encoder)
    (generation(store) / name).write_bytes(b'{"a": [1, 2')
    believe_files(store)
    with pytest.raises(BrokenIndex, match=r"cannot be used: .+; remove the folder and run"):
        store.open()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        f'{{"version": {VERSION}}}',
        f'{{"version": {VERSION}, "checksums": 3}}',
        "\x00",
    ],
)
def test_a_damaged_manifest(store, encoder, text):
    store.add([harbour()], encoder)
    (generation(store) / "manifest.json").write_text(text)
    with pytest.raises(BrokenIndex, match=r"its manifest is damaged or missing; .*reportqa ingest"):
        store.open()


def test_an_index_of_another_version(store, encoder):
    store.add([harbour()], encoder)
    path = generation(store) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"version": 99, "more": True}))
    with pytest.raises(
        BrokenIndex, match=rf"it has version 99, this program reads {VERSION}; remove"
    ):
        store.open()


def change_rows(store, **arrays):
    path = generation(store) / "rows.npz"
    np.savez(path, **{**np.load(path), **arrays})


@pytest.mark.parametrize(
    ("units", "headings", "reason"),
    [
        (3, 4, "it has vectors of 3 units and 4 headings for 28 units in 4 passages"),
        (28, 5, "it has vectors of 28 units and 5 headings for 28 units in 4 passages"),
    ],
)
def test_rows_that_do_not_fit_the_passages(store, encoder, units, headings, reason):
    store.add([harbour()], encoder)
    change_rows(store, units=np.zeros(units, np.int64), headings=np.zeros(headings, np.int64))
    believe_files(store)
    with pytest.raises(BrokenIndex, match=f"cannot be used: {reason}; remove the folder"):
        store.open()


@pytest.mark.parametrize("row", [-1, 1000])
def test_rows_of_vectors_that_are_not_there(store, encoder, row):
    store.add([harbour()], encoder)
    change_rows(store, units=np.full(28, row))
    believe_files(store)
    with pytest.raises(BrokenIndex, match="it names vectors that are not among its"):
        store.open()


@pytest.mark.parametrize("current", ["gone", "../..", "\udcff"])
def test_a_generation_that_is_not_there(store, encoder, current):
    store.add([harbour()], encoder)
    (store.folder / "CURRENT").write_bytes(current.encode("utf-8", "surrogateescape"))
    with pytest.raises(BrokenIndex, match=r"remove the folder and run 'reportqa ingest"):
        store.open()


@pytest.mark.parametrize("folder", ["none", "empty", "file", "half"])
def test_no_index_is_said_with_the_command_that_makes_one(tmp_path, encoder, folder):
    path = tmp_path / folder
    if folder == "empty":
        path.mkdir()
    if folder == "file":
        path.write_text("not a folder")
    if folder == "half":
        Store(path).add([harbour()], encoder)
        (path / "CURRENT").unlink()
    store = Store(path)
    assert store.generation() == ""
    with pytest.raises(MissingIndex) as caught:
        store.open()
    assert str(caught.value) == (
        f"there is no index in {path}: run 'reportqa ingest FILE --index {path}'"
    )


@pytest.mark.parametrize("change", ["remove", "rename"])
def test_nothing_can_be_changed_where_there_is_no_index(store, encoder, change):
    with pytest.raises(MissingIndex):
        store.remove(["a"], encoder) if change == "remove" else store.rename("a", "b", encoder)


def test_another_model_is_refused(store, encoder):
    store.add([harbour()], encoder)
    other = TinyEncoder()
    other.checksum = "tiny-2"
    for use in (
        lambda: store.open(model_checksum="tiny-2"),
        lambda: store.add(towns(), other),
        lambda: store.remove(["harbour"], other),
    ):
        with pytest.raises(OtherModel, match=r"built with the model tiny.*set REPORTQA_ENCODER"):
            use()
    assert other.encoded == []


def test_a_change_waits_for_another_and_gives_up_with_a_sentence(store, encoder, monkeypatch):
    store.add([harbour()], encoder)
    monkeypatch.setattr(under_test, "_PATIENCE", 0.05)
    with (
        FileLock(store.folder / "lock"),
        pytest.raises(IndexBusy, match=r"another process is changing the index .*wait until"),
    ):
        store.add(towns(), encoder)
    assert ids(store.open()) == ["harbour"]
    assert len(store.add(towns(), encoder).documents) == 5


def test_reading_needs_no_lock(store, encoder):
    store.add([harbour()], encoder)
    with FileLock(store.folder / "lock"):
        assert ids(store.open()) == ["harbour"]


def test_a_file_in_the_folders_place_is_said(tmp_path, encoder):
    path = tmp_path / "file"
    path.write_text("mine")
    with pytest.raises(UnwritableIndex, match=r"cannot be written \(File exists\)"):
        Store(path).add([harbour()], encoder)
    assert path.read_text() == "mine"


def test_a_reading_stays_as_it_was_given(store, encoder):
    reading = harbour()
    given = replace(reading)
    store.add([reading], encoder)
    assert reading == given
