"""Small reports made by hand, and a library that answers from them without a model."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

from conftest import TinyEncoder

from index.store import Store
from index.terms import terms
from ingest.records import Cell, Document, Footnote, Passage, Reading, Section, Unit
from service.library import Library, _check
from service.reply import Answer, Citation, Reply

HOSTILE = "<script>alert('title')</script> & \"quoted\" <b>bold"


@dataclass(frozen=True, slots=True)
class Text:
    """Sentences of a paragraph, items of a list ("item"), a note, a grade: by ``kind``."""

    sentences: tuple[str, ...]
    kind: str = "sentence"


@dataclass(frozen=True, slots=True)
class Grid:
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def passage(
    document_id: str, n: int, section: tuple[str, ...], *paragraphs: Text | Grid, page: int = 0
) -> Passage:
    """A passage with its units, laid out as the reader lays it out."""
    text, units = "", []
    for number, paragraph in enumerate(paragraphs):
        text += "\n\n" if text else ""
        for at, (kind, line, cells) in enumerate(_lines(paragraph)):
            flows = kind in ("sentence", "note")
            text += ("" if at == 0 else " " if flows else "\n") + ("- " if kind == "item" else "")
            start = len(text)
            text += line
            placed = tuple(replace(c, start=c.start + start, end=c.end + start) for c in cells)
            units.append(Unit(kind, start, len(text), page, number, placed))
    return Passage(document_id, n, section, text, tuple(units), page, page)


def _lines(paragraph: Text | Grid):
    if isinstance(paragraph, Text):
        yield from ((paragraph.kind, sentence, ()) for sentence in paragraph.sentences)
        return
    yield "caption", paragraph.caption, ()
    for label, *values in paragraph.rows:
        line, cells = f"{label}: ", []
        for column, value in zip(paragraph.columns, values, strict=True):
            line += "; " if cells else ""
            line += f"{column} "
            cells.append(Cell(value, (label,), column, len(line), len(line) + len(value)))
            line += value
        yield "row", line, tuple(cells)


def document(document_id: str, title: str, passages: list[Passage], **more) -> Reading:
    """A reading of those passages; the sections are those that the passages name."""
    paths = dict.fromkeys(
        p.section[:depth] for p in passages for depth in range(1, len(p.section) + 1)
    )
    pages = {
        path: next(p.page for p in passages if p.section[: len(path)] == path) for path in paths
    }
    fields = {
        "name": f"{document_id}.md",
        "sha256": document_id * 4,
        "media_type": "text/markdown",
        "pages": 0,
        "sections": tuple(Section(path, len(path), pages[path]) for path in paths),
    }
    return Reading(Document(document_id, title, **(fields | more)), tuple(passages))


def harbour() -> Reading:
    """A PDF of three pages (see ``draw_harbour``) with a list, a table, a note and a grade."""
    calls = Grid(
        "Table 1: Calls by kind",
        ("2022", "2023"),
        (("Fires", "310", "298"), ("False alarms", "512", "477"), ("Road", "84", "91")),
    )
    own = [
        passage(
            "harbour", 0, ("Summary",),
            Text(("Harbour Town has a good fire service.¹", "It answered 866 calls in 2023.")),
            Text(("¹ Judged in May 2024.",), "note"),
            page=1,
        ),
        passage(
            "harbour", 1, ("Summary", "What must improve"),
            Text(("The service should:",)),
            Text(("visit every school once a year;", "test its radios each week."), "item"),
            page=1,
        ),
        passage("harbour", 2, ("Figures", "Calls"), calls, page=2),
        passage(
            "harbour", 3, ("Figures", "Crews"),
            Text(("Good",), "grade"),
            Text(
                (
                    "Ninety firefighters work at three stations.",
                    "The oldest station stands beside the lighthouse and was opened in 1931, "
                    "long before the harbour wall was built.",
                )
            ),
            Text(tuple(f"Crew number {n} trains on a day of its own." for n in range(1, 16))),
            page=3,
        ),
    ]  # fmt: skip
    return document(
        "harbour", "Inspection of Harbour Town", own,
        name="harbour.pdf", media_type="application/pdf", pages=3, date="2024-05",
        footnotes=(Footnote("1", "Judged in May 2024.", ("Summary",), 1),), tables=1,
    )  # fmt: skip


def hostile() -> Reading:
    """A report whose every word tries to be markup."""
    section = ("<img src=x onerror=alert('heading')>",)
    own = passage(
        "hostile", 0, section,
        Text(("The hostile vessel <svg onload=alert('text')> sank, {{ 7 * 7 }} times.",)),
        Grid(
            "</caption><script>alert(1)</script>",
            ("<i>",),
            (("<a href='javascript:alert(2)'>", "<b>9</b>"),),
        ),
    )  # fmt: skip
    return document("hostile", HOSTILE, [own], name='"><img src=x onerror=alert(3)>.md')


def towns() -> list[Reading]:
    """Reports alike but for a number, one without it."""
    said = [("Ambridge", 2021, "41"), ("Borchester", 2022, "7"), ("Cadfael", 2023, "113")]
    found = []
    for name, year, number in said:
        text = f"In {name}, {number} lighthouses were inspected."
        own = [passage(name.lower(), 0, ("Lighthouses",), Text((text,)))]
        found.append(document(name.lower(), f"Lights of {name}", own, date=str(year)))
    own = [passage("dunwich", 0, ("Beaches",), Text(("Dunwich has only beaches.",)))]
    return [*found, document("dunwich", "Lights of Dunwich", own, date="2020")]


class ScriptedLibrary(Library):
    """Answers with the unit that shares most of the question's terms, if it shares more than half
    of them; a row of a table answers with its last cell. Counts what it was asked."""

    def __init__(self, folder: Path) -> None:
        super().__init__(Store(folder), TinyEncoder(), None)
        self.questions: list[str] = []

    def ask(
        self, question: str, *, documents: Collection[str] | None = None, top_k: int = 5
    ) -> Reply:
        _check(question)
        for document_id in documents or ():
            self.document(document_id)
        self.questions.append(question)
        if question == "please fail":
            raise RuntimeError("as it was asked to")
        asked = set(terms(question))
        found = [
            (len(asked & set(terms(p.text[u.start : u.end]))) / len(asked), -p.n, p, u)
            for p in (self.view().index.passages if self.documents else ())
            if not documents or p.document_id in documents
            for u in p.units
        ]
        found.sort(key=lambda one: one[:2], reverse=True)
        if not found:
            return Reply(question, None, 0.0, "The report doesn't say.", (), 12)
        best, _, own, unit = found[0]
        places = list({id(p): p for _, _, p, _ in found}.values())[:top_k]
        nearest = {id(p): (u.start, u.end) for _, _, p, u in reversed(found)}
        citations = [
            Citation(self.document(p.document_id), p, best, nearest=nearest[id(p)]) for p in places
        ]
        if best <= 0.5:
            message = "The report doesn't say. This is what it says nearest to the question."
            return Reply(question, None, best, message, tuple(citations), 12)
        citations[0] = replace(citations[0], highlights=((unit.start, unit.end),))
        quote = own.text[unit.start : unit.end]
        answer = Answer(unit.cells[-1].value if unit.cells else quote, quote, 0)
        return Reply(question, answer, 0.93, "", tuple(citations), 1234)


def make_library(folder: Path, *readings: Reading) -> Library:
    """A scripted library of those reports; harbour's PDF is drawn and kept."""
    library = ScriptedLibrary(folder)
    for reading in readings:
        original = library.store.original(reading.document.sha256)
        original.parent.mkdir(parents=True, exist_ok=True)
        if reading.document.media_type == "application/pdf":
            draw_harbour(original)
        else:
            original.write_text(f"# {reading.document.title}\n\nSome text.\n", encoding="utf-8")
    if readings:
        library.add(readings)
    return library


def draw_harbour(path: Path) -> None:
    """The pages of ``harbour`` as a PDF, A4, its words in Helvetica 12 from known places."""
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), pagesize=(595, 842), invariant=1)
    pages: list[Callable[[], None]] = []

    def lines(*placed: tuple[int, int, str]) -> None:
        canvas.setFont("Helvetica", 12)
        for left, top, text in placed:
            canvas.drawString(left, 842 - top, text)
        canvas.showPage()

    pages.append(
        lambda: lines(
            (72, 100, "Summary"),
            (72, 130, "Harbour Town has a good fire ser-"),
            (72, 145, "vice.1 It answered 866 calls in 2023."),
            (72, 200, "The service should:"),
            (90, 215, "visit every school once a year;"),
            (90, 230, "test its radios each week."),
        )
    )
    pages.append(
        lambda: lines(
            (72, 100, "Table 1: Calls by kind"),
            *(
                (left, 120 + 15 * at, text)
                for at, row in enumerate(
                    [
                        ("", "2022", "2023"),
                        ("Fires", "310", "298"),
                        ("False alarms", "512", "477"),
                        ("Road", "84", "91"),
                    ]
                )
                for left, text in zip((72, 250, 330), row, strict=True)
            ),
            (72, 780, "The oldest station stands beside the lighthouse"),
        )
    )
    pages.append(
        lambda: lines(
            (72, 100, "and was opened in 1931, long before the harbour wall was built."),
            (72, 130, "Ninety firefighters work at three stations."),
        )
    )
    for draw in pages:
        draw()
    canvas.save()
