"""One question over several reports: a table that fills as the reports are asked, a plot, CSV."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from service.asking import Asked
from service.compare import KEYS, Key, Plot, Row, plot, rows, sorted_rows, table_csv
from service.library import MAX_QUESTION
from service.pages import VARY, html, library_of, stream
from service.pages_ask import Question, asker

pages = APIRouter(include_in_schema=False)

_NAMES: dict[Key, str] = {
    "subject": "Report",
    "date": "Date",
    "answer": "Answer",
    "place": "Section and page",
}


@dataclass(slots=True)
class Table:
    """The rows as they come, ``many`` in all, kept for the plot that follows them on the page."""

    coming: Iterable[Row]
    many: int
    rows: list[Row] = field(default_factory=list)

    def fill(self) -> Iterator[Row]:
        for row in self.coming:
            self.rows.append(row)
            yield row

    def plot(self) -> Plot | None:
        return plot(self.rows)

    def answered(self) -> int:
        return sum(1 for row in self.rows if row.text)


@pages.get("/compare")
def compare_page(
    request: Request,
    question: Question,
    sort: Annotated[Key | None, Query()] = None,
    order: Annotated[str, Query(pattern="asc|desc")] = "asc",
) -> Response:
    """The form; with a question in the address, the table, sent row by row."""
    library = library_of(request)
    context = {
        "asked": question,
        "documents": library.documents,
        "longest": MAX_QUESTION,
        "sort": sort,
        "order": order,
        "columns": [(key, _NAMES[key]) for key in KEYS],
        "table": None,
    }
    if not question.question or not library.documents:
        return Response(html(request, "compare.html", **context), media_type="text/html")
    found = _rows(request, question)
    many = len(set(question.documents)) or len(library.documents)
    # The first row is asked for before anything is sent: a bad question is an error page.
    coming: Iterable[Row] = chain([next(found)], found)
    if sort:
        coming = sorted_rows(list(coming), sort, descending=order == "desc")
    page = _lines(stream(request, "compare.html", **(context | {"table": Table(coming, many)})))
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    return StreamingResponse(
        _zipped(page) if zipped else page,
        media_type="text/html",
        # Said in either case, so that nothing else compresses it and holds rows back.
        headers={
            "Content-Encoding": "gzip" if zipped else "identity",
            "Vary": f"{VARY['Vary']}, Accept-Encoding",
        },
    )


@pages.get("/compare.csv")
def compare_csv(request: Request, question: Question) -> Response:
    """The same table as CSV."""
    return Response(
        table_csv(_rows(request, question), str(request.base_url)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="comparison.csv"'},
    )


def _rows(request: Request, question: Asked) -> Iterator[Row]:
    """A row for each report chosen, or for all; by subject and date."""
    library = library_of(request)
    if question.documents:
        chosen = [library.document(document_id) for document_id in question.documents]
    else:
        chosen = list(library.documents)
    ask = asker(request).ask
    return rows(
        chosen,
        lambda document: ask(Asked(question.question, (document.id,))),
        among=library.documents,
    )


def _zipped(pieces: Iterable[str]) -> Iterator[bytes]:
    """Pieces as gzip (RFC 1952), each to be read as soon as it is there."""
    gzip = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
    for piece in pieces:
        yield gzip.compress(piece.encode()) + gzip.flush(zlib.Z_SYNC_FLUSH)
    yield gzip.flush()


def _lines(pieces: Iterable[str]) -> Iterator[str]:
    """Pieces joined into whole table rows: fewer and larger chunks to send."""
    held: list[str] = []
    for piece in pieces:
        held.append(piece)
        if "</tr>" in piece or "</thead>" in piece:
            yield "".join(held)
            held.clear()
    yield "".join(held)
