import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fastapi.testclient import TestClient
from fixtures_library import Text, document, harbour, hostile, make_library, passage

from service.app import create_app
from service.cli import main
from service.reply import Citation, Reply
from service.settings import Settings
from service.vouching import vouched
from service.writer import Endpoint, WriterUnset, make_writer

ALARMS = "how many false alarms in 2023"
GOOD = "There were 477 false alarms in 2023 [1]."


class Fake:
    """An endpoint that gives ``body`` after ``delay`` seconds, byte by byte if it should drip."""

    def __init__(self):
        self.body = b""
        self.status = 200
        self.headers = {}
        self.delay = 0.0
        self.drip = False
        self.asked = []

    def says(self, text):
        self.body = json.dumps({"choices": [{"message": {"content": text}}]}).encode()


@pytest.fixture
def fake():
    with served() as (fake, _):
        yield fake


@contextmanager
def served():
    fake = Fake()
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["Content-Length"])
            fake.asked.append((self.path, dict(self.headers), json.loads(self.rfile.read(length))))
            over.wait(fake.delay)
            self.send_response(fake.status)
            for name, value in fake.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(fake.body)))
            self.end_headers()
            pieces = [bytes([b]) for b in fake.body] if fake.drip else [fake.body]
            try:
                for piece in pieces:
                    self.wfile.write(piece)
                    if fake.drip and over.wait(0.05):
                        return
            except OSError:
                pass

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield fake, server
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def reply(tmp_path):
    found = make_library(tmp_path / "index", harbour(), hostile()).ask(ALARMS, top_k=3)
    assert found.answer
    assert found.citations[0].passage.section == ("Figures", "Calls")
    return found


def write(reply, fake, **more):
    return make_writer(Endpoint(fake.url, "tiny", **more))(reply)


def citations(*readings):
    return [Citation(r.document, p, 1.0) for r in readings for p in r.passages]


@pytest.mark.parametrize(
    "sentence",
    [
        "Harbour Town has a good fire service [1].",
        "According to the report, Harbour Town's fire services were good [1].",
        "It answered 866 calls in 2023 [1].",
        "The service should visit every school once a year [2].",
        "The good fire service of Harbour Town answered 866 calls [1].",
        "There were 477 false alarms in 2023 [3].",
        "Road calls by kind: 84 in 2022 [3].",
        "In 1931 the oldest station was opened, beside the lighthouse [4].",
        "Ninety firefighters work at 3 stations [4].",
        "There were 477 false alarms in 2023 [3] and 866 calls [1].",
        "There were 477 false alarms in 2023 and 866 calls [1, 3].",
    ],
)
def test_a_sentence_that_its_passages_vouch_for_is_kept(sentence):
    assert vouched(sentence, citations(harbour())) == sentence


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("Harbour Town has a good fire service.", "no citation"),
        ("Ninety firefighters work at three stations [0].", "there is no passage 0"),
        ("Harbour Town has a good fire service [5].", "only four passages are shown"),
        ("Harbour Town has a good fire service [3].", "another passage"),
        ("Harbour Town has a good fire service [1][3].", "a second passage without a word of it"),
        ("Harbour Town has an outstanding fire service [1].", "a word of its own"),
        ("Harbour Town has a fire service that is not good [1].", "denied"),
        ("It answered 867 calls in 2023 [1].", "another number"),
        ("It answered 86 calls in 2023 [1].", "part of a number"),
        ("It answered 866 calls in 2022 [1].", "another year"),
        ("It answered 866% calls in 2023 [1].", "another unit"),
        ("It answered £866 in 2023 [1].", "a currency"),
        ("There were 512 false alarms in 2023 [3].", "the neighbouring column"),
        ("There were 298 false alarms in 2023 [3].", "the neighbouring row"),
        ("Crew number 2 and crew number 9 train on a day of their own [4].", "places apart"),
        ("Only ninety firefighters work at three stations [4].", "only"),
        ("Nine firefighters work at three stations [4].", "another number in words"),
        ("It is so [1].", "nothing to hold it against"),
        ("[1].", "no words"),
    ],
)
def test_a_sentence_that_they_do_not_is_dropped(sentence, why):
    assert vouched(sentence, citations(harbour())) == "", why


def test_what_a_passage_denies_is_not_affirmed():
    own = passage("port", 0, ("Crews",), Text(("The crews are not trained.", "Boats are new.")))
    cited = citations(document("port", "Port", [own]))
    assert vouched("The crews are trained [1].", cited) == ""
    assert vouched("The crews aren't trained [1].", cited) == "The crews aren't trained [1]."
    assert vouched("Crews are never trained [1].", cited) == "Crews are never trained [1]."
    assert vouched("Boats are new [1].", cited) == "Boats are new [1]."


def test_numbers_are_the_same_in_words_and_units_however_written():
    said = "Nine crews, or 4.5 per cent, cost £1,200."
    own = passage("port", 0, ("Crews",), Text((said,)))
    cited = citations(document("port", "Port", [own]))
    for same in ("9 crews or 4.5% cost £1200 [1].", "Nine crews cost 1,200 pounds [1]."):
        assert vouched(same, cited) == same
    for other in ("45% [1].", "Crews cost $1,200 [1].", "Crews cost -£1,200 [1].", "5% [1]."):
        assert vouched(other, cited) == ""


def test_good_sentences_stay_in_order_and_lose_their_markup():
    text = (
        "## Fire service\n"
        "- **Harbour Town** has a good fire service. [1]\n"
        "- It has nine lives [1]. It answered 866\u00a0calls\u202e in 2023 [1].\u001b[31m\n"
    )
    assert vouched(text, citations(harbour())) == (
        "Harbour Town has a good fire service [1]. It answered 866 calls in 2023 [1]."
    )


def test_a_summary_of_nothing_is_empty():
    assert vouched("", citations(harbour())) == ""
    assert vouched("Harbour Town has a good fire service [1].", []) == ""


# What is asked of an endpoint, and what becomes of what it says.


def test_a_good_sentence_is_kept_and_another_dropped(fake, reply):
    fake.says(f"{GOOD} That is a disgrace [1]. In 2022 there were 477 false alarms [1].")
    written = write(reply, fake)
    assert written.summary == GOOD
    assert replace_summary(written) == reply


def replace_summary(reply):
    return Reply(
        reply.question, reply.answer, reply.confidence, reply.message, reply.citations,
        reply.took_ms,
    )  # fmt: skip


def test_the_endpoint_gets_the_question_and_the_numbered_passages(fake, reply):
    fake.says(GOOD)
    write(reply, fake, key="secret-1")
    ((path, headers, body),) = fake.asked
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer secret-1"
    assert body["model"] == "tiny"
    assert [m["role"] for m in body["messages"]] == ["system", "user"]
    said = body["messages"][1]["content"]
    assert said.startswith("[1] Inspection of Harbour Town › Figures › Calls\nTable 1")
    assert said.endswith(f"Question: {ALARMS}")
    for number, citation in enumerate(reply.citations, 1):
        assert f"[{number}] {citation.document.title}" in said
        assert citation.passage.text in said


def test_no_key_no_header(fake, reply):
    fake.says(GOOD)
    write(reply, fake)
    assert "Authorization" not in fake.asked[0][1]


def test_nothing_is_written_where_there_is_no_answer(fake, reply):
    fake.says(GOOD)
    unsaid = Reply("why", None, 0.1, "The report doesn't say.", reply.citations, 3)
    assert write(unsaid, fake) is unsaid
    assert fake.asked == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Welcome</html>",
        b"\xff\xfe\x00",
        b"[]",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": null}}]}',
        b'{"choices": [{"message": {"content": ["a"]}}]}',
        b'{"error": {"message": "no such model"}}',
        b"[" * 100_000,
    ],
)
def test_garbage_leaves_the_reply_as_it_was(fake, reply, body, caplog):
    fake.body = body
    assert write(reply, fake) is reply
    assert "what it sent is not a chat completion" in caplog.text


def test_too_much_is_not_read_to_its_end(fake, reply, caplog):
    fake.says("x" * 1_100_000)
    assert write(reply, fake) is reply
    assert "it sent over 1,000,000 bytes" in caplog.text


@pytest.mark.parametrize("status", [301, 401, 404, 500])
def test_an_error_leaves_the_reply_as_it_was_and_is_followed_nowhere(fake, reply, status, caplog):
    fake.says(GOOD)
    fake.status = status
    fake.headers = {"Location": f"{fake.url}/elsewhere"}
    assert write(reply, fake, key="secret-1") is reply
    assert len(fake.asked) == 1
    assert f"it said {status}" in caplog.text
    assert "secret-1" not in caplog.text


def test_an_endpoint_that_is_down_leaves_the_reply_as_it_was(reply, caplog):
    with served() as (fake, _):
        pass
    assert write(reply, fake) is reply
    assert f"no summary from {fake.url}: it cannot be asked" in caplog.text


@pytest.mark.parametrize("drip", [False, True])
def test_a_slow_endpoint_is_not_waited_for(fake, reply, drip, caplog):
    fake.says(GOOD)
    fake.drip, fake.delay = drip, 0 if drip else 60
    assert write(reply, fake, seconds=0.3) is reply
    assert "it took over 0.3 seconds (writer_seconds)" in caplog.text


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        (Endpoint("localhost:11434/v1", "tiny"), "writer_url is 'localhost:11434/v1'"),
        (Endpoint("file:///etc/passwd", "tiny"), "writer_url is 'file:///etc/passwd'"),
        (Endpoint("http://[", "tiny"), "writer_url is 'http://['"),
        (Endpoint("http://localhost:99999/v1", "tiny"), "writer_url is"),
        (Endpoint("http://localhost/v1", ""), "writer_model is empty"),
        (Endpoint("http://localhost/v1", "tiny", key="secret\n1"), "writer_key holds"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_the_start(endpoint, said):
    with pytest.raises(WriterUnset) as refused:
        make_writer(endpoint)
    assert str(refused.value).startswith(said)
    assert "secret" not in str(refused.value)


def test_a_key_is_not_shown():
    settings = Settings(writer_key="secret-1")
    assert "secret-1" not in repr(settings) + repr(Endpoint("", "", key="secret-1"))


# Where it is shown.


def serve(library, **settings):
    app = create_app(lambda: library, settings=Settings(**settings), read=lambda path: path)
    return TestClient(app, base_url="http://localhost")


@pytest.fixture
def library(tmp_path):
    return make_library(tmp_path / "index", harbour(), hostile())


def test_the_summary_is_a_field_of_the_json_reply(fake, library):
    fake.says(GOOD)
    with serve(library, writer_url=fake.url, writer_model="tiny") as client:
        assert client.get("/ask", params={"q": ALARMS}).json()["summary"] == GOOD
        assert client.post("/ask", json={"question": ALARMS}).json()["summary"] == GOOD
    with serve(library) as client:
        assert client.get("/ask", params={"q": ALARMS}).json()["summary"] is None


def test_the_page_shows_it_above_the_quote_and_asks_for_it_once(fake, library):
    fake.says(GOOD)
    with serve(library, writer_url=fake.url, writer_model="tiny") as client:
        pages = [
            client.get("/", params={"q": ALARMS}, headers={"Accept": "text/html"}).text
            for _ in range(2)
        ]
        kept = client.get("/passages.json", params={"q": ALARMS}).json()
    assert pages[0].index(GOOD) < pages[0].index("<blockquote")
    assert pages[0] == pages[1]
    assert kept["summary"] == GOOD
    assert len(fake.asked) == 1


def test_a_page_without_a_writer_says_nothing_of_one(library):
    with serve(library) as client:
        page = client.get("/", params={"q": ALARMS}, headers={"Accept": "text/html"}).text
    assert "language model" not in page


def test_a_summary_that_failed_is_asked_for_again(fake, library):
    fake.status = 503
    fake.says(GOOD)
    with serve(library, writer_url=fake.url, writer_model="tiny") as client:
        page = {"params": {"q": ALARMS}, "headers": {"Accept": "text/html"}}
        failed = client.get("/", **page)
        assert failed.status_code == 200
        assert ">477<" in failed.text
        assert GOOD not in failed.text
        fake.status = 200
        assert GOOD in client.get("/", **page).text


def test_hostile_words_are_shown_as_words(fake, library):
    """The report's own markup, which a passage does vouch for, comes out as text too."""
    fake.says(
        "<script>alert('summary')</script> [1]. "
        "The hostile vessel <svg onload=alert('text')> sank, {{ 7 * 7 }} times [1]."
    )
    question = {"q": "how many times sank the hostile vessel"}
    with serve(library, writer_url=fake.url, writer_model="tiny") as client:
        page = client.get("/", params=question, headers={"Accept": "text/html"}).text
    shown = page.split('<details class="summary" open>')[1].split("</details>")[0]
    assert "The hostile vessel &lt;svg onload=alert(&#39;text&#39;)&gt; sank" in shown
    assert "{{ 7 * 7 }} times [1]." in shown
    assert "alert(&#39;summary&#39;)" not in page
    assert "<svg" not in shown


def test_the_command_line_refuses_settings_that_cannot_work(monkeypatch, capsys):
    monkeypatch.setenv("REPORTQA_WRITER_URL", "nowhere")
    assert main(["ask", "why?"]) == 2
    assert capsys.readouterr().err.startswith("reportqa: writer_url is 'nowhere': give")
