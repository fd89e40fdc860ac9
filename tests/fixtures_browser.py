"""A served library and a Chromium to look at it with: fixtures for every browser test.

Imports what it serves only when it serves, since every test run loads this file.
"""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

WIDE, NARROW = 1280, 320


@contextmanager
def served(folder, *readings, read_file=None) -> Iterator[str]:
    """The address of a library served from a thread."""
    import uvicorn
    from fixtures_library import make_library

    from ingest.read import read
    from service.app import create_app
    from service.settings import Settings

    def read_plain(path, **_options):
        return read(path, count_tokens=lambda text: len(text.split()))

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        app = create_app(
            lambda: make_library(folder, *readings),
            settings=Settings(index=folder, port=port, max_megabytes=1),
            read=read_file or read_plain,
        )
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.02)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def chromium():
    """Chromium of the system, else Playwright's own; tests are skipped without either."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        try:
            browser = playwright.chromium.launch(
                executable_path=path,
                args=["--no-sandbox", "--disable-background-networking", "--disable-sync"],
            )
        except sync_api.Error as error:
            pytest.skip(f"chromium cannot be started: {str(error).splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """A library that no test changes."""
    from fixtures_library import harbour, hostile, towns

    folder = tmp_path_factory.mktemp("site") / "index"
    with served(folder, harbour(), hostile(), *towns()) as address:
        yield address


@pytest.fixture
def own_site(tmp_path):
    """A library of the test's own, to be changed."""
    from fixtures_library import harbour, towns

    with served(tmp_path / "index", harbour(), *towns()) as address:
        yield address


class Watched:
    """A page whose troubles are remembered: requests to elsewhere, errors, dialogs, weight."""

    def __init__(self, page, site) -> None:
        self.page = page
        self.site = site
        self.troubles: list[str] = []
        self.bytes = 0
        page.on("request", self._request)
        page.on("requestfinished", self._finished)
        page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        page.on("dialog", self._dialog)
        page.on("console", self._console)

    def open(self, path):
        self.bytes = 0
        self.page.goto(self.site + path, wait_until="load")
        return self.page

    def _request(self, request):
        if not request.url.startswith((self.site + "/", "blob:")):
            self.troubles.append(f"request to {request.url}")

    def _finished(self, request):
        if request.resource_type != "image":
            self.bytes += request.sizes()["responseBodySize"]

    def _dialog(self, dialog):
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message):
        # What was asked for and is not there is the test's own doing.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.troubles.append(f"console: {message.text}")


@contextmanager
def watched(chromium, site, **options) -> Iterator[Watched]:
    context = chromium.new_context(**({"viewport": {"width": WIDE, "height": 800}} | options))
    context.set_default_timeout(20_000)
    try:
        yield Watched(context.new_page(), site)
    finally:
        context.close()


@pytest.fixture
def watch(chromium, site):
    with watched(chromium, site) as found:
        yield found
        assert found.troubles == []
