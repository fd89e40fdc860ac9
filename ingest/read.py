"""One file → its Reading: the only place where the stages of reading are put in order."""

import re
import unicodedata
from dataclasses import replace
from pathlib import Path

from ingest.acronyms import find_acronyms
from ingest.captions import tie_captions
from ingest.contents import split_contents
from ingest.errors import EmptySource, HugeSource, UnsupportedSource
from ingest.footnotes import tie
from ingest.front import find_date, find_title
from ingest.panels import bind_panels
from ingest.paragraphs import rejoin
from ingest.passages import cut_passages
from ingest.records import CountTokens, Document, OnPage, Reading, Source
from ingest.sections import build_sections
from ingest.tables import bind_pipes, group_tables
from ingest.text import MARKDOWN_SUFFIXES, TEXT_SUFFIXES, read_text
from ingest.twins import unshuffle

LARGEST = 200 * 2**20
"""Bytes: larger files are refused."""
_ID_TITLE = 40
_SNIFFED = 1024


def read(
    path: Path,
    *,
    count_tokens: CountTokens,
    passage_tokens: int = 160,
    on_page: OnPage | None = None,
) -> Reading:
    """A PDF, text or Markdown file as a document and its passages.

    ``passage_tokens`` bounds a passage's body, counted with ``count_tokens``; ``on_page`` hears of
    a PDF's pages. Raises a SourceError that names the file and what is wrong with it.
    """
    source = open_source(path, on_page=on_page)
    return read_source(source, count_tokens=count_tokens, passage_tokens=passage_tokens)


def open_source(path: Path, *, on_page: OnPage | None = None) -> Source:
    """A file as blocks. Its first bytes tell a PDF, its suffix tells text from Markdown."""
    size = path.stat().st_size
    if size > LARGEST:
        raise HugeSource(
            path.name,
            f"{size / 2**20:.0f} MB is more than the {LARGEST // 2**20} MB that are read; split it",
        )
    if not size:
        raise EmptySource(path.name, "the file is empty")
    suffix = path.suffix.lower()
    with path.open("rb") as file:
        head = file.read(_SNIFFED)
    if b"%PDF-" in head or suffix == ".pdf":
        from ingest.pdf import read_pdf  # a PDF library need not be loaded for text

        return read_pdf(path, on_page=on_page)
    if suffix in TEXT_SUFFIXES | MARKDOWN_SUFFIXES:
        return read_text(path)
    raise UnsupportedSource(
        path.name,
        f"{suffix or 'a file without suffix'} is not read; give a PDF, .txt or .md file",
    )


def read_source(source: Source, *, count_tokens: CountTokens, passage_tokens: int = 160) -> Reading:
    """Blocks as a document and its passages. Pure."""
    source = replace(source, name=printable(source.name))
    contents, blocks = split_contents(source.blocks)
    blocks = bind_panels(group_tables(bind_pipes(blocks)))
    blocks = tuple(replace(block, text=" ".join(block.text.split())) for block in blocks)
    if source.media_type != "text/markdown":
        blocks = rejoin(blocks)
    blocks = tie_captions(blocks)
    sections = unshuffle(build_sections(blocks, contents, source.bookmarks))
    sections, footnotes = tie(sections)
    title = find_title(source)
    document_id = f"{slug(title)}-{source.sha256[:8]}"
    passages = cut_passages(
        sections,
        document_id=document_id,
        count_tokens=count_tokens,
        passage_tokens=passage_tokens,
    )
    if not passages:
        raise EmptySource(source.name, "no text was found in the file")
    texts = [block.text for section in sections for block in section.blocks]
    document = Document(
        document_id,
        title,
        source.name,
        source.sha256,
        source.media_type,
        len(source.pages),
        sections,
        footnotes,
        find_acronyms(texts),
        sum(block.table is not None for section in sections for block in section.blocks),
        find_date(source),
        source.warnings,
    )
    return Reading(document, passages)


def printable(name: str) -> str:
    """A file's name that can be shown and stored: bytes in it that are not UTF-8 become "?"."""
    return name.encode(errors="replace").decode()


def slug(title: str) -> str:
    """A title in small ASCII letters, digits and hyphens, cut at a word to 40 characters."""
    ascii_title = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", ascii_title)
    out = ""
    for word in words:
        if len(out) + len(word) + 1 > _ID_TITLE:
            break
        out = f"{out}-{word}" if out else word
    return out or (words[0][:_ID_TITLE] if words else "document")
