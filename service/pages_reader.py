"""The pages that show a report: its text, its pages as pictures, its file."""

import re
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from ingest.errors import NotFound
from ingest.records import Document, Passage
from service.pages import library_of, render
from service.pictures import Pictures
from service.reader import blocks, headings, outline, parts
from service.reply import Span

pages = APIRouter(include_in_schema=False)

_WIDTH = 1200
"""Pixels of a page's picture."""
_DAY = 86_400
_MARK = re.compile(r"(\d{1,9})-(\d{1,9})")

Marks = Annotated[list[str] | None, Query()]


@pages.get("/documents/{document_id}/passages/{n:int}")
def passage_page(request: Request, document_id: str, n: int, mark: Marks = None) -> HTMLResponse:
    """The report, opened at a passage; ``mark`` highlights characters of it ("120-188")."""
    return read_page(request, document_id, n=n, marked=spans(mark))


def read_page(
    request: Request, document_id: str, *, n: int | None = None, marked: Sequence[Span] = ()
) -> HTMLResponse:
    """The report's text, the part that holds passage ``n`` (none: from the start)."""
    library = library_of(request)
    document = library.document(document_id)
    passages = library.passages(document_id)
    _passage(passages, n or 0, document)
    all_parts = parts(passages)
    at = next((i for i, part in enumerate(all_parts) if part[-1].n >= (n or 0)), 0)
    part = all_parts[at]
    before: list[Passage | None] = [None, *part[:-1]]
    return render(
        request,
        "reader.html",
        document=document,
        outline=outline(document, passages),
        here=part[0].section if n is None else passages[n].section,
        target=n,
        shown=[
            {
                "passage": passage,
                "headings": list(headings(passage, last)),
                "new_page": passage.page if not last or last.page != passage.page else 0,
                "blocks": blocks(passage, marked if passage.n == n else ()),
            }
            for passage, last in zip(part, before, strict=True)
        ],
        spans=marked,
        earlier=all_parts[at - 1][0] if at else None,
        later=all_parts[at + 1][0] if at + 1 < len(all_parts) else None,
        at=at + 1,
        of=len(all_parts),
    )


@pages.get("/documents/{document_id}/pages/{number:int}.png")
def page_picture(request: Request, document_id: str, number: int) -> Response:
    """A page of the PDF as a picture."""
    library = library_of(request)
    document = library.document(document_id)
    path = library.original(document)
    return Response(
        _pictures(request).picture(path, document, number, width=_WIDTH),
        media_type="image/png",
        headers={"Cache-Control": f"private, max-age={_DAY}"},
    )


@pages.get("/documents/{document_id}/pages/{number:int}")
def page_page(
    request: Request,
    document_id: str,
    number: int,
    passage: int | None = None,
    mark: Marks = None,
) -> HTMLResponse:
    """A page of the PDF, the words of ``passage`` that ``mark`` names boxed, or all of it."""
    library = library_of(request)
    document = library.document(document_id)
    path = library.original(document)
    passages = library.passages(document_id)
    pictures = _pictures(request)
    across, down = pictures.shape(path, document, number)
    found = None if passage is None else _passage(passages, passage, document)
    marked = spans(mark)
    return render(
        request,
        "page.html",
        document=document,
        number=number,
        width=_WIDTH,
        height=round(_WIDTH * down / across),
        passage=found,
        spans=marked,
        boxes=pictures.boxes(path, document, number, quotes(found, marked, number))
        if found
        else [],
        on_page=[p for p in passages if p.page <= number <= p.page_end],
    )


@pages.get("/documents/{document_id}/file")
def file(request: Request, document_id: str) -> FileResponse:
    """The original file, to be kept, never shown as part of this site."""
    library = library_of(request)
    document = library.document(document_id)
    return FileResponse(
        library.original(document), media_type=document.media_type, filename=document.name
    )


def spans(marks: Sequence[str] | None) -> list[Span]:
    """``["120-188"]`` → ``[(120, 188)]``; what is not of this form is left out."""
    found = (_MARK.fullmatch(mark) for mark in marks or ())
    return [(int(match[1]), int(match[2])) for match in found if match]


def quotes(passage: Passage, marked: Sequence[Span], number: int) -> list[str]:
    """The words to box on page ``number``: those marked, or else each unit that may be on it."""
    chosen = [(a, b) for a, b in marked if 0 <= a < b <= len(passage.text)]
    units = [(u.start, u.end) for u in passage.units if u.page in (number - 1, number)]
    return [passage.text[a:b] for a, b in chosen or units]


def _passage(passages: Sequence[Passage], n: int, document: Document) -> Passage:
    if not 0 <= n < len(passages):
        raise NotFound(
            f"there is no passage {n} in {document.title}: it has passages 0 to {len(passages) - 1}"
        )
    return passages[n]


def _pictures(request: Request) -> Pictures:
    pictures: Pictures = request.app.state.pictures
    return pictures
