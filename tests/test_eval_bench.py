"""The bench without the tools: its rule for raw text, its table, its way of speaking to them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from eval.bench import table, tools
from eval.bench.judging import Judge
from eval.bench.measuring import Measured, _take, _turns
from eval.bench.stages import timed
from eval.bench.tools import OURS, TOOLS, BenchError, Installed, Tool, running
from eval.cases import Case
from ingest.read import read

REPORT = """# Harbour inspection

## Depth

The harbour is twelve metres deep at low tide. Nobody has measured it since the wall was built.

## Boats

### Losses

Four boats sank in the storm of May. All of them were twelve metres long, the inspector said.

### Repairs

The slipway repaired thirty boats over the year. It was closed for all of the winter.
"""
DEEP = Case("deep", "fact", "how deep?", answers=(("twelve metres",),), sections=(("Depth",),))


@pytest.fixture
def judge(tmp_path):
    path = tmp_path / "harbour.md"
    path.write_text(REPORT, encoding="utf-8")
    reading = read(path, count_tokens=lambda text: len(text.split()), passage_tokens=40)
    return Judge(REPORT, reading.passages)


@pytest.mark.parametrize(
    ("said", "is_evidence"),
    [
        ("The harbour is twelve metres deep at low\n tide.", True),
        ("## Depth\n\nThe harbour is twelve metres deep at low tide. Nobody has", True),
        ("Nobody has measured it since the wall was built.", False),
        ("All of them were twelve metres long, the inspector said.", False),
        ("The harbour is TWELVE  metres deep", True),
    ],
)
def test_a_window_is_evidence_if_it_says_it_in_the_right_place(judge, said, is_evidence):
    assert judge.evidence(DEEP, {"text": said}) is is_evidence


def test_what_lies_between_two_sections_counts_for_both(judge):
    said = "### Losses\n\nFour boats sank in the storm of May. All of them were twelve metres"
    assert judge.evidence(DEEP, {"text": said}) is True


def test_a_passage_that_is_not_found_in_the_text_counts_as_well_placed(judge):
    assert judge.evidence(DEEP, {"text": "Water: twelve metres"}) is True
    assert judge.evidence(DEEP, {"text": "Water: nine metres"}) is False


def test_a_tool_that_knows_its_sections_is_judged_by_them(judge):
    said = "The harbour is twelve metres deep at low tide."
    assert judge.evidence(DEEP, {"text": said, "section": ["DEPTH"]}) is True
    assert judge.evidence(DEEP, {"text": said, "section": ["Boats", "Losses"]}) is False


def test_the_marked_words_alone_are_judged_as_passages_are(judge):
    deep = "The harbour is twelve metres deep at low tide."
    passage = {"text": f"{deep} Nobody has measured it.", "section": ["Depth"]}
    measured = Measured(Installed(Path("python"), 1.0, "1"))
    marks = ["Nobody has measured it.", "", deep]
    _take(measured, DEEP, [{**passage, "marked": mark} for mark in marks], judge)
    assert measured.evidence == [[True, True, True]]
    assert measured.marked == [[False, False, True]]
    assert (measured.words, measured.marked_words) == ([13, 13, 13], [4, 9])
    _take(measured, DEEP, [passage], judge)
    assert measured.marked[1:] == [[]]


@pytest.fixture
def results():
    def measured(seconds, evidence):
        return Measured(
            Installed(Path("python"), 1500.4, "1.2"),
            ingested=[10 * seconds, 20 * seconds],
            asked=[seconds, 3 * seconds],
            ingested_busy=[seconds, seconds],
            asked_busy=[seconds, seconds],
            first=[9.0],
            first_saved=[4.0],
            evidence=evidence,
            words=[100, 200],
            peak=700.4,
        )

    ours, plain, other = TOOLS[:3]
    first = measured(0.1, [[True, False], [False, True]])
    first.marked, first.marked_words = [[True], [False]], [20, 22]
    return {
        ours: first,
        plain: measured(0.05, [[True, False], [False, True]]),
        other: measured(0.3, [[False, False], [False, False, True]]),
    }


def rows(markdown):
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in markdown.splitlines()]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[2:]]


def test_quality_is_evidence_in_the_first_of_each_tool(results):
    ours, marked, _, other = rows(table.quality(results))
    assert marked["tool"] == "reportqa, its marked words alone"
    assert [marked[f"evidence in {k}"].split()[0] for k in (1, 3)] == ["0.50", "0.50"]
    assert (marked["words"], ours["words"]) == ("21", "150")
    assert [ours[f"evidence in {k}"].split()[0] for k in (1, 3, 5)] == ["0.50", "1.00", "1.00"]
    assert [other[f"evidence in {k}"].split()[0] for k in (1, 3, 5)] == ["0.00", "0.50", "0.50"]
    assert other["ours more in 1"].startswith("+0.50 (")
    assert ours["ours more in 1"] == ""
    assert other["words"] == "150"


def test_times_are_medians_in_the_unit_of_their_column(results):
    ours = rows(table.speed(results))[0]
    assert ours["ingest, s"] == "1.5"
    assert ours["query p50, ms"] == "200"
    assert ours["p95"] == "290"
    assert ours["processor time, mean"] == "100"
    assert (ours["first answer, s"], ours["with an index kept"]) == ("9.0", "4.0")
    assert (ours["peak memory, MB"], ours["installed, MB"]) == ("700", "1500")


def test_ratios_are_taken_pair_by_pair(results):
    (other,) = rows(table.ratios(results))
    assert other["tool"] == "LangChain"
    assert other["ingest"] == "3.00 (3.00–3.00)"
    assert other["a query, over reportqa"] == "3.00 (3.00–3.00)"
    assert other["a query, over reportqa without reranking"] == "6.00 (6.00–6.00)"


def test_another_tool_is_first_each_turn():
    assert [list(_turns(TOOLS[:3], n)) for n in range(3)] == [
        [TOOLS[0], TOOLS[1], TOOLS[2]],
        [TOOLS[1], TOOLS[2], TOOLS[0]],
        [TOOLS[2], TOOLS[0], TOOLS[1]],
    ]


FAKE = """
import json
from pathlib import Path

class Fake:
    def ingest(self, file):
        print("chatter on the output")
        self.text = Path(file).read_text()

    def ask(self, question, k):
        if question == "boom":
            raise ValueError("no such question")
        return [{"text": self.text}] * k

    def save(self, folder):
        (folder / "kept").write_text(self.text)

    def restore(self, folder):
        self.text = (folder / "kept").read_text()

def make(models, reranked):
    return Fake()
"""


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """A tool's process that runs the fake above."""
    home = tmp_path / "bench"
    home.mkdir()
    (home / "use_fake.py").write_text(FAKE)
    (home / "worker.py").write_text((tools.HERE / "worker.py").read_text())
    monkeypatch.setattr(tools, "HERE", home)
    monkeypatch.setattr(tools, "HOME", home)
    with running(Tool("Fake", "use_fake", "fake", "fake"), Path(sys.executable), home) as process:
        yield process


def test_a_tool_answers_in_lines_of_json_whatever_it_prints(fake, tmp_path):
    (tmp_path / "report.txt").write_text("twelve metres")
    assert fake.do("ingest", file=str(tmp_path / "report.txt"))["seconds"] >= 0
    assert fake.do("ask", question="how deep?", k=2)["passages"] == [{"text": "twelve metres"}] * 2
    fake.do("save", folder=str(tmp_path))
    assert (tmp_path / "kept").read_text() == "twelve metres"
    assert 1 < fake.peak() < 1000
    assert fake.busy() >= 0


def test_what_a_tool_fails_at_is_said_with_its_name(fake, tmp_path):
    (tmp_path / "report.txt").write_text("twelve metres")
    fake.do("ingest", file=str(tmp_path / "report.txt"))
    with pytest.raises(
        BenchError, match=r"Fake: ask: ValueError: no such question: see .*use_fake"
    ):
        fake.do("ask", question="boom", k=1)
    assert fake.do("ask", question="how deep?", k=1)["passages"] == [{"text": "twelve metres"}]


def test_a_tool_that_died_is_said(fake):
    fake._process.kill()
    with pytest.raises(BenchError, match="Fake: ask: its process ended"):
        fake.do("ask", question="how deep?", k=1)


def test_the_worker_needs_nothing_of_the_project():
    command = [sys.executable, "-S", "-I", str(tools.HERE / "worker.py"), "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_tool_has_pinned_requirements_and_a_file_that_uses_it():
    for tool in TOOLS:
        assert (tools.HERE / f"{tool.module}.py").is_file()
        lines = (tools.HERE / f"requirements-{tool.environment}.txt").read_text().splitlines()
        named = [line for line in lines if not line.startswith("--")]
        assert named
        assert all("==" in line for line in named), tool.environment
        assert any(line.startswith(tool.package) for line in named) or tool.module == OURS.module


def test_calls_are_timed_while_the_block_lasts():
    class Answers:
        def ask(self, question):
            return json.dumps(question)

    place = (Answers, "ask")
    with timed(place) as spent:
        assert Answers().ask("why") == '"why"'
    Answers().ask("why")
    assert len(spent[place]) == 1
