import io
import json
import tempfile
import threading
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from fixtures_library import HOSTILE, harbour, make_library, towns

from ingest.errors import NotFound
from ingest.read import read
from service.app import create_app
from service.intake import Event, Taker
from service.settings import Settings
from service.uploads import Queue, safe_name, sentence

MARKDOWN = b"# The new report\n\n## Findings\n\nThe lamp turns twice a minute.\n"


def count_tokens(text):
    return len(text.split())


def read_plain(path, **_options):
    return read(path, count_tokens=count_tokens)


@pytest.fixture
def library(tmp_path):
    return make_library(tmp_path / "index", harbour(), *towns())


@pytest.fixture
def queue(library):
    queue = Queue(Taker(library, read_plain))
    yield queue
    queue.close()


def wait(queue):
    end = time.monotonic() + 30
    while not queue.idle():
        assert time.monotonic() < end, queue.tasks()
        time.sleep(0.01)
    return queue.tasks()


def titles(library):
    return [document.title for document in library.documents]


def test_a_file_is_read_and_added(queue, library):
    queue.add("new.md", io.BytesIO(MARKDOWN))
    (task,) = wait(queue)
    assert (task.stage, task.sentence, task.name) == ("ready", "Ready", "new.md")
    assert library.document(task.document_id).title == "The new report"
    assert library.original(library.document(task.document_id)).read_bytes() == MARKDOWN


def test_each_refused_file_says_why_and_the_others_are_added(queue):
    queue.add("empty.md", io.BytesIO(b""))
    queue.add("photo.png", io.BytesIO(b"\x89PNG\r\n"))
    queue.add("new.md", io.BytesIO(MARKDOWN))
    queue.add("again.md", io.BytesIO(MARKDOWN))
    empty, photo, new, again = wait(queue)
    assert (empty.stage, photo.stage, new.stage, again.stage) == (
        "refused",
        "refused",
        "ready",
        "known",
    )
    assert "empty" in empty.sentence
    assert photo.sentence.startswith("Refused: ")
    assert again.sentence == "In the library already"


def test_tasks_wait_their_turn_and_count_pages(library):
    gate = threading.Event()

    def slow(path, **_options):
        assert gate.wait(10)
        return read_plain(path)

    queue = Queue(Taker(library, slow))
    queue.add("one.md", io.BytesIO(MARKDOWN))
    queue.add("two.md", io.BytesIO(MARKDOWN + b"More.\n"))
    assert not queue.idle()
    assert queue.tasks()[1].stage == "queued"
    gate.set()
    assert [task.stage for task in wait(queue)] == ["ready", "ready"]
    queue.close()


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Event("a", "queued"), "Waiting"),
        (Event("a", "reading"), "Reading"),
        (Event("a", "reading", 12, 40), "Reading page 12 of 40"),
        (Event("a", "embedding", 64, 141), "Embedding 64 of 141"),
        (Event("a", "refused", detail="it is empty"), "Refused: it is empty"),
    ],
)
def test_progress_in_words(event, said):
    assert sentence(event) == said


def test_a_removed_report_can_be_put_back_as_it_was(queue, library):
    before = library.document("harbour"), library.passages("harbour")
    queue.remove("harbour")
    assert "Inspection of Harbour Town" not in titles(library)
    queue.put_back("harbour")
    wait(queue)
    assert (library.document("harbour"), library.passages("harbour")) == before
    with pytest.raises(NotFound, match="no longer be put back"):
        queue.put_back("harbour")


def test_a_removed_reports_file_is_gone_and_comes_back_with_it(library):
    file = library.original(library.document("harbour"))
    content = file.read_bytes()
    queue = Queue(Taker(library, read_plain))
    queue.remove("harbour")
    assert not file.exists()
    queue.put_back("harbour")
    wait(queue)
    assert file.read_bytes() == content
    queue.remove("harbour")
    queue.close()
    assert not file.exists()
    assert list(Path(tempfile.gettempdir()).glob(f"reportqa-*/{file.name}")) == []


def test_a_report_whose_file_is_gone_can_be_removed_and_put_back(queue, library):
    library.original(library.document("harbour")).unlink()
    queue.remove("harbour")
    queue.put_back("harbour")
    assert wait(queue)[-1].stage == "ready"
    assert "Inspection of Harbour Town" in titles(library)


def test_what_was_done_to_a_removed_report_leads_nowhere(queue):
    queue.rename("harbour", "Harbour")
    (task,) = wait(queue)
    assert task.document_id == "harbour"
    queue.remove("harbour")
    assert [task.document_id for task in queue.tasks()] == [""]


def test_only_the_last_removed_can_be_put_back(queue, monkeypatch):
    monkeypatch.setattr("service.uploads._UNDONE", 1)
    queue.remove("ambridge")
    queue.remove("dunwich")
    assert queue.removed("ambridge") is None
    assert queue.removed("dunwich").title == "Lights of Dunwich"


def test_the_last_report_can_go_and_come_back(tmp_path):
    library = make_library(tmp_path / "index", harbour())
    queue = Queue(Taker(library, read_plain))
    queue.remove("harbour")
    assert titles(library) == []
    queue.put_back("harbour")
    wait(queue)
    assert titles(library) == ["Inspection of Harbour Town"]
    queue.close()


def test_a_new_title_stays_when_the_file_is_read_again(queue, library):
    queue.add("new.md", io.BytesIO(MARKDOWN))
    (task,) = wait(queue)
    queue.rename(task.document_id, "My title")
    wait(queue)
    queue.read_again(task.document_id)
    assert wait(queue)[-1].stage == "ready"
    assert library.document(task.document_id).title == "My title"
    assert len(titles(library)) == 6


def test_addresses_survive_reading_again_and_adding_anew(library):
    app = create_app(lambda: library, settings=Settings(), read=read_plain)
    with TestClient(app, base_url="http://localhost", headers={"Accept": "text/html"}) as client:
        queue = app.state.queue
        queue.add("new.md", io.BytesIO(MARKDOWN))
        (task,) = wait(queue)
        address = f"/documents/{task.document_id}/passages/0?mark=4-8"
        before = client.get(address).text
        assert "<mark>lamp</mark>" in before
        queue.read_again(task.document_id)
        wait(queue)
        assert client.get(address).text == before
        client.delete(f"/documents/{task.document_id}")
        assert client.get(address).status_code == 404
        queue.add("new.md", io.BytesIO(MARKDOWN))
        wait(queue)
        assert client.get(address).text == before


def test_a_report_that_changed_on_reading_again_takes_the_olds_place(queue, library):
    queue.read_again("ambridge")
    (task,) = wait(queue)
    assert task.document_id != "ambridge"
    assert "ambridge" not in [document.id for document in library.documents]
    assert titles(library).count("Lights of Ambridge") == 1


def test_what_is_done_can_be_cleared(queue):
    queue.add("new.md", io.BytesIO(MARKDOWN))
    wait(queue)
    queue.forget_finished()
    assert queue.tasks() == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\reports\\a.pdf", "a.pdf"),
        ("a\tb\x00c\x1b[31m.pdf", "a b c [31m.pdf"),
        (".hidden.md", "hidden.md"),
        ("..", "report"),
        ("", "report"),
        (".pdf", "pdf"),
        ("x" * 300 + ".pdf", "x" * 117 + ".pdf"),
        ("Größe\u202egnp.pdf", "Größe gnp.pdf"),
    ],
)
def test_a_name_as_sent_is_only_a_name(sent, kept):
    assert safe_name(sent) == kept


@pytest.fixture
def client(library):
    app = create_app(lambda: library, settings=Settings(max_megabytes=1), read=read_plain)
    with TestClient(app, base_url="http://localhost") as client:
        yield client


def test_files_sent_as_json_clients_do_are_tasks(client):
    files = [("files", ("../one.md", MARKDOWN)), ("files", ("two.md", b""))]
    answer = client.post("/documents", files=files)
    assert answer.status_code == 202
    assert [task["name"] for task in answer.json()] == ["one.md", "two.md"]
    wait(client.app.state.queue)
    assert [task["stage"] for task in client.get("/tasks").json()] == ["ready", "refused"]


def test_the_stream_tells_of_changes_and_ends(client):
    client.post("/documents", files={"files": ("one.md", MARKDOWN)})
    lines = client.get("/tasks/events").text.splitlines()
    events = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    assert events[-1] == "idle"
    assert set(events[:-1]) == {"tasks"}
    data = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
    assert json.loads(data[-2])[0]["stage"] == "ready"


def test_without_javascript_every_change_comes_back_to_the_page(client):
    page = {"Accept": "text/html"}
    client.post("/documents", files={"files": ("one.md", MARKDOWN)}, headers=page)
    wait(client.app.state.queue)
    assert "The new report" in client.get("/documents", headers=page).text
    gone = client.post("/documents/harbour/remove", headers=page)
    assert "Removed <b>Inspection of Harbour Town</b>" in gone.text
    assert 'action="/documents/harbour/restore"' in gone.text
    client.post("/documents/harbour/restore", headers=page)
    client.post("/documents/dunwich/title", data={"title": f"  {HOSTILE} "}, headers=page)
    wait(client.app.state.queue)
    text = client.get("/documents", headers=page).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
    cleared = client.post("/tasks/forget", headers=page)
    assert "Ready" not in cleared.text


def test_a_title_of_nothing_is_refused(client):
    answer = client.post("/documents/dunwich/title", data={"title": "  "})
    assert answer.status_code == 422
    assert "1 to 300 characters" in answer.json()["detail"]


def test_no_file_is_a_sentence(client):
    answer = client.post("/documents", files={"files": ("", b"")})
    assert answer.status_code == 422


def test_a_program_can_remove(client):
    assert client.delete("/documents/harbour").status_code == 204
    assert client.delete("/documents/harbour").status_code == 404
