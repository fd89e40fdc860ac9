import json
from pathlib import Path

import pytest

from eval.cases import Case, CasesError, kinds, load_cases

GOOD = {
    "id": "a1",
    "kind": "fact",
    "question": "How deep is the harbour?",
    "answers": [["12 metres"], ["twelve", "metres"]],
    "not": ["9"],
    "sections": [["Harbour", "Depth"]],
    "split": "dev",
}
UNSAID = {"id": "u1", "kind": "unanswerable", "question": "Who dug it?", "split": "held"}


def file_of(folder: Path, *lines: object) -> Path:
    path = folder / "cases.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n\n", encoding="utf-8")
    return path


def test_a_line_becomes_a_case(tmp_path: Path) -> None:
    known, unsaid = load_cases(file_of(tmp_path, GOOD, UNSAID))
    assert known == Case(
        id="a1",
        kind="fact",
        question="How deep is the harbour?",
        answers=(("12 metres",), ("twelve", "metres")),
        wrong=("9",),
        sections=(("Harbour", "Depth"),),
        split="dev",
    )
    assert known.answerable
    assert not unsaid.answerable


def test_a_split_is_chosen(tmp_path: Path) -> None:
    path = file_of(tmp_path, GOOD, UNSAID)
    assert [case.id for case in load_cases(path, split="dev")] == ["a1"]
    assert [case.id for case in load_cases(path, split="held")] == ["u1"]


def test_an_empty_split_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CasesError, match="no question in the split 'held'"):
        load_cases(file_of(tmp_path, GOOD), split="held")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"split": "test"}, "cases.jsonl:2: split: "),
        ({"question": " "}, "cases.jsonl:2: question: "),
        ({"answers": [[]]}, "cases.jsonl:2: answers.0: "),
        ({"anwsers": []}, "cases.jsonl:2: anwsers: "),
        ({"sections": []}, "a1: add the section or document"),
        ({"answers": []}, "a1: add an answer"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, change: dict[str, object], message: str) -> None:
    with pytest.raises(CasesError, match=message):
        load_cases(file_of(tmp_path, UNSAID, GOOD | change))


@pytest.mark.parametrize("field", ["id", "question"])
def test_nothing_is_there_twice(tmp_path: Path, field: str) -> None:
    with pytest.raises(CasesError, match=f"the {field} .* twice"):
        load_cases(file_of(tmp_path, GOOD, UNSAID | {field: GOOD[field]}))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CasesError, match=r"none\.jsonl: the questions cannot be read"):
        load_cases(tmp_path / "none.jsonl")


def test_the_shipped_questions_are_of_every_kind_and_measured_and_learnt_from() -> None:
    cases = load_cases()
    assert len(cases) >= 150
    assert len(kinds(cases)) == 16
    for kind in kinds(cases):
        assert {case.split for case in cases if case.kind == kind} > {"held"}
