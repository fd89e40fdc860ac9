"""The whole product with its real models: from a file to a cited answer, as a user has it."""

import json
from pathlib import Path

import pytest
from pypdf import PdfReader

from index.encoder import load_encoder
from index.store import Store
from ingest.errors import MissingModel
from service.cli import main

pytestmark = pytest.mark.slow

CORPUS = Path(__file__).parents[1] / "corpus"
RAMBLING = (
    "Good morning, I moved to Leamington with my family a year ago and my neighbour, who used to "
    "be a special constable, keeps telling me stories about gangs, so I began to read up on all "
    "of this over the weekend and got rather lost in the tables. What is the OCG rate? Thank you "
    "so much for your help and sorry for the long message."
)


@pytest.fixture(scope="module", autouse=True)
def _models(tmp_path_factory):
    try:
        load_encoder(folder=tmp_path_factory.mktemp("models"))
    except MissingModel as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """An index of the shipped report."""
    index = tmp_path_factory.mktemp("edition") / "index"
    assert main(["ingest", *map(str, CORPUS.glob("*.pdf")), "--index", str(index)]) == 0
    return index


@pytest.fixture(scope="module")
def real(shared, tmp_path_factory):
    """An index of the official report, extracted as text without pages."""
    index = tmp_path_factory.mktemp("real") / "index"
    path = shared / "report" / "warwickshire-effectiveness-2015.txt"
    assert main(["ingest", str(path), "--index", str(index)]) == 0
    return index


@pytest.fixture
def ask(capsys):
    """Asks on the command line; returns the reply and the citation of its answer."""

    def asked(question, index):
        capsys.readouterr()
        code = main(["ask", question, "--index", str(index), "--json"])
        reply = json.loads(capsys.readouterr().out)
        assert code == (0 if reply["answered"] else 1)
        answer = reply["answer"]
        return reply, reply["citations"][answer["citation"]] if answer else None

    return asked


def page_with(path, *words):
    """The only page of a PDF, from 1, that has all the words."""
    pages = [
        number
        for number, page in enumerate(PdfReader(path).pages, 1)
        if all(word in page.extract_text() for word in words)
    ]
    assert len(pages) == 1, (words, pages)
    return pages[0]


def test_the_shipped_report_answers_with_section_page_and_quote(edition, ask):
    reply, citation = ask("what is the OCG rate?", edition)
    answer = reply["answer"]
    (path,) = CORPUS.glob("*.pdf")
    assert answer["text"] == "21.2"
    assert citation["section"] == ["Force in numbers", "Organised crime groups"]
    assert citation["page"] == page_with(path, "21.2", "74.7")
    assert "21.2" in answer["quote"]
    assert answer["quote"] in citation["passage"]
    start, end = citation["highlights"][0]
    assert citation["passage"][start:end] == answer["quote"]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many organised crime groups per million people in England and Wales?", "74.7"),
        ("waht is teh OCG raet", "21.2"),
        (RAMBLING, "21.2"),
    ],
)
def test_other_words_and_typing_errors_are_answered_too(edition, ask, question, text):
    reply, citation = ask(question, edition)
    assert reply["answer"]["text"] == text
    assert citation["section"] == ["Force in numbers", "Organised crime groups"]


@pytest.mark.parametrize(
    "question",
    [
        "Which paint was used for the ceiling of the chapel?",
        "How do I bake sourdough bread?",
        "<script>alert(1)</script>",
        "'; DELETE FROM users; --",
    ],
)
def test_what_the_report_does_not_say_is_not_answered(edition, ask, question):
    reply, _ = ask(question, edition)
    assert (reply["answered"], reply["answer"]) == (False, None)
    assert reply["message"].startswith("The report doesn't say.")
    assert reply["citations"]


def test_ingesting_again_embeds_nothing_and_changes_nothing(edition, capsys):
    before = Store(edition).generation()
    assert main(["ingest", *map(str, CORPUS.glob("*.pdf")), "--index", str(edition)]) == 0
    assert "in the index already" in capsys.readouterr().out
    assert Store(edition).generation() == before


def test_the_official_report_answers_with_its_section(real, ask):
    reply, citation = ask("what is the OCG rate?", real)
    assert reply["answer"]["text"] == "21.2"
    assert citation["section"] == ["Force in numbers", "Organised crime groups"]
    assert citation["page"] is None


def test_the_official_report_says_with_whom_it_compares(real, ask):
    reply, citation = ask("21 OCGs per million is low compared with whom?", real)
    shown = " ".join([reply["answer"]["text"], reply["answer"]["quote"]])
    assert "74.7" in shown or "England and Wales" in shown
    assert any("rganised crime" in title for title in citation["section"])


NUMBERS = {
    "blackburn-with-darwen-2017-12-08": (
        "How many children and young people live in Blackburn with Darwen?",
        "38,383",
    ),
    "kent-2017-06-13": ("How many children and young people under 18 live in Kent?", "330,000"),
    "thurrock-2016-05-24": ("How many children does Thurrock look after?", "336"),
    "manchester-2017-12-21": (
        "How many children in Manchester have a child protection plan?",
        "794",
    ),
    "worcestershire-2017-01-24": ("How many children are looked after in Worcestershire?", "710"),
}


@pytest.fixture(scope="module")
def inspections(shared, tmp_path_factory):
    """An index of five inspection reports of five councils."""
    index = tmp_path_factory.mktemp("inspections") / "index"
    reports = shared / "benchmarks" / "ofsted" / "reports"
    paths = [str(reports / f"{name}.pdf") for name in NUMBERS]
    assert main(["ingest", *paths, "--index", str(index)]) == 0
    return index


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_of_an_inspection_report_is_found_on_its_page(inspections, shared, ask, name):
    question, number = NUMBERS[name]
    facts = (shared / "benchmarks" / "ofsted" / "facts.jsonl").read_text().splitlines()
    pages = {
        fact["page"]
        for fact in map(json.loads, facts)
        if (fact["value"], fact["document"]) == (number, f"{name}.pdf")
    }
    reply, citation = ask(question, inspections)
    documents = {d.id: d.name for d in Store(inspections).open().documents}
    answer = reply["answer"]
    assert number in answer["text"]
    assert documents[citation["document"]["id"]] == f"{name}.pdf"
    # A report may say it in a second place, which is then cited too.
    cited = [citation, *(reply["citations"][more["citation"]] for more in answer["also"])]
    assert pages & {place["page"] for place in cited}
