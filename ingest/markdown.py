"""Markdown → blocks. The only file that imports a Markdown library."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.footnotes import own_mark, superscript
from ingest.records import Block, BlockKind, Style
from ingest.tables import grid_table

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)
_FIELD = re.compile(r"^(title|date)\s*:\s*[\"']?(.*?)[\"']?\s*$", re.MULTILINE | re.IGNORECASE)
_LABEL = r"\[\^([^\]\s]+)\]"
_CITED_OR_DEFINED = re.compile(rf"{_LABEL}(:?)")
_DEFINITION = re.compile(rf"((?: {{0,3}}>)*) {{0,3}}{_LABEL}:")
_NUMBERED = re.compile(r" {0,3}\d+[.)] ")
_TAG = re.compile(r"<[^<>\n]+>")


@dataclass(frozen=True, slots=True)
class Markdown:
    """The blocks of a Markdown text, and what its front matter declares."""

    blocks: tuple[Block, ...]
    title: str = ""
    date: str = ""


def read_markdown(text: str) -> Markdown:
    """CommonMark with tables, footnotes ([^1]) and YAML front matter (title and date only).

    Headings are text blocks with ``style.mark``; emphasis and links are reduced to their words.
    """
    declared: dict[str, str] = {}
    front = _FRONT_MATTER.match(text)
    if front:
        declared = {key.lower(): value for key, value in _FIELD.findall(front[1])}
        text = "\n" * front[0].count("\n") + text[front.end() :]
    parted, places = _part_notes(text)
    tokens = MarkdownIt("commonmark").enable("table").parse(_raise_marks(parted))
    walked = _Walk(tokens, places).blocks()
    return Markdown(walked, declared.get("title", ""), declared.get("date", ""))


def _part_notes(text: str) -> tuple[str, list[int]]:
    """The text, whose lines end in \\n, with an empty line before each note's definition, which
    CommonMark would take for more of the paragraph above it, and between one and a numbered item,
    which it would take for more of the note. Where each line stood before, from 0."""
    lines: list[str] = []
    places: list[int] = []
    above = ""
    for place, line in enumerate(text.split("\n")):
        defines = _DEFINITION.match(line)
        goes_on = above.strip(" \t>") and defines
        if goes_on or (_DEFINITION.match(above) and _NUMBERED.match(line)):
            lines.append(defines[1] if defines else "")
            places.append(place)
        lines.append(line)
        places.append(place)
        above = line
    return "\n".join(lines), places


def _raise_marks(text: str) -> str:
    """[^label] as superscript numbers; a definition begins with its number. Labels are counted
    where they are cited, after them those that nothing cites."""
    found = _CITED_OR_DEFINED.findall(text)
    cited = [label for label, colon in found if not colon]
    numbers: dict[str, str] = {}
    for label in (*cited, *(label for label, _ in found)):
        if label not in numbers:
            numbers[label] = superscript(label if label.isdigit() else str(len(numbers) + 1))

    def raised(found: re.Match[str]) -> str:
        return f"{numbers[found[1]]} " if found[2] else numbers[found[1]]

    return _CITED_OR_DEFINED.sub(raised, text)


@dataclass(slots=True)
class _Walk:
    tokens: Sequence[Token]
    places: Sequence[int]
    _out: list[Block] = field(default_factory=list)
    _lists: list[int | None] = field(default_factory=list)
    _prefix: str | None = None
    _grid: list[list[str]] | None = None
    _grid_lines: tuple[int, int] = (0, 0)

    def blocks(self) -> tuple[Block, ...]:
        for at, token in enumerate(self.tokens):
            self._take(token, self.tokens[at - 1] if at else token)
        return tuple(self._out)

    def _take(self, token: Token, before: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                self._open_item()
            case "table_open":
                self._grid, self._grid_lines = [], self._lines(token)
            case "tr_open" if self._grid is not None:
                self._grid.append([])
            case "table_close" if self._grid is not None:
                self._add_table(self._grid_lines, self._grid)
                self._grid = None
            case "inline" if self._grid is not None:
                self._grid[-1].append(inline_text(token))
            case "inline":
                mark = int(before.tag[1]) if before.type == "heading_open" else 0
                self._add(inline_text(token), token, mark)
            case "fence" | "code_block":
                self._add(" ".join(token.content.split()), token)
            case "html_block":
                self._add(" ".join(_TAG.sub(" ", _without_comments(token.content)).split()), token)

    def _open_item(self) -> None:
        number = self._lists[-1]
        self._prefix = "" if number is None else f"{number}. "
        if number is not None:
            self._lists[-1] = number + 1

    def _add(self, text: str, token: Token, mark: int = 0) -> None:
        if not text:
            return
        first, last = self._lines(token)
        if self._lists and self._prefix is None and self._out and self._out[-1].kind == "item":
            # A further paragraph of the same item.
            item = self._out.pop()
            self._out.append(
                Block(
                    "item",
                    f"{item.text} {text}",
                    first_line=item.first_line,
                    last_line=last,
                    level=item.level,
                )
            )
            return
        if self._lists:
            self._out.append(
                Block(
                    "item",
                    f"{self._prefix or ''}{text}",
                    first_line=first,
                    last_line=last,
                    level=len(self._lists) - 1,
                )
            )
            self._prefix = None
            return
        kind: BlockKind = "note" if own_mark(text) and not mark else "text"
        self._out.append(
            Block(kind, text, first_line=first, last_line=last, style=Style(mark=mark))
        )

    def _add_table(self, lines: tuple[int, int], grid: list[list[str]]) -> None:
        text = "\n".join(" ".join(row) for row in grid)
        table = grid_table(grid, page=0, is_headed=True)
        self._out.append(Block("table", text, first_line=lines[0], last_line=lines[1], table=table))

    def _lines(self, token: Token) -> tuple[int, int]:
        """The first and the last line of a token in the text as it was, from 1."""
        first, end = token.map or (0, 1)
        return self.places[first] + 1, self.places[max(end, 1) - 1] + 1


def inline_text(token: Token) -> str:
    """The words of an inline token: no emphasis, link targets or tags; an image's description."""
    parts = []
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "image":
            parts.append(child.content)
    return " ".join("".join(parts).split())


def _without_comments(html: str) -> str:
    out = []
    while "<!--" in html:
        before, _, html = html.partition("<!--")
        out.append(before)
        html = html.partition("-->")[2]
    return " ".join([*out, html])
