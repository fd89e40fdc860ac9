"""A reply in plain text, for the terminal."""

from textwrap import fill, indent

from service.reply import Citation, Reply


def told(reply: Reply) -> str:
    """The answer, where it stands, and the passages found; as many lines as it takes."""
    parts = []
    if reply.answer:
        answer = reply.answer
        parts.append(answer.text)
        if reply.summary:
            parts.append(indent(fill(f"Summary by a language model: {reply.summary}", 96), "  "))
        parts.append(f"  {place(reply.citations[answer.citation])}")
        if answer.quote != answer.text:
            parts.append(indent(fill(f"“{answer.quote}”", 96), "  "))
        for more in answer.also:
            parts.append(indent(fill(f"also: “{more.quote}”", 96), "  "))
            parts.append(f"  {place(reply.citations[more.citation])}")
        if reply.message:
            parts.append(f"  ({reply.message})")
    else:
        parts.append(reply.message)
    parts.append("")
    for number, citation in enumerate(reply.citations, 1):
        parts.append(f"[{number}] {place(citation)}")
        parts.append(indent(fill(citation.passage.text, 96), "    "))
    return "\n".join(parts)


def place(citation: Citation) -> str:
    """Where a passage stands: report, section path, numbered paragraph, page."""
    passage = citation.passage
    where = " › ".join((citation.document.title, *passage.section))
    numbers = "".join(f", § {number}" for number in citation.paragraphs)
    return f"{where}{numbers}{pages(citation)}"


def pages(citation: Citation) -> str:
    """``, page 7``, ``, pages 7–8``, or the page that the contents list gives, else nothing."""
    first, last = citation.passage.page, citation.passage.page_end
    if first:
        return f", pages {first}–{last}" if last > first else f", page {first}"
    printed = citation.passage.section_page
    return f", section from page {printed}" if printed else ""
