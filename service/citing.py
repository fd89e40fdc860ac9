"""An answer to take along: plain text, Markdown, BibTeX, CSL-JSON, its passages as CSV. Pure."""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence

from pybtex.database import BibliographyData
from pybtex.database import Entry as BibEntry

from service.pages import pages_in_words, passage_address
from service.reply import Citation, Reply

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")
_TEX = {"\\": "\\textbackslash{}", "{": "\\textbraceleft{}", "}": "\\textbraceright{}"}
_FORMULA = ("=", "+", "@", "\t", "\r")


def plain_text(reply: Reply, site: str) -> str:
    """The answer, its quote and where it stands; ``site`` is put before local addresses."""
    lines = [f"Question: {reply.question}", *_answer_lines(reply)]
    for quote, citation in quoted(reply):
        lines += [f"“{quote}”", place(citation), _link(citation, site)]
    return "\n".join(lines) + "\n"


def markdown(reply: Reply, site: str) -> str:
    """The same in Markdown; nothing in the report's words is taken for markup."""
    lines = [f"**{_escaped(reply.question)}**", ""]
    lines += [line for text in _answer_lines(reply) for line in (_escaped(text), "")]
    for quote, citation in quoted(reply):
        lines += [f"> {_escaped(line)}" for line in quote.splitlines()]
        lines += [">", f"> — [{_escaped(place(citation))}](<{_link(citation, site)}>)", ""]
    return "\n".join(lines)


def bibtex(reply: Reply, site: str) -> str:
    """An entry for each place that the answer rests on, its quote as annotation."""
    entries = {}
    for quote, citation in quoted(reply):
        document, passage = citation.document, citation.passage
        fields = {
            "title": document.title,
            "year": document.date[:4],
            "pages": _pages(citation).replace("–", "--"),
            "note": " › ".join(passage.section),
            "annote": quote,
            "url": _link(citation, site),
        }
        entries[_key(citation)] = BibEntry("misc", {k: _tex(v) for k, v in fields.items() if v})
    return str(BibliographyData(entries=entries).to_string("bibtex"))


def csl(reply: Reply, site: str) -> str:
    """The same as CSL-JSON (citeproc's format), for Zotero and others."""
    items = [_item(quote, citation, site) for quote, citation in quoted(reply)]
    return json.dumps(items, ensure_ascii=False, indent=2)


def passages_csv(reply: Reply, site: str) -> str:
    """All passages of a reply, best first; the quotes in them in a column of their own."""
    rows = [
        (
            number,
            citation.document.title,
            " › ".join(citation.passage.section),
            citation.passage.page or "",
            citation.passage.page_end or "",
            round(citation.score, 4),
            " … ".join(citation.passage.text[a:b] for a, b in citation.highlights),
            citation.passage.text,
            _link(citation, site),
        )
        for number, citation in enumerate(reply.citations, 1)
    ]
    header = ("number", "report", "section", "page", "page_end", "score", "quote", "passage", "url")
    return as_csv(header, rows)


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV (RFC 4180). Text that a spreadsheet would run as a formula is led by an
    apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([_inert(value) for value in row] for row in rows)
    return out.getvalue()


def quoted(reply: Reply) -> list[tuple[str, Citation]]:
    """The quotes that an answer rests on, each with its citation; none where there is none."""
    answer = reply.answer
    if answer is None:
        return []
    first = (answer.quote, reply.citations[answer.citation])
    return [first, *((more.quote, reply.citations[more.citation]) for more in answer.also)]


def place(citation: Citation) -> str:
    """Report, date, section path, numbered paragraph, page."""
    document, passage = citation.document, citation.passage
    title = f"{document.title} ({document.date})" if document.date else document.title
    pages = pages_in_words(passage)
    numbers = "".join(f", § {number}" for number in citation.paragraphs)
    return " › ".join((title, *passage.section)) + numbers + (f", {pages}" if pages else "")


def _answer_lines(reply: Reply) -> list[str]:
    return [f"Answer: {reply.answer.text}"] if reply.answer else [reply.message]


def _key(citation: Citation) -> str:
    return f"{citation.document.id}-{citation.passage.n}"


def _pages(citation: Citation) -> str:
    return pages_in_words(citation.passage).rpartition(" ")[2]


def _item(quote: str, citation: Citation, site: str) -> dict[str, object]:
    document, passage = citation.document, citation.passage
    item: dict[str, object] = {
        "id": _key(citation),
        "type": "report",
        "title": document.title,
        "URL": _link(citation, site),
        "note": quote,
    }
    if document.date:
        item["issued"] = {"date-parts": [[int(part) for part in document.date.split("-")]]}
    if passage.section:
        item["section"] = " › ".join(passage.section)
    if pages := _pages(citation):
        item["page"] = pages
    return item


def _link(citation: Citation, site: str) -> str:
    return site.rstrip("/") + passage_address(citation.passage, citation.marked)


def _tex(text: str) -> str:
    """Braces and backslashes as commands, which pybtex takes for TeX; it escapes the rest."""
    return "".join(_TEX.get(char, char) for char in text)


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def _inert(value: object) -> object:
    if not isinstance(value, str) or not value:
        return value
    negative = re.match(r"[-−]\s?[\d.£$€]", value)
    risky = value.startswith(_FORMULA) or (value[0] == "-" and not negative)
    return f"'{value}" if risky else value
