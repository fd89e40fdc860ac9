r"""Typesets the corpus: from Markdown to the PDFs that ``corpus/manifest.json`` lists.

    python -m eval.typeset      typesets every document of the manifest and records its checksum

A source is CommonMark with pipe tables and footnotes, so that it also reads well as it is:

    # Title                     once: all that comes before the first chapter is the cover
    ---                         on the cover, parts title matter from text
    ## Chapter                  begins a page; ### Section and #### Question don't
    **Good**                    a paragraph that is all bold is a grade
    > **Label**\                a block quotation is a key-figures panel: label, period,
    > 12 months to 31 March     and a table of names over values
    Figure 2: Title             a caption stands above its table; a chart has only the caption
    Source: …  \*A note.        both stand below the table or the chart's caption
    | A: Number | A: Rate |     "group: column" in header cells; like groups side by side are merged
    | &emsp;Part | …            an em space indents a row's label, bold type sets off a group's
    Text.[^1]                   a footnote, printed at the foot of the page on which its mark stands
    [^1]: Note.

markdown-it-py (MIT) with mdit-py-plugins (MIT) parses, reportlab (BSD) sets. The same source and
manifest give the same bytes.
"""

import hashlib
import io
import json
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby, takewhile
from pathlib import Path
from xml.sax.saxutils import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode as Node
from mdit_py_plugins.footnote import footnote_plugin
from reportlab.lib.colors import white
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    HRFlowable,
    NextPageTemplate,
    PageBreak,
    Paragraph,
    Spacer,
    Table,
)

from eval.pages import (
    BLUE,
    BODY,
    CAPTION,
    CELL,
    COLUMN,
    COVER,
    GRADE,
    GREY,
    HEADINGS,
    HEIGHT,
    ITEM,
    LABEL,
    MERGED,
    NAME,
    NOTE_GAP,
    PERIOD,
    TINT,
    TITLE,
    UNDER,
    VALUE,
    WIDTH,
    Contents,
    Notes,
    Report,
    Text,
)

MANIFEST = Path(__file__).parents[1] / "corpus" / "manifest.json"
FIGURE = re.compile(r"(?:Figure|Table) \d+: ")
UNDER_FIGURE = re.compile(r"Source: |\*\S")


class SourceError(Exception):
    """The source holds something that can't be set; the message names the line."""


class Grade(Table):  # type: ignore[misc]  # reportlab has no types
    """A judgement on a line of its own, as a badge."""

    def __init__(self, words: str) -> None:
        width = stringWidth(words, GRADE.fontName, GRADE.fontSize) + 24
        cells = [[Paragraph(escape(words), GRADE)]]
        super().__init__(cells, [width], hAlign="LEFT", spaceBefore=2, spaceAfter=10)
        self.setStyle([("BACKGROUND", (0, 0), (-1, -1), BLUE), ("LEFTPADDING", (0, 0), (0, 0), 12)])


def parse(markdown: str) -> list[Token]:
    """A source as markdown-it's flat list of tokens; the footnotes stand in a block at its end."""
    parser = MarkdownIt("commonmark").enable("table").use(footnote_plugin, inline=False)
    return parser.parse(markdown)


def line(node: Node) -> int:
    """The line of the source on which ``node`` begins, from 1."""
    while not node.map and node.parent:
        node = node.parent
    return node.map[0] + 1 if node.map else 0


def markup(node: Node) -> str:
    """An inline node, or a block that holds one, as reportlab's mark-up."""
    inner = "".join(markup(child) for child in node.children)
    match node.type:
        case "inline" | "paragraph" | "heading" | "th" | "td":
            return inner
        case "text":
            try:
                node.content.replace("\u2003", "").encode("cp1252")
            except UnicodeEncodeError as error:
                unset = node.content[error.start]
                raise SourceError(f"line {line(node)}: Helvetica has no {unset!r}") from error
            return escape(node.content)
        case "strong":
            return f"<b>{inner}</b>"
        case "em":
            return f"<i>{inner}</i>"
        case "footnote_anchor":
            return ""
        case "softbreak":
            return " "
        case "hardbreak":
            return "<br/>"
        case "footnote_ref":
            number = node.meta["id"] + 1
            before = node.previous_sibling
            space = " " if before and before.type == "footnote_ref" else ""
            return f'<super rise="4" size="7">{space}<a href="#note{number}">{number}</a></super>'
    raise SourceError(f"line {line(node)}: a source has no {node.type.replace('_', ' ')}")


def plain(node: Node) -> str:
    """The text of ``node`` without footnote marks."""
    return "".join(part.content for part in node.walk() if part.type == "text")


def heading(node: Node) -> Iterator[Flowable]:
    if node.tag == "h1":
        yield Spacer(0, 110)
        yield Text(markup(node), TITLE)
        return
    if node.tag not in HEADINGS:
        raise SourceError(f"line {line(node)}: headings go down to ####")
    if node.tag == "h2":
        yield PageBreak()
    text = Text(markup(node), HEADINGS[node.tag])
    text.outline = (int(node.tag[1]) - 2, plain(node))
    yield text


def paragraph(node: Node, body: ParagraphStyle) -> Flowable:
    inline = [part for part in node.children[0].children if part.type != "text" or part.content]
    if [part.type for part in inline] == ["strong"]:
        return Grade(plain(node))
    kinds = ((FIGURE, CAPTION), (UNDER_FIGURE, UNDER))
    set_as = next((kind for starts, kind in kinds if starts.match(plain(node))), body)
    return Text(markup(node), set_as)


def items(node: Node) -> Iterator[Flowable]:
    for number, item in enumerate(node.children, start=1):
        bullet = "•" if node.type == "bullet_list" else f"{number}."
        if [part.type for part in item.children] != ["paragraph"]:
            raise SourceError(f"line {line(item)}: a list item is one paragraph")
        yield Text(markup(item.children[0]), ITEM, bulletText=bullet)
    yield Spacer(0, BODY.spaceAfter - ITEM.spaceAfter)


def cell(node: Node, text: str, base: ParagraphStyle) -> Paragraph:
    """``text`` as the content of a table's cell, aligned as ``node`` says."""
    if any(part.type == "footnote_ref" for part in node.walk()):
        raise SourceError(f"line {line(node)}: put the footnote mark into the table's caption")
    align = TA_RIGHT if "right" in str(node.attrs.get("style", "")) else TA_LEFT
    indent = 14 if text.startswith("\u2003") else 0
    look = ParagraphStyle("", base, alignment=align, leftIndent=indent)
    return Paragraph(text.lstrip("\u2003"), look)


def rows(node: Node) -> list[list[Node]]:
    """The cells of a table, row by row, the header first."""
    return [row.children for part in node.children for row in part.children]


def table(node: Node) -> Table:
    """A ruled table; "group: column" in its header makes a row of merged cells above the header."""
    header, *body = rows(node)
    groups, _, names = zip(*(markup(name).rpartition(": ") for name in header), strict=True)
    heads = [[cell(node, name, COLUMN) for node, name in zip(header, names, strict=True)]]
    merged: list[tuple[object, ...]] = []
    if any(groups):
        upper = [group or name for group, name in zip(groups, names, strict=True)]
        heads.insert(0, [Paragraph(text, MERGED if text in groups else COLUMN) for text in upper])
        for group, run in groupby(range(len(groups)), key=groups.__getitem__):
            at = list(run)
            merged += [("SPAN", (at[0], 0), (at[-1], 0 if group else 1))]
            merged += [("LINEBELOW", (at[0], 0), (at[-1], 0), 0.5, white)] if group else []
    first, others = WIDTH * 0.4, len(header) - 1
    made = Table(
        heads + [[cell(value, markup(value), CELL) for value in row] for row in body],
        [first] + [(WIDTH - first) / others for _ in range(others)],
        repeatRows=len(heads),
        spaceAfter=4,
    )
    made.setStyle(
        [
            ("BACKGROUND", (0, 0), (-1, len(heads) - 1), BLUE),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LINEBELOW", (0, len(heads)), (-1, -1), 0.5, GREY),
            *merged,
        ]
    )
    return made


def panel(node: Node) -> Table:
    """Key figures: label and period across the panel, below them each name over its value."""
    if [part.type for part in node.children] != ["paragraph", "table"]:
        raise SourceError(f"line {line(node)}: a panel is a label, a period and a table")
    label, _, period = markup(node.children[0]).partition("<br/>")
    names, *values = rows(node.children[1])
    lines: list[list[object]] = [[[Paragraph(label, LABEL), Paragraph(period, PERIOD)]]]
    lines[0] += [""] * (len(names) - 1)
    lines += [[Paragraph(markup(name), NAME) for name in names]]
    lines += [[Paragraph(markup(value), VALUE) for value in row] for row in values]
    made = Table(lines, [WIDTH / len(names)] * len(names), spaceAfter=8)
    made.setStyle(
        [
            ("SPAN", (0, 0), (-1, 0)),
            ("BACKGROUND", (0, 0), (-1, -1), TINT),
            ("LINEBEFORE", (0, 0), (0, -1), 3, BLUE),
            ("TOPPADDING", (0, 2), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 1), (-1, 1), 0),
            ("LEFTPADDING", (0, 0), (-1, -1), 12),
        ]
    )
    return made


def flowables(tree: Node) -> Iterator[Flowable]:
    """The blocks of a source in order, ready to be set."""
    body = COVER
    for node in tree.children:
        match node.type:
            case "heading":
                yield from heading(node)
            case "paragraph":
                yield paragraph(node, body)
            case "bullet_list" | "ordered_list":
                yield from items(node)
            case "table":
                yield table(node)
            case "blockquote":
                yield panel(node)
            case "hr":
                body = BODY
                yield HRFlowable(width="100%", color=BLUE, spaceBefore=150, spaceAfter=12)
            case "footnote_block":
                pass
            case other:
                raise SourceError(f"line {line(node)}: a source has no {other.replace('_', ' ')}")


def footnotes(tree: Node) -> Notes:
    """The notes of a source, numbered in the order of their marks."""
    notes = [node for node in tree.walk() if node.type == "footnote"]
    return Notes(
        {
            number: " ".join(markup(part) for part in note.children if part.type == "paragraph")
            for number, note in enumerate(notes, start=1)
        }
    )


def leads(flowable: Flowable) -> bool:
    """Whether it may not be the last thing on a page: a heading or a grade."""
    return isinstance(flowable, Grade) or getattr(flowable, "outline", None) is not None


def of_figure(flowable: Flowable) -> bool:
    return isinstance(flowable, Table) or getattr(flowable, "style", None) is UNDER


def company(story: Sequence[Flowable]) -> Sequence[Flowable]:
    """What must begin on one page with the first of ``story``: headings and what they lead, or a
    caption with its table and what stands under it."""
    if leading := list(takewhile(leads, story)):
        return story[: len(leading) + 1]
    if getattr(story[0], "style", None) is CAPTION:
        return [story[0], *takewhile(of_figure, story[1:])]
    return ()


def kept(story: Sequence[Flowable], notes: Notes) -> Iterator[Flowable]:
    """``story`` with a new page begun wherever company would be parted."""
    for at, flowable in enumerate(story):
        need = 0.0
        for member in company(story[at:]):
            height = member.wrap(WIDTH, HEIGHT)[1]
            if isinstance(member, Text):
                height = min(height, 3 * member.style.leading)
                height += notes.height(member.marks()) + (NOTE_GAP if member.marks() else 0)
            need += member.getSpaceBefore() + height + member.getSpaceAfter()
        if need:
            yield CondPageBreak(min(need, HEIGHT))
        yield flowable


def typeset(markdown: str, entry: dict[str, str]) -> bytes:
    """A source as a PDF. Of the manifest's ``entry`` it takes title, author, date (ISO 8601,
    possibly only year and month) and subject. Raises SourceError on what it can't set."""
    tree = Node(parse(markdown))
    notes = footnotes(tree)
    story = list(kept(list(flowables(tree)), notes))
    start = next((n for n, part in enumerate(story) if isinstance(part, PageBreak)), None)
    if start is None:
        raise SourceError("a source has at least one chapter (## Title)")
    front = [
        NextPageTemplate("page"),
        PageBreak(),
        Paragraph("Contents", HEADINGS["h2"]),
        Contents(),
    ]
    file = io.BytesIO()
    Report(file, notes, entry).multiBuild(story[:start] + front + story[start:])
    return file.getvalue()


def main() -> int:
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    for entry in manifest["documents"]:
        source = MANIFEST.parent / entry["typeset_from"]
        try:
            pdf = typeset(source.read_text(encoding="utf-8"), entry)
        except (SourceError, OSError, UnicodeDecodeError) as error:
            print(f"{source.name}: {error}", file=sys.stderr)
            return 2
        (MANIFEST.parent / entry["file"]).write_bytes(pdf)
        entry["sha256"] = hashlib.sha256(pdf).hexdigest()
        print(f"{entry['file']}: {len(pdf):,} bytes")
    MANIFEST.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
