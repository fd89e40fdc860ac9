"""The arrows between the packages, read from the code: data flows one way."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"ingest", "index", "service", "eval"}
MAY_IMPORT = {
    "ingest": {"ingest"},
    "index": {"index", "ingest.records", "ingest.errors"},
    "service": {"service", "index", "ingest"},
    "eval": {"eval", "index", "ingest", "service"},
}
ONLY_IN = {
    "pypdf": {"ingest/parser.py", "eval/speed.py"},
    "pypdfium2": {"ingest/scan.py", "service/rendering.py", "eval/sourcetext.py", "eval/speed.py"},
    "faiss": {"index/store.py"},
    "sentence_transformers": {"index"},
    "fastapi": {"service"},
}
FILES = sorted(path for name in OURS for path in (ROOT / name).rglob("*.py"))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def within(name: str, allowed: set[str]) -> bool:
    return any(name == a or name.startswith(f"{a}.") or a.startswith(f"{name}.") for a in allowed)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_follow_the_arrows(path):
    place = path.relative_to(ROOT)
    package = place.parts[0]
    for name in imported(path):
        if place.as_posix() == "service/cli.py" and name.startswith("eval."):
            continue  # the one place that connects the parts, and `reportqa eval` is one
        if name.split(".")[0] in OURS:
            assert within(name, MAY_IMPORT[package]), f"{place} imports {name}"
        for library, places in ONLY_IN.items():
            if name.split(".")[0] == library:
                assert package in places or place.as_posix() in places, f"{place} imports {name}"


def test_records_load_no_library():
    names = imported(ROOT / "ingest" / "records.py")
    assert names <= {"collections.abc", "collections.abc.Callable", "dataclasses",
                     "dataclasses.dataclass", "typing", "typing.Literal"}  # fmt: skip


def test_inits_are_empty():
    assert [p for p in FILES if p.name == "__init__.py" and p.read_text().strip()] == []


def test_eval_does_not_import_the_app():
    for path in (ROOT / "eval").rglob("*.py"):
        assert "service.app" not in imported(path), path
