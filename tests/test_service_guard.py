import pytest
from fastapi.testclient import TestClient
from fixtures_library import harbour, make_library

from service.app import create_app
from service.settings import Settings

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def read_nothing(path, **_options):
    raise AssertionError(f"{path.name} was read")


@pytest.fixture
def client(tmp_path):
    folder = tmp_path / "index"
    app = create_app(
        lambda: make_library(folder, harbour()),
        settings=Settings(index=folder, host="127.0.0.1", max_megabytes=1),
        read=read_nothing,
    )
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/docs", "/documents", "/static/page.js", "/nowhere"])
def test_every_response_forbids_what_is_not_this_sites(client, path):
    policy = client.get(path, headers={"Accept": BROWSER}).headers["content-security-policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == "'self'"
    assert "unsafe" not in policy


def test_an_address_of_nothing_is_a_sentence(client):
    page = client.get("/nowhere", headers={"Accept": BROWSER})
    assert page.status_code == 404
    assert "There is nothing at this address" in page.text


def test_a_fault_is_a_page_that_tells_nothing_of_it(tmp_path):
    folder = tmp_path / "index"
    app = create_app(lambda: make_library(folder, harbour()), settings=Settings(index=folder))

    def fail(*_args, **_options):
        raise RuntimeError("a secret")

    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        app.state.library.ask = fail
        page = client.get("/?q=any", headers={"Accept": BROWSER})
        assert (page.status_code, page.headers["content-type"]) == (500, "text/html; charset=utf-8")
        assert "Out of order" in page.text
        assert "its log says why" in page.text
        assert "secret" not in page.text
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        answer = client.get("/ask?q=any")
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == 500


@pytest.mark.parametrize("path", ["/", "/documents", "/documents/harbour", "/compare", "/docs"])
def test_pages_have_no_inline_script_or_style(client, path):
    page = client.get(path, headers={"Accept": BROWSER}).text
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    assert page.count("<script") == page.count('<script type="module" src="/static/')


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "http://127.0.0.1:8000"}, 303),
        ({}, 303),
    ],
)
def test_only_this_sites_pages_may_change_anything(client, headers, status):
    path = "/documents/harbour/remove"
    answer = client.post(path, headers=headers, follow_redirects=False)
    assert answer.status_code == status
    left = [document["id"] for document in client.get("/documents").json()]
    assert left == (["harbour"] if status == 403 else [])


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost", 200),
        ("[::1]:8000", 200),
        ("evil.example", 400),
        ("127.0.0.1.evil.example", 400),
    ],
)
def test_on_the_loopback_address_no_other_name_is_answered_to(client, host, status):
    assert client.get("/healthz", headers={"Host": host}).status_code == status


def test_on_another_address_any_name_is_answered_to(tmp_path):
    settings = Settings(index=tmp_path, host="0.0.0.0")
    app = create_app(lambda: make_library(tmp_path), settings=settings, read=read_nothing)
    with TestClient(app) as client:
        assert client.get("/", headers={"Host": "reports.example"}).status_code == 200


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (BROWSER, "text/html"),
        ("text/html", "text/html"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("application/json, text/html;q=0.5", "application/json"),
        ("text/html;q=0.2, application/json;q=0.1", "text/html"),
        ("text/html;q=nonsense", "application/json"),
        ("text/*", "text/html"),
    ],
)
@pytest.mark.parametrize("path", ["/documents", "/documents/harbour"])
def test_a_page_for_who_prefers_one_and_json_for_the_others(client, path, accept, kind):
    answer = client.get(path, headers={"Accept": accept})
    assert answer.headers["content-type"].split(";")[0] == kind
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize("path", ["/documents/none", "/documents/none/passages/0", "/nowhere"])
def test_an_error_is_the_same_sentence_for_both(client, path):
    problem = client.get(path, headers={"Accept": "application/json"})
    page = client.get(path, headers={"Accept": BROWSER})
    assert (problem.status_code, page.status_code) == (404, 404)
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["detail"].replace("'", "&#39;") in page.text


def test_an_upload_over_the_limit_is_refused_with_a_sentence(client):
    files = {"files": ("big.txt", b"x" * 3_000_000)}
    answer = client.post("/documents", files=files)
    assert answer.status_code == 413
    assert "1 MB" in answer.json()["detail"]
    assert client.get("/tasks").json() == []
