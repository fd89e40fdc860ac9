"""Takes the pictures of docs/: ``python docs/screenshots.py``. Needs Chromium, of the system or
Playwright's own. The reports shown are the shipped one and, to be compared, some made up here."""

import argparse
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import uvicorn
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from service.app import create_app
from service.assembly import make_library, make_reader
from service.intake import Taker, take_in
from service.settings import Settings

HERE = Path(__file__).parent
WIDE, NARROW = (1200, 800), (390, 800)
QUESTION = "What was the charge rate?"
BEYOND = "Who designed the force's new headquarters?"
COMPARED = "How many lifeboats were launched?"
MADE_UP = {
    "Anstey Bay": {2019: 212, 2021: 187, 2024: 240},
    "Corrow": {2019: 96, 2022: 131},
    "Port Ellery": {2020: 355, 2023: 402},
    "Tarn Head": {2021: 0},
}
"""Launches by harbour and year; of the zero its report does not speak."""


class Shot(NamedTuple):
    """A state to show: ``start`` is the page to ask on, ``follow`` a link to click after that."""

    name: str
    question: str = ""
    start: str = "/"
    follow: str = ""
    size: tuple[int, int] = WIDE
    dark: bool = False


SHIPPED = (
    Shot("1-answer", QUESTION),
    Shot("2-answer-narrow-dark", QUESTION, size=NARROW, dark=True),
    Shot("3-not-said", BEYOND),
    Shot("4-reader", QUESTION, follow=".place"),
    Shot("5-page", QUESTION, follow="text=See the page itself"),
)
SEVERAL = (Shot("6-compare", COMPARED, start="/compare", follow="#plot"),)


def main() -> None:
    """Read and serve the reports, take each shot, save it as a PNG of few colours."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE)
    out = parser.parse_args().out
    shipped = sorted((HERE.parent / "corpus").glob("*.pdf"))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, files, shots in (
            ("shipped", shipped, SHIPPED),
            ("several", list(made_up(Path(folder))), SEVERAL),
        ):
            with served(Settings(index=Path(folder, name)), files) as site:
                for shot in shots:
                    take(browser, site, shot, out / f"{shot.name}.png")
        browser.close()


def made_up(folder: Path) -> Iterator[Path]:
    """A short report for each harbour and year."""
    for harbour, years in MADE_UP.items():
        for year, launches in years.items():
            said = f"In {year}, {launches:,} lifeboats were launched." if launches else ""
            path = folder / f"{harbour} {year}.md"
            path.write_text(
                f"# {harbour} Harbour – Inspection of the lifeboats\n\nPublished 3 May {year + 1}"
                f"\n\n## The station\n\nThe station is well kept and its crew is trained.\n\n"
                f"## Launches\n\n{said or 'Launches are counted from next year.'}\n",
                encoding="utf-8",
            )
            yield path


def take(browser: Browser, site: str, shot: Shot, path: Path) -> None:
    """One shot, at the state that a person would reach."""
    width, height = shot.size
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if shot.dark else "light",
    )
    page.set_default_timeout(120_000)
    page.goto(site + shot.start)
    if shot.question:
        page.locator("#q").fill(shot.question)
        page.locator("#q").press("Enter")
        page.wait_for_selector("[data-asked], #asked-all")
    if shot.follow.startswith("#"):
        page.locator(shot.follow).scroll_into_view_if_needed()
    elif shot.follow:
        page.locator(shot.follow).first.click()
        page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    page.screenshot(path=path)
    page.close()
    with Image.open(path) as image:
        image.convert("RGB").quantize(128).save(path, optimize=True)
    print(path)


@contextmanager
def served(settings: Settings, files: Sequence[Path]) -> Iterator[str]:
    """The address of a library of those files, served from a thread on a free port."""
    options: dict[str, Any] = {"log_level": "warning"}
    library = make_library(settings)
    with make_reader(settings) as read:
        take_in(files, Taker(library, read))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        app = create_app(lambda: library, settings=settings)
        server = uvicorn.Server(uvicorn.Config(app, **options))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            while not server.started:
                if not thread.is_alive():
                    raise SystemExit("the reports could not be served")
                time.sleep(0.1)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


if __name__ == "__main__":
    main()
