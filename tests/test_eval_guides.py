import json
from pathlib import Path

import pytest

from eval.cases import Case, CasesError
from eval.guides import MEASURES, choice, load_guides, taken_away
from eval.run import judge
from ingest.records import Document, Passage
from service.reply import Answer, Citation, Reply

ROWS = [
    {
        "id": "q1",
        "document": "boats.md",
        "scenario": "I have a boat.",
        "question": "Must I register it?",
        "answerable": True,
        "answers": ["yes"],
        "evidence": [
            {"text": "…", "sections": [["Register", "Boats"], ["Fees"]]},
            {"text": "…", "sections": [["Fees"], []]},
        ],
    },
    {
        "id": "q2",
        "document": "boats.md",
        "scenario": "I sold it.",
        "question": "Who pays?",
        "answerable": False,
        "answers": [],
        "evidence": [],
    },
    {
        "id": "q3",
        "document": "ports.md",
        "scenario": "I moor in winter.",
        "question": "What does it cost?",
        "answerable": True,
        "answers": ["£3 a day"],
        "evidence": [{"text": "…", "sections": [["Fees"]]}],
    },
]


@pytest.fixture
def cases(tmp_path: Path) -> tuple[Case, ...]:
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS), encoding="utf-8")
    return load_guides(path)


def test_scenario_and_question_are_asked_together(cases: tuple[Case, ...]) -> None:
    assert cases[0] == Case(
        "q1",
        "yes or no",
        "I have a boat. Must I register it?",
        sections=(("Register", "Boats"), ("Fees",)),
        document="boats.md",
    )
    assert [case.kind for case in cases] == ["yes or no", "unanswerable", "in words"]
    assert [case.answerable for case in cases] == [True, False, True]


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": "q1"}', encoding="utf-8")
    with pytest.raises(CasesError, match=r"questions\.jsonl: the questions cannot be read"):
        load_guides(path)


def test_what_is_taken_away_can_no_longer_be_answered(cases: tuple[Case, ...]) -> None:
    kept, gone = taken_away(cases, ["ports.md"])
    assert (kept.id, kept.kind, kept.answerable) == ("q1", "still there", True)
    assert (gone.id, gone.kind, gone.answerable) == ("q3", "taken away", False)


def test_the_same_guides_are_always_taken_away() -> None:
    names = [f"{n}.md" for n in range(59)]
    assert len(set(choice(names))) == 19
    assert choice(names) == choice(names[::-1])
    assert choice(names) != sorted(names)[:19]


def test_an_answer_is_right_where_it_comes_from_the_heading(cases: tuple[Case, ...]) -> None:
    document = Document("b", "Boats", "boats.md", "0", "text/markdown", 0, ())
    other = Document("p", "Ports", "ports.md", "1", "text/markdown", 0, ())
    passage = Passage("b", 0, ("Fees",), "Register it.", ())
    answer = Answer("Register it.", "Register it.", 0)
    found = {
        name: judge(
            cases[0], Reply("q", answer, 0.9, "", (Citation(of, passage, 0.5),) * 2, took_ms=1)
        )
        for name, of in (("right", document), ("wrong", other))
    }
    assert found["right"].right
    assert not found["wrong"].right
    shares = {m.label: [m.of(o) for o in found.values()] for m in MEASURES}
    assert shares["guide first"] == [True, False]
    assert shares["heading in 1"] == [True, False]
    assert shares["answered"] == [True, True]
    assert shares["refused unsaid"] == [None, None]


def test_the_shared_guides_load(shared: Path) -> None:
    cases = load_guides(shared / "benchmarks" / "govuk" / "questions.jsonl")
    assert (len(cases), sum(case.answerable for case in cases)) == (285, 271)
    assert all(case.sections for case in cases if case.answerable)
