"""An index that cannot be used, or changed, is said with what mends it."""

import json
from dataclasses import replace

import numpy as np
import pytest
from conftest import TinyEncoder
from filelock import FileLock
from fixtures_library import harbour, towns
from fixtures_store import believe_files, generation, ids

import index.store as under_test
from index.store import VERSION, Store
from ingest.errors import BrokenIndex, IndexBusy, MissingIndex, OtherModel, UnwritableIndex

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
