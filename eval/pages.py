"""The look of the corpus: sizes, styles, and pages that set footnotes below the text citing them.

Built on reportlab (BSD). All lengths are in points.
"""

import io
from collections.abc import Sequence
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor, white
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Table
from reportlab.platypus.tableofcontents import TableOfContents

INK, BLUE, GREY, TINT = (HexColor(c) for c in ("#1d1d1b", "#1f3a5f", "#6b7280", "#eef2f7"))
MARGIN, FOOT, HEAD = 68.0, 76.0, 64.0
SIDES = ("LEFT", "RIGHT", "TOP", "BOTTOM")
WIDTH, HEIGHT = A4[0] - 2 * MARGIN, A4[1] - FOOT - HEAD
NOTE_GAP = 14.0
"""White space and rule above a page's footnotes, in points."""


def style(size: float, leading: float, **more: object) -> ParagraphStyle:
    given = {"fontName": "Helvetica", "textColor": INK, "allowWidows": 0, "allowOrphans": 0}
    return ParagraphStyle("", fontSize=size, leading=leading, **{**given, **more})


BOLD = "Helvetica-Bold"
TITLE = style(32, 39, fontName=BOLD, textColor=BLUE, spaceAfter=18)
COVER = style(15, 22, textColor=GREY)
BODY = style(10.5, 15, spaceAfter=8)
HEADINGS = {
    "h2": style(19, 24, fontName=BOLD, textColor=BLUE, spaceAfter=14),
    "h3": style(14, 18, fontName=BOLD, textColor=BLUE, spaceBefore=14, spaceAfter=8),
    "h4": style(11.5, 15, fontName=BOLD, spaceBefore=9, spaceAfter=5),
}
# Symbol's bullet: reportlab encodes Helvetica's so that readers extract a control character.
ITEM = style(10.5, 15, spaceAfter=4, leftIndent=18, bulletIndent=5, bulletFontName="Symbol")
CAPTION = style(10, 13.5, fontName=BOLD, spaceBefore=10, spaceAfter=5)
UNDER = style(8.5, 11.5, textColor=GREY, spaceBefore=3, spaceAfter=9)
NOTE = style(8, 10.5, leftIndent=12, bulletFontSize=6, bulletOffsetY=2, spaceAfter=2)
CELL = style(9.5, 12.5)
COLUMN = style(9.5, 12.5, fontName=BOLD, textColor=white)
MERGED = style(9.5, 12.5, fontName=BOLD, textColor=white, alignment=TA_CENTER)
PERIOD = style(9, 12, textColor=GREY)
LABEL = style(10.5, 13.5, fontName=BOLD)
NAME = style(9, 12)
VALUE = style(20, 24, fontName=BOLD, textColor=BLUE)
GRADE = style(12, 15, fontName=BOLD, textColor=white)
CONTENTS = [
    style(10, 13, fontName=BOLD, spaceBefore=7, endDots=" ."),
    style(9.5, 12.5, leftIndent=14, spaceBefore=2, endDots=" ."),
]
NUMBER = style(10, 13, alignment=TA_RIGHT)


class Notes:
    """The footnotes of a document, by number from 1, set as paragraphs."""

    def __init__(self, texts: dict[int, str]) -> None:
        self.paragraphs = {
            number: Paragraph(f'<a name="note{number}"/>{text}', NOTE, bulletText=str(number))
            for number, text in texts.items()
        }

    def height(self, numbers: Sequence[int]) -> float:
        """The room that these notes take, in points, without the rule above them."""
        heights = (self.paragraphs[n].wrap(WIDTH, HEIGHT)[1] for n in numbers)
        return sum(float(height + NOTE.spaceAfter) for height in heights)


class NotedFrame(Frame):  # type: ignore[misc]  # reportlab has no types
    """The text area of a page. Text that carries footnote marks takes room for the notes from its
    foot as it is drawn (``_y1p`` is reportlab's name for the bottom of what is left)."""

    def __init__(self, notes: Notes) -> None:
        padding = {f"{side.lower()}Padding": 0 for side in SIDES}
        super().__init__(MARGIN, FOOT, WIDTH, HEIGHT, id="text", **padding)
        self.notes = notes
        self.called: list[int] = []

    def room(self, numbers: Sequence[int]) -> float:
        gap = NOTE_GAP if numbers and not self.called else 0
        return gap + self.notes.height(numbers)

    def call(self, numbers: Sequence[int]) -> None:
        self._y1p += self.room(numbers)
        self.called += numbers

    def draw_notes(self, canvas: Canvas) -> None:
        y = FOOT + self.notes.height(self.called)
        if self.called:
            canvas.setStrokeColor(GREY)
            canvas.line(MARGIN, y + NOTE_GAP / 2, MARGIN + WIDTH / 3, y + NOTE_GAP / 2)
        for number in self.called:
            paragraph = self.notes.paragraphs[number]
            y -= paragraph.wrap(WIDTH, HEIGHT)[1] + NOTE.spaceAfter
            paragraph.drawOn(canvas, MARGIN, y + NOTE.spaceAfter)
        self.called = []
        self._geom()


class Text(Paragraph):  # type: ignore[misc]
    """A paragraph whose footnotes stand on the page of their marks, wherever it is split.

    ``outline`` is the contents level from 0 and the title without marks, for headings only.
    """

    outline: tuple[int, str] | None = None

    def marks(self, lines: int | None = None) -> list[int]:
        """The numbers of the notes that the first ``lines`` lines call for."""
        fragments = (f for line in self.blPara.lines[:lines] for f in getattr(line, "words", ()))
        links = (target for f in fragments for _, target in f.link)
        return [int(t.removeprefix("#note")) for t in links if t.startswith("#note")]

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        width, own = super().wrap(width, height)
        frame = getattr(self, "_frame", None)
        room = frame.room(self.marks()) if isinstance(frame, NotedFrame) else 0
        return width, own + room if own + room > height else own

    def split(self, width: float, height: float) -> list[Flowable]:
        frame = self._frame
        left = height
        while left > 0 and left + frame.room(self.marks(int(left / self.style.leading))) > height:
            left -= self.style.leading
        return super().split(width, left) if left > 0 else []

    def draw(self) -> None:
        super().draw()
        if isinstance(getattr(self, "_frame", None), NotedFrame):
            self._frame.call(self.marks())


class Contents(TableOfContents):  # type: ignore[misc]
    """A contents list that reads in order: title, dots, page. reportlab's own writes dots and page
    before the title, which whoever extracts the text would see."""

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        entries = self._lastEntries or [(0, "", 0, "")]
        rows = [
            [
                Paragraph(f'<a href="#{key}">{title}</a>', CONTENTS[level]),
                Paragraph(str(page), NUMBER),
            ]
            for level, title, page, key in entries
        ]
        self._table = Table(rows, [width - 24, 24])
        self._table.setStyle(
            [
                *((f"{side}PADDING", (0, 0), (-1, -1), 0) for side in SIDES),
                ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
                *(
                    ("TOPPADDING", (0, row), (-1, row), CONTENTS[level].spaceBefore)
                    for row, (level, *_) in enumerate(entries)
                ),
            ]
        )
        self.width, self.height = self._table.wrapOn(self.canv, width, height)
        return self.width, self.height


class Report(BaseDocTemplate):  # type: ignore[misc]
    """Cover, pages with a footer, an outline, and a contents list that knows its pages."""

    def __init__(self, file: io.BytesIO, notes: Notes, entry: dict[str, str]) -> None:
        # Uncompressed: what zlib makes of a page differs between its builds.
        super().__init__(file, pagesize=A4, invariant=1, pageCompression=0, title=entry["title"])
        self.entry = entry
        self.addPageTemplates(
            [
                PageTemplate("cover", [NotedFrame(notes)], onPage=self.start),
                PageTemplate("page", [NotedFrame(notes)], onPageEnd=self.finish),
            ]
        )

    def start(self, canvas: Canvas, _: object) -> None:
        entry = self.entry
        canvas.setAuthor(entry["author"])
        canvas.setSubject(entry["subject"])
        canvas.setCreator("python -m eval.typeset")
        stamp = "D:" + (entry["date"].replace("-", "") + "0101")[:8] + "000000Z"
        canvas.setDateFormatter(lambda *_: stamp)
        canvas.setFillColor(BLUE)
        canvas.rect(0, A4[1] - 90, A4[0], 90, stroke=0, fill=1)

    def finish(self, canvas: Canvas, _: object) -> None:
        self.frame.draw_notes(canvas)
        canvas.setFillColor(GREY)
        canvas.setFont("Helvetica", 8.5)
        canvas.drawString(MARGIN, 42, self.entry["title"])
        canvas.drawRightString(MARGIN + WIDTH, 42, str(canvas.getPageNumber()))

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802
        if not (isinstance(flowable, Text) and flowable.outline):
            return
        level, title = flowable.outline
        key = f"h{self.page}-{self.frame._y:.0f}"
        top = self.frame._y + flowable.height + flowable.style.spaceAfter
        self.canv.bookmarkPage(key, fit="XYZ", left=0, top=top)
        self.canv.addOutlineEntry(title, key, level)
        if level < len(CONTENTS):
            self.notify("TOCEntry", (level, escape(title), self.page, key))
