"""What counts as standing in the source, and what of the source is furniture."""

from pathlib import Path

import pytest
from drawn import lines, pdf, text
from reportlab.pdfgen.canvas import Canvas

from eval.sourcetext import Pages, source_pages

PAGES = Pages({
    3: "The old lamp is lit at\ndusk by the keeper, and in (section",
    4: "42). The new one lights it-\nself. The oil store is full.",
})  # fmt: skip


@pytest.mark.parametrize(
    ("said", "pages", "stands"),
    [
        ("The old lamp is lit at dusk", (3, 3), True),
        ("The old lamp is lit at dawn", (3, 3), False),
        ("The new one lights itself.", (4, 4), True),
        ("The new one lights itself.", (3, 3), False),
        ("by the keeper,⁷ and in", (3, 3), True),
        ("by the keeper, and in (section 42).", (3, 4), True),
        ("by the keeper, and in (section 43).", (3, 4), False),
        ("by the keeper is full", (3, 4), True),  # cut once: what stood between is not asked for
        ("dusk by the old lamp", (3, 4), False),
    ],
)
def test_what_a_page_holds(said: str, pages: tuple[int, int], stands: bool) -> None:
    assert PAGES.hold(said, *pages) is stands


def test_contents_lines_are_no_body() -> None:
    words = Pages({1: "Lamps ........ 12\nThe lamps are lit."}).body_words()
    assert words == {"the": 1, "lamps": 1, "are": 1, "lit": 1}


def test_running_heads_are_told_once_and_page_numbers_never(tmp_path: Path) -> None:
    def page(number: int, first: str) -> object:
        def draw(canvas: Canvas) -> None:
            text(canvas, 72, 40, "Lamps of the north coast")
            said = [f"{first} {word}." for word in ("lit", "dark", "lit again", "far", "near")]
            lines(canvas, 72, 100, said)
            text(canvas, 290, 800, str(number))

        return draw

    path = pdf(tmp_path / "a.pdf", *(page(n, f"Harbour {'abcde'[n]} is") for n in range(5)))
    texts = source_pages(path).texts
    assert ["Lamps" in texts[n] for n in range(1, 6)] == [True, False, False, False, False]
    assert not any(
        line.strip().isdecimal() for said in texts.values() for line in said.splitlines()
    )
    assert all("near." in said for said in texts.values())
