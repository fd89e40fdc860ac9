import json
import re
import socket
import sys
from contextlib import contextmanager

import pytest
import uvicorn
from conftest import TinyEncoder, TinyReranker
from fixtures_library import harbour, towns

from index.store import Store
from ingest.errors import MissingModel
from ingest.read import read
from service import assembly
from service.cli import main
from service.feedback import Feedback, Remark
from service.library import Library
from service.schemas import AskOut
from service.settings import Settings

FALSE_ALARMS = "How many false alarms were there in 2023?"
LAMPS = "# Lamps\n\n## Oil\n\nThe lamp burns 12 litres of oil.\n"


def read_plain(path, **_options):
    return read(path, count_tokens=lambda text: len(text.split()))


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    """Small models in place of the real ones, which no command here may load."""

    def make_library(settings, *, reranker=True):
        least = 0.0 if settings.min_confidence is None else settings.min_confidence
        own = TinyReranker() if reranker else None
        return Library(Store(settings.index), TinyEncoder(), own, min_confidence=least)

    @contextmanager
    def make_reader(_settings):
        yield read_plain

    monkeypatch.setattr(assembly, "make_library", make_library)
    monkeypatch.setattr(assembly, "make_reader", make_reader)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"REPORTQA_{name.upper()}", raising=False)


@pytest.fixture
def index(tmp_path):
    """A folder with an index of four reports and a PDF's reading."""
    folder = tmp_path / "index"
    Store(folder).add([harbour(), *towns()], TinyEncoder())
    return str(folder)


@pytest.fixture
def run(capsys):
    """Runs a command → exit code, standard output and standard error."""

    def run(*argv):
        try:
            code = main([str(arg) for arg in argv])
        except SystemExit as end:
            code = end.code
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_an_answer_comes_with_section_page_and_quote(run, index):
    code, out, err = run("ask", FALSE_ALARMS, "--index", index, "--top-k", 2)
    assert (code, err) == (0, "")
    assert out.splitlines()[:5] == [
        "477",
        "  Inspection of Harbour Town › Figures › Calls, page 2",
        "  “False alarms: 2022 512; 2023 477”",
        "",
        "[1] Inspection of Harbour Town › Figures › Calls, page 2",
    ]
    assert "\n[2] " in out
    assert "\n[3] " not in out


def test_further_places_are_told_with_theirs(run, index):
    code, out, _ = run("ask", "Is Harbour Town good?", "--index", index, "--top-k", 1)
    assert code == 0
    lines = out.splitlines()
    assert lines[0].startswith("Harbour Town has a good fire service.")
    assert lines[1] == "  Inspection of Harbour Town › Summary, page 1"
    also = lines.index("  also: “¹ Judged in May 2024.”")
    assert lines[also + 1] == "  Inspection of Harbour Town › Summary, page 1"


def test_json_is_what_ask_returns(run, index):
    code, out, _ = run("ask", FALSE_ALARMS, "--index", index, "--json")
    reply = json.loads(out)
    assert code == 0
    assert list(reply) == list(AskOut.model_fields)
    assert AskOut.model_validate(reply).model_dump(mode="json") == reply
    assert reply["answer"]["text"] == "477"
    assert len(reply["citations"]) == 5


def test_a_report_that_doesnt_say_is_exit_code_1(run, index, monkeypatch):
    monkeypatch.setenv("REPORTQA_MIN_CONFIDENCE", "1")
    code, out, _ = run("ask", "Who won the cup?", "--index", index)
    assert code == 1
    assert out.startswith("The report doesn't say. This is what it says nearest to the question.")
    assert "\n[5] " in out
    code, out, _ = run("ask", "Who won the cup?", "--index", index, "--json")
    assert (code, json.loads(out)["answer"]) == (1, None)


def test_a_question_that_is_not_utf8_is_still_a_question(run, index):
    code, out, _ = run("ask", f"\udcff\ud800 {FALSE_ALARMS}", "--index", index, "--json")
    assert code == 0
    assert json.loads(out)["question"] == f"?? {FALSE_ALARMS}"


def test_one_report_is_asked_by_its_id(run, index):
    asked = ("ask", "How many lighthouses were inspected?", "--index", index)
    code, out, _ = run(*asked, "--document", "cadfael")
    assert (code, out.splitlines()[0]) == (0, "In Cadfael, 113 lighthouses were inspected.")
    code, out, err = run(*asked, "--document", "nowhere")
    assert (code, out) == (2, "")
    assert err.startswith("reportqa: there is no document 'nowhere': 'reportqa documents'")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["ask", " "], "reportqa: the question is empty: type one"),
        (["ask", "x" * 4001], "reportqa: the question has 4,001 characters"),
        (["ask", "Why?", "--top-k", "21"], "from 1 to 20"),
        (["ask", "Why?", "--top-k", "many"], "from 1 to 20"),
        (["ask"], "required: question"),
        (["serve", "--port", "70000"], "reportqa: port is 70000 ("),
        (["serve", "--port", "http"], "invalid int value: 'http'"),
        (["dance"], "invalid choice: 'dance'"),
        ([], "required: COMMAND"),
        (["remove", "nowhere"], "reportqa: there is no document 'nowhere'"),
    ],
)
def test_a_wrong_command_is_exit_code_2_and_a_sentence(run, index, argv, said):
    code, out, err = run(*argv, *(["--index", index] if argv else []))
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


@pytest.mark.parametrize("command", [["ask", "Why?"], ["documents"], ["remove", "a"]])
def test_a_missing_index_says_which_command_makes_one(run, tmp_path, command):
    code, out, err = run(*command, "--index", tmp_path / "nowhere")
    assert (code, out) == (2, "")
    folder = tmp_path / "nowhere"
    assert err == (
        f"reportqa: there is no index in {folder}: run 'reportqa ingest FILE --index {folder}'\n"
    )


def test_a_wrong_setting_is_named(run, monkeypatch):
    monkeypatch.setenv("REPORTQA_THREADS", "many")
    code, _, err = run("documents")
    assert code == 2
    assert err.startswith("reportqa: threads is 'many' (")
    assert "REPORTQA_THREADS" in err


def test_options_come_before_the_environment(run, index, monkeypatch, tmp_path):
    monkeypatch.setenv("REPORTQA_INDEX", index)
    assert run("documents")[0] == 0
    assert run("documents", "--index", tmp_path / "nowhere")[0] == 2


def test_files_are_added_and_those_refused_are_named(run, tmp_path):
    (tmp_path / "lamps.md").write_text(LAMPS)
    (tmp_path / "empty.pdf").write_bytes(b"")
    index = tmp_path / "index"
    code, out, err = run("ingest", tmp_path / "lamps.md", tmp_path / "empty.pdf", "--index", index)
    (document,) = Store(index).open().documents
    assert code == 2
    assert out == f"lamps.md: Lamps ({document.id}), 1 passages\n"
    assert err.startswith("reportqa: empty.pdf: the file is empty")
    code, out, err = run("ingest", tmp_path / "lamps.md", "--index", index)
    assert (code, err) == (0, "")
    assert out == f"lamps.md: in the index already as {document.id}\n"


def test_nothing_to_ingest_is_an_error(run, tmp_path):
    (tmp_path / "none").mkdir()
    code, out, err = run("ingest", tmp_path / "none", "--index", tmp_path / "index")
    assert (code, out) == (2, "")
    assert err.startswith("reportqa: none: the folder holds no PDF")
    assert not (tmp_path / "index").exists()


def test_the_largest_size_is_a_setting(run, tmp_path, monkeypatch):
    monkeypatch.setenv("REPORTQA_MAX_MEGABYTES", "1")
    (tmp_path / "big.txt").write_text("A word. " * 200_000)
    code, _, err = run("ingest", tmp_path / "big.txt", "--index", tmp_path / "index")
    assert code == 2
    assert err.startswith("reportqa: big.txt: the file has 2 MB, at most 1 MB are read")


def test_reports_are_listed_and_removed(run, index):
    code, out, _ = run("documents", "--index", index)
    assert code == 0
    assert out.splitlines()[:2] == [
        "harbour  Inspection of Harbour Town  (3 pages, 4 passages)",
        "ambridge  Lights of Ambridge  (1 passages)",
    ]
    assert run("remove", "ambridge", "harbour", "--index", index)[:2] == (0, "removed 2\n")
    listed = json.loads(run("documents", "--index", index, "--json")[1])
    assert [document["id"] for document in listed] == ["borchester", "cadfael", "dunwich"]
    assert listed[0] == {
        "id": "borchester",
        "title": "Lights of Borchester",
        "name": "borchester.md",
        "date": "2022",
        "pages": None,
        "passages": 1,
    }


def test_what_is_read_of_a_file_is_shown(run, tmp_path):
    (tmp_path / "lamps.md").write_text(LAMPS)
    code, out, _ = run("inspect", tmp_path / "lamps.md")
    assert code == 0
    assert "Oil" in out
    code, out, _ = run("inspect", tmp_path / "lamps.md", "--json")
    assert (code, json.loads(out)["title"]) == (0, "Lamps")
    (tmp_path / "empty.md").write_bytes(b"")
    code, out, err = run("inspect", tmp_path / "empty.md")
    assert (code, out) == (2, "")
    assert err.startswith("reportqa: empty.md: the file is empty")


def test_a_file_that_is_not_there_is_a_sentence(run, tmp_path):
    code, out, err = run("inspect", tmp_path / "none.md")
    assert (code, out) == (2, "")
    assert err == "reportqa: none.md: there is no such file: check the path\n"


def test_the_service_listens_where_it_says(run, index, monkeypatch):
    served = []

    def serve(self, sockets):
        served.append((self.config.app.title, sockets[0].getsockname()))

    monkeypatch.setattr(uvicorn.Server, "run", serve)
    code, _, err = run("serve", "--index", index, "--port", 0)
    ((title, (host, port)),) = served
    assert (code, title, host) == (0, "reportqa", "127.0.0.1")
    assert port not in (0, Settings().port)
    assert err == f"reportqa: open http://127.0.0.1:{port}\n"


def test_the_service_ends_quietly_when_interrupted(run, index, monkeypatch):
    def interrupted(*_args, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(uvicorn.Server, "run", interrupted)
    assert run("serve", "--index", index, "--port", 0)[0] == 0


def test_an_address_in_use_is_a_sentence(run, index):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, err = run("serve", "--index", index, "--port", port)
    assert code == 2
    assert err.startswith(f"reportqa: 127.0.0.1:{port} cannot be served on (")
    assert "--port" in err


def test_a_model_that_is_missing_stops_the_service_with_a_sentence(run, index, monkeypatch):
    def missing(_settings):
        raise MissingModel("the encoder is missing: run 'make setup'")

    monkeypatch.setattr(assembly, "make_library", missing)
    code, _, err = run("serve", "--index", index, "--port", 0)
    assert (code, err) == (2, "reportqa: the encoder is missing: run 'make setup'\n")


def test_a_command_that_is_interrupted_ends_quietly(run, index, monkeypatch):
    def interrupted(*_args, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(Library, "ask", interrupted)
    assert run("ask", "Why?", "--index", index) == (130, "", "")


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("ingest", ["PATH", "--index DIR"]),
        ("ask", ["question", "--document ID", "--top-k N", "--json", "--index DIR"]),
        ("serve", ["--host", "--port", "default: 8000", "--index DIR"]),
        ("documents", ["--json", "--index DIR"]),
        ("remove", ["ID", "--index DIR"]),
        ("inspect", ["PATH", "--json"]),
        ("models", ["{show,fetch}"]),
        ("eval", ["--cases FILE", "--split {dev,fit,held,all}", "--out DIR", "--index DIR"]),
    ],
)
def test_every_command_has_help(run, command, shown):
    code, out, _ = run(command, "--help")
    assert code == 0
    assert all(words in out for words in shown)
    summary = run("--help")[1]
    assert command in re.findall(r"^    (\w+)\b", summary, re.MULTILINE)
    assert "reportqa ask " in summary


def test_help_loads_no_model(run):
    before = set(sys.modules)
    assert run("--help")[0] == 0
    assert not {"torch", "faiss", "sentence_transformers"} & (set(sys.modules) - before)


def test_feedback_is_exported_as_draft_lines(tmp_path, capsys):
    place = tmp_path / "index"
    assert main(["feedback", "export", "--index", str(place)]) == 0
    assert capsys.readouterr().out == ""
    kept = Feedback(place / "feedback.sqlite3")
    kept.keep(Remark("wrong", "how many?", "41", "There are 41.", "harbour", 2, ("Figures",)))
    kept.keep(Remark("right", "wie viele?", "vier·", "vier·", "harbour", 2, ("Figures",)))
    assert main(["feedback", "export", "--index", str(place)]) == 0
    wrong, right = map(json.loads, capsys.readouterr().out.splitlines())
    assert (wrong["question"], wrong["not"]) == ("how many?", ["41"])
    assert (right["answers"], right["sections"]) == ([["vier·"]], [["Figures"]])
