"""The harness on a small library, against outcomes worked out by hand."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import TinyEncoder, TinyReranker

from eval.cases import Case
from eval.known import MEASURES, missed, run_known
from eval.report import miss, write_report
from eval.run import Outcome, judge, run
from eval.summary import Measure, Summary, summarise
from index.store import Store
from ingest.read import read
from ingest.records import Document, Passage
from service.library import Library
from service.reply import Answer, Citation, Reply

REPORT = """# Harbour inspection

## Depth

The harbour is twelve metres deep at low tide.

## Boats

### Losses

Four boats sank in the storm of May.

### Repairs

The slipway repaired thirty boats.
"""
CASES = [
    {
        "id": "deep",
        "kind": "fact",
        "question": "how deep is the harbour at low tide",
        "answers": [["twelve metres"]],
        "sections": [["Depth"]],
        "split": "dev",
    },
    {
        "id": "sank",
        "kind": "fact",
        "question": "how many boats sank in the storm",
        "answers": [["nine"]],
        "sections": [["Boats", "Losses"]],
        "split": "dev",
    },
    {
        "id": "toll",
        "kind": "unanswerable",
        "question": "who collects tolls from lorries",
        "split": "dev",
    },
]
PASSAGE = Passage("h-1", 0, ("Boats", "Losses"), "Four boats sank.", ())
DOCUMENT = Document("h-1", "Harbour", "harbour.md", "0", "text/markdown", 0, ())
CASE = Case("c", "fact", "q", (("four",),), sections=(("Boats", "Losses"),))
UNSAID = Case("u", "unsaid", "q")


def library_of(folder: Path, min_confidence: float) -> Library:
    path = folder / "harbour.md"
    path.write_text(REPORT, encoding="utf-8")
    encoder = TinyEncoder()
    library = Library(
        Store(folder / "index"), encoder, TinyReranker(), min_confidence=min_confidence
    )
    if not library.documents:
        library.add([read(path, count_tokens=encoder.count_tokens)])
    return library


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(json.dumps(case) for case in CASES), encoding="utf-8")
    return path


def reply(
    *sections: str, text: str | None = "Four", citation: int = 0, confidence: float = 0.8
) -> Reply:
    answer = None if text is None else Answer(text, text, citation)
    shown = tuple(Citation(DOCUMENT, replace(PASSAGE, section=("Boats", s)), 0.5) for s in sections)
    return Reply("q", answer, confidence, "", shown, 7)


def figures(*outcomes: Outcome) -> dict[str, tuple[float, int]]:
    found = summarise(outcomes, MEASURES, title="t", about="a", missed=missed)
    last = found.rows[-1]
    return {
        measure.label: (estimate.value, estimate.n)
        for measure, estimate in zip(MEASURES, last.estimates, strict=True)
    }


def test_a_run_on_a_small_library(tmp_path: Path, cases: Path) -> None:
    found = run_known(library_of(tmp_path, 0.0), cases, out=tmp_path / "out", min_confidence=0.5)
    assert [row.kind for row in found.rows] == ["fact", "unanswerable", "all"]
    assert [row.n for row in found.rows] == [2, 1, 3]
    assert found.value("answer right").value == 0.5
    assert found.value("section first").value == 1.0
    assert found.value("section cited").value == 1.0
    assert found.value("evidence in 1").value == 0.5
    assert found.value("answered unsaid").value == 0.0
    assert found.value("RR@5").value == 0.5
    assert [outcome.case.id for outcome in found.misses] == ["sank"]
    assert "1 questions have no evidence" in next(
        figure.note for figure in found.figures if figure.label == "RR@5"
    )


def test_the_operating_point_can_be_applied_afterwards(tmp_path: Path) -> None:
    asked = [Case(c["id"], "fact", c["question"], (("x",),)) for c in CASES]  # type: ignore[arg-type]
    served = run(library_of(tmp_path, 0.5), asked)
    candid = run(library_of(tmp_path, 0.0), asked, min_confidence=0.5)
    assert [o.answered for o in served] == [o.answered for o in candid]
    assert True in [o.answered for o in served]
    assert False in [o.answered for o in served]
    assert [o.reply.confidence for o in served] == [o.reply.confidence for o in candid]


def test_a_right_answer_from_the_right_place() -> None:
    outcome = judge(CASE, reply("Losses", "Repairs"))
    assert outcome.placed == (True, False)
    assert outcome.evidence == (True, False)
    assert not missed(outcome)
    found = figures(outcome)
    assert found["answer right"] == (1, 1)
    assert found["evidence in 1"] == (1, 1)
    assert found["answered unsaid"][1] == 0


def test_a_right_answer_cited_from_the_wrong_place_is_a_miss() -> None:
    outcome = judge(CASE, reply("Repairs", "Losses"))
    found = figures(outcome)
    assert found["answer right"] == (1, 1)
    assert found["section first"] == (0, 1)
    assert found["section cited"] == (0, 1)
    assert (found["evidence in 1"], found["in 3"]) == ((0, 1), (1, 1))
    assert missed(outcome)
    assert miss(outcome).fault == "right answer, wrong place cited"
    assert miss(outcome).got_at == "harbour.md, Boats › Repairs"


def test_the_answer_may_point_beyond_the_first_citation() -> None:
    outcome = judge(CASE, reply("Repairs", "Losses", citation=1))
    assert outcome.cited
    assert not outcome.placed[0]
    assert miss(outcome).fault == "another section first"


@pytest.mark.parametrize(
    ("given", "threshold"), [(reply("Losses", text=None), None), (reply("Losses"), 0.9)]
)
def test_a_refusal_counts_as_wrong_where_the_report_says_it(
    given: Reply, threshold: float | None
) -> None:
    outcome = judge(CASE, given, min_confidence=threshold)
    found = figures(outcome)
    assert found["answer right"] == (0, 1)
    assert found["refused said"] == (1, 1)
    assert found["section cited"][1] == 0
    assert missed(outcome)
    assert miss(outcome).fault.startswith("refused")


def test_an_answer_to_what_the_report_does_not_say_is_a_miss() -> None:
    wrong, well = judge(UNSAID, reply("Losses")), judge(UNSAID, reply("Losses", text=None))
    assert figures(wrong, well)["answered unsaid"] == (0.5, 2)
    assert figures(wrong, well)["answer right"][1] == 0
    assert (missed(wrong), missed(well)) == (True, False)
    assert miss(wrong).expected == "that the report doesn't say"


def test_confidence_is_measured_over_all_questions() -> None:
    outcomes = [
        judge(CASE, reply("Losses", confidence=0.9)),
        judge(replace(CASE, id="d"), reply("Losses", text="Five", confidence=0.6)),
        judge(UNSAID, reply("Losses", confidence=0.7)),
    ]
    found = summarise(outcomes, MEASURES, title="t", about="a", missed=missed)
    # three bins of one each: 0.1, 0.6 and 0.7
    assert found.value("calibration error").value == pytest.approx(1.4 / 3)
    assert found.value("AUC: right from wrong").value == 1.0
    assert found.value("AUC: said from not said").value == 0.5
    assert found.value("ms a question, median").value == 7


def test_the_table_says_what_was_measured() -> None:
    table = summary().as_table()
    assert "Boats: three questions" in table
    assert "fact    2          0.50" in table
    assert "answer right                    0.50 (0.09–0.91)" in table


def test_the_report_shows_every_miss(tmp_path: Path) -> None:
    write_report(summary(), tmp_path / "new" / "folder")
    folder = tmp_path / "new" / "folder"
    markdown = (folder / "report.md").read_text(encoding="utf-8")
    assert "| fact | 2 | 0.50 (0.09–0.91) |" in markdown
    assert "### d · fact · wrong answer" in markdown
    assert "- expected: four" in markdown
    assert "- answered (confidence 0.60): <b>Five</b> \\| six" in markdown
    html = (folder / "report.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;Five&lt;/b&gt; | six" in html
    assert html.count("data:image/svg+xml;base64,") == 3
    text = (folder / "outcomes.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert [(line["id"], line["right"]) for line in lines] == [("c", True), ("d", False)]


def summary() -> Summary:
    outcomes = [
        judge(CASE, reply("Losses")),
        judge(replace(CASE, id="d"), reply("Losses", text="<b>Five</b> | six", confidence=0.6)),
    ]
    measure = Measure("answer right", lambda outcome: outcome.right)
    return summarise(outcomes, [measure], title="Boats", about="three questions", missed=missed)
