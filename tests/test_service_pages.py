import csv
import io
import json
import zlib
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from fixtures_library import harbour, hostile, make_library, towns

from ingest.records import Section
from service.app import create_app
from service.asking import Asked, Asker, confidence_in_words
from service.examples import examples
from service.feedback import Feedback
from service.pages_compare import _zipped
from service.settings import Settings

PAGE = {"Accept": "text/html"}
ALARMS = {"q": "how many false alarms in 2023"}


def serve(library):
    app = create_app(lambda: library, settings=Settings(), read=lambda path: path)
    return TestClient(app, base_url="http://localhost", headers=PAGE)


@pytest.fixture
def library(tmp_path):
    return make_library(tmp_path / "index", harbour(), hostile(), *towns())


@pytest.fixture
def client(library):
    with serve(library) as client:
        yield client


def test_the_answer_comes_first_then_where_it_stands(client):
    page = client.get("/", params=ALARMS).text
    places = [
        page.index(part)
        for part in (
            ">477<",
            "False alarms: 2022 512; 2023 477",
            "Calls</span>",
            "page 2",
            "Inspection of Harbour Town › Figures",
            "Very likely",
        )
    ]
    assert places == sorted(places)
    assert "Found in 1.2 seconds." in page
    assert 'value="how many false alarms in 2023"' in page


def test_a_citation_leads_to_the_sentence_in_the_reader_and_on_the_page(client):
    page = client.get("/", params=ALARMS).text
    assert 'href="/documents/harbour/passages/2?mark=' in page
    href = page.split('href="/documents/harbour/passages/2?mark=')[1].split('"')[0]
    reader = client.get(f"/documents/harbour/passages/2?mark={href.split('#')[0]}").text
    assert "<mark>477</mark>" in reader
    assert 'id="p2" tabindex="-1" autofocus' in reader
    assert "/documents/harbour/pages/2?passage=2&amp;mark=" in page


def test_what_is_nearest_is_marked_where_nothing_is_quoted(client):
    page = client.get("/", params=ALARMS).text
    quoted, _, rest = page.partition('<article class="near">')
    assert "<mark>False alarms: 2022 512; 2023 477</mark>" not in rest
    assert "<mark>" in quoted
    assert "<mark>" in rest
    assert "what comes nearest to the question is <mark>underlined</mark>" in quoted
    lone = client.get("/", params={**ALARMS, "top_k": 1}).text
    assert 'class="near"' not in lone
    assert "underlined" not in lone


def test_where_there_is_no_answer_nothing_is_marked_as_quoted(client):
    page = client.get("/", params={"q": "who painted the ceiling of the chapel"}).text
    assert "No answer found" in page
    assert '<article class="near">' in page
    assert "<article>" not in page


def test_a_page_says_where_questions_go(tmp_path, client):
    own = "Nothing you type leaves this service."
    assert own in client.get("/").text
    set_up = Settings(writer_url="http://models.example/v1", writer_model="any")
    library = make_library(tmp_path / "other", harbour())
    app = create_app(lambda: library, settings=set_up, read=lambda path: path)
    with TestClient(app, base_url="http://localhost", headers=PAGE) as other:
        page = other.get("/").text
    assert own not in page
    assert "sent to models.example for a summary" in page


def test_not_answered_says_so_and_shows_the_nearest(client):
    page = client.get("/", params={"q": "who painted the ceiling of the chapel"}).text
    assert "The report doesn&#39;t say." in page
    assert "Nearest passages" in page
    assert "data-answer" not in page


@pytest.mark.parametrize(
    ("question", "sentence"),
    [("x" * 4001, "at most 4,000 are taken"), ("lights&document=nowhere", "there is no document")],
)
def test_a_question_that_cannot_be_asked_says_why(client, question, sentence):
    answer = client.get(f"/?q={question}")
    assert answer.status_code in (404, 422)
    assert sentence in answer.text


def test_an_empty_library_says_what_to_do(tmp_path):
    with serve(make_library(tmp_path / "none")) as client:
        for path in ("/", "/documents", "/compare", "/?q=anything", "/compare?q=anything"):
            answer = client.get(path)
            assert answer.status_code == 200
            assert "There are no reports here yet" in answer.text or "No reports yet" in answer.text


def test_examples_come_from_the_reports(library, client):
    safe = [document for document in library.documents if document.id != "hostile"]
    passages = library.view().index.passages
    assert examples(safe, passages, 9)[:2] == [
        "What is the figure for false alarms?",
        "What does the report say about what must improve?",
    ]
    assert examples((), (), 4) == []
    sentence = Section(("The judgement is good for now.",), 1, 1)
    assert examples([replace(safe[0], sections=(sentence,))], (), 4) == []
    assert ">What is the figure for false alarms?</a>" in client.get("/").text


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?q=hostile+vessel+sank+times",
        "/?q=%3Cscript%3Ealert(1)%3C/script%3E%22%3E%3Cimg+src=x%3E",
        "/documents",
        "/documents/hostile",
        "/documents/hostile/passages/0?mark=0-30",
        "/documents/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/compare?q=hostile+vessel+sank+times",
        "/compare",
    ],
)
def test_no_text_is_markup(client, path):
    page = client.get(path).text
    for markup in (
        "<script>",
        "<img src=x",
        "<svg onload",
        "<b>bold",
        "<b>9",
        "<a href='java",
        "<i>",
    ):
        assert markup not in page
    assert "49 times" not in page


def test_a_question_is_asked_once_for_all_that_is_done_with_it(client, library):
    client.get("/", params=ALARMS)
    for suffix in ("txt", "md", "bib", "json"):
        assert client.get(f"/answer.{suffix}", params=ALARMS).status_code == 200
    client.get("/passages.csv", params=ALARMS)
    assert library.questions == [ALARMS["q"]]


def test_a_changed_library_is_asked_anew(library):
    asker = Asker(library)
    asker.ask(Asked("lighthouses inspected in Ambridge"))
    library.remove(["ambridge"])
    reply = asker.ask(Asked("lighthouses inspected in Ambridge"))
    assert "ambridge" not in [citation.document.id for citation in reply.citations]


def test_an_answer_can_be_taken_along(client):
    text = client.get("/answer.txt", params=ALARMS)
    assert text.headers["content-disposition"] == 'attachment; filename="answer.txt"'
    assert "Answer: 477" in text.text
    assert json.loads(client.get("/answer.json", params=ALARMS).text)[0]["page"] == "2"
    assert client.get("/answer.doc", params=ALARMS).status_code == 404
    nothing = client.get("/answer.txt", params={"q": "who painted the ceiling of the chapel"})
    assert nothing.status_code == 404
    rows = list(csv.DictReader(io.StringIO(client.get("/passages.csv", params=ALARMS).text)))
    reply = client.get("/passages.json", params=ALARMS).json()
    assert [row["passage"] for row in rows] == [c["passage"] for c in reply["citations"]]
    assert reply["answer"]["text"] == "477"


def test_feedback_is_kept_with_what_was_answered(client, library):
    path = "/feedback?q=how+many+false+alarms+in+2023"
    thanks = client.post(path, data={"verdict": "wrong place", "note": " see page 9 "})
    assert "Thank you" in thanks.text
    client.post("/feedback?q=who+painted+the+chapel", data={"verdict": "right"})
    first, second = Feedback(library.store.folder / "feedback.sqlite3").remarks()
    assert (first.verdict, first.note, first.answer) == ("wrong place", "see page 9", "477")
    assert (first.document_id, first.passage, first.section) == ("harbour", 2, ("Figures", "Calls"))
    assert (second.verdict, second.answer) == ("right", "")
    assert client.post(path, data={"verdict": "perfect"}).status_code == 422


def test_the_reader_shows_tables_notes_and_outline(client):
    page = client.get("/documents/harbour").text
    assert '<th scope="row">False alarms</th>' in page
    assert '<a class="ref" href="#n0-1" aria-label="Note 1">¹</a>' in page
    assert '<p class="note" id="n0-1">' in page
    assert 'href="/documents/harbour/passages/3#p3"' in page
    assert client.get("/documents/harbour/passages/4").status_code == 404
    assert client.get("/documents/harbour/passages/x").status_code == 404


def test_a_page_is_shown_with_its_boxes(client):
    page = client.get("/documents/harbour/pages/1?passage=0&mark=0-38").text
    assert page.count("<rect ") == 2
    assert 'href="/documents/harbour/pages/2"' in page
    assert "/pages/0" not in page
    picture = client.get("/documents/harbour/pages/1.png")
    assert picture.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert client.get("/documents/harbour/pages/4").status_code == 404
    assert client.get("/documents/hostile/pages/1").status_code == 404
    assert client.get("/documents/hostile/pages/1.png").status_code == 404


def test_the_original_is_only_ever_a_download(client, library):
    answer = client.get("/documents/hostile/file")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "\n" not in answer.headers["content-disposition"]
    document = library.document("hostile")
    assert answer.content == library.original(document).read_bytes()
    library.original(document).unlink()
    assert client.get("/documents/hostile/file").status_code == 404


def test_comparing_asks_each_report_and_sorts(client, library):
    query = {"q": "how many lighthouses were inspected"}
    page = client.get("/compare", params=query).text
    assert library.questions == [query["q"]] * 6
    assert "3 of 6 reports say." in page
    down = client.get("/compare", params=query | {"sort": "answer", "order": "desc"}).text
    order = [
        down.index(f'<a href="/documents/{name}">')
        for name in ("cadfael", "ambridge", "borchester")
    ]
    assert order == sorted(order)
    assert 'aria-sort="descending"' in down
    assert len(library.questions) == 6
    rows = list(csv.DictReader(io.StringIO(client.get("/compare.csv", params=query).text)))
    assert [row["number"] for row in rows if row["number"]] == ["41", "7", "113"]


def test_comparing_only_some_reports(client, library):
    query = "q=how+many+lighthouses+were+inspected&document=ambridge&document=dunwich"
    page = client.get(f"/compare?{query}").text
    assert "1 of 2 reports say." in page
    assert len(library.questions) == 2
    assert client.get("/compare?q=x&document=nowhere").status_code == 404
    assert client.get("/compare?q=x&sort=colour").status_code == 422


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_rows_are_sent_as_they_come(library, encoding):
    with serve(library) as client:
        query = {"q": "how many lighthouses were inspected"}
        headers = {"Accept-Encoding": encoding}
        with client.stream("GET", "/compare", params=query, headers=headers) as answer:
            assert answer.headers["content-encoding"] == encoding
            page = "".join(answer.iter_text())
    assert page.count("<tr") == 7
    assert page.rstrip().endswith("</html>")


def test_a_row_can_be_read_before_the_next_is_there():
    asked = []

    def pieces():
        for row in ("<tr>one</tr>", "<tr>two</tr>"):
            asked.append(row)
            yield row

    reader = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    coming = _zipped(pieces())
    assert reader.decompress(next(coming)) == b"<tr>one</tr>"
    assert asked == ["<tr>one</tr>"]
    assert reader.decompress(b"".join(coming)) == b"<tr>two</tr>"
    assert reader.eof


def test_the_docs_describe_every_operation(client):
    page = client.get("/docs").text
    spec = client.get("/openapi.json").json()
    for path, methods in spec["paths"].items():
        for method in methods:
            assert f"<code>{method.upper()} {path}</code>" in page
    assert "https://" not in page


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (0.99, "Extremely likely to be right"),
        (0.9, "Very likely to be right"),
        (0.7, "Likely to be right"),
        (0.5, "More likely right than wrong"),
        (0.4, "About as likely right as wrong"),
        (0.3, "Unlikely to be right"),
    ],
)
def test_confidence_is_said_in_words(confidence, words):
    assert confidence_in_words(confidence) == words


def test_a_question_has_one_address():
    asked = Asked("what & where?", ("a", "b"), 3)
    assert asked.address("/compare", sort="date") == (
        "/compare?q=what+%26+where%3F&document=a&document=b&top_k=3&sort=date"
    )
