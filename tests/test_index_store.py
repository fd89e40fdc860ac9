"""The index on disk, with a small encoder; the folder is looked at as another process would."""

import json
import os
from dataclasses import replace

import numpy as np
import pytest
from fixtures_library import Text, document, harbour, passage, towns
from fixtures_store import believe_files, generation, ids

from index.store import VERSION, Store
from ingest.errors import BrokenIndex


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
