"""Takes the pictures of docs/: ``python docs/screenshots.py``, after ``make run`` has built the
index. Needs Chromium, of the system or Playwright's own."""

import argparse
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import uvicorn
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from service.app import create_app
from service.assembly import make_library
from service.settings import Settings

HERE = Path(__file__).parent
WIDE, NARROW = (1200, 800), (390, 800)
QUESTION = "What was the charge rate?"
BEYOND = "Who designed the force's new headquarters?"


class Shot(NamedTuple):
    """A state to show: ``follow`` is a link to click after the question was asked."""

    name: str
    question: str = ""
    follow: str = ""
    size: tuple[int, int] = WIDE
    dark: bool = False


SHOTS = (
    Shot("1-ask"),
    Shot("2-answer", QUESTION),
    Shot("3-answer-narrow-dark", QUESTION, size=NARROW, dark=True),
    Shot("4-not-said", BEYOND),
    Shot("5-reader", QUESTION, follow=".place"),
    Shot("6-page", QUESTION, follow="text=See the page itself"),
)


def main() -> None:
    """Serve the index, take each shot, save it as a PNG of few colours."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=Path("var/index"))
    parser.add_argument("--out", type=Path, default=HERE)
    options = parser.parse_args()
    with served(Settings(index=options.index)) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for shot in SHOTS:
            width, height = shot.size
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if shot.dark else "light",
            )
            page = context.new_page()
            take(page, site, shot, options.out / f"{shot.name}.png")
            context.close()
        browser.close()


def take(page: Page, site: str, shot: Shot, path: Path) -> None:
    """One shot, at the state that a person would reach."""
    page.set_default_timeout(120_000)
    page.goto(site)
    if shot.question:
        page.get_by_label("Your question").fill(shot.question)
        page.get_by_role("button", name="Ask").click()
        page.wait_for_selector("[data-asked]")
    if shot.follow:
        page.locator(shot.follow).first.click()
        page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    page.screenshot(path=path)
    with Image.open(path) as image:
        image.convert("RGB").quantize(128).save(path, optimize=True)
    print(path)


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The address of the index, served from a thread on a free port."""
    options: dict[str, Any] = {"log_level": "warning"}
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        app = create_app(lambda: make_library(settings), settings=settings)
        server = uvicorn.Server(uvicorn.Config(app, **options))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            while not server.started:
                if not thread.is_alive():
                    raise SystemExit("the index could not be served: run 'make run' once")
                time.sleep(0.1)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


if __name__ == "__main__":
    main()
