"""The JSON contract: /ask, /documents, /healthz."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from service import schemas
from service.library import Library
from service.version import __version__


def _library(request: Request) -> Library:
    library: Library = request.app.state.library
    return library


Lib = Annotated[Library, Depends(_library)]

api = APIRouter(
    responses={422: {"model": schemas.Problem}, 503: {"model": schemas.Problem}}, tags=["api"]
)


@api.post("/ask")
def ask(body: schemas.AskIn, library: Lib) -> schemas.AskOut:
    """Answer a question from the reports, with citations."""
    reply = library.ask(body.question, documents=body.documents, top_k=body.top_k)
    return schemas.AskOut.of(reply)


@api.get("/ask")
def ask_by_address(
    q: schemas.Question,
    library: Lib,
    top_k: Annotated[int, Query(ge=1, le=20)] = 5,
    document: Annotated[list[str] | None, Query()] = None,
) -> schemas.AskOut:
    """The same with the question in the address."""
    return schemas.AskOut.of(library.ask(q, documents=document, top_k=top_k))


@api.get("/healthz")
def healthz(library: Lib) -> schemas.Health:
    """Whether the service can answer."""
    index = library.view().index
    return schemas.Health(
        status="ok",
        version=__version__,
        documents=len(index.documents),
        passages=len(index.passages),
        encoder=index.manifest.model,
    )


@api.get("/documents")
def documents(library: Lib) -> list[schemas.DocumentOut]:
    """The reports that can be asked."""
    return [
        schemas.DocumentOut.of(document, passages=len(library.passages(document.id)))
        for document in library.documents
    ]


@api.get("/documents/{document_id}")
def document(document_id: str, library: Lib) -> schemas.DocumentDetail:
    """A report with its outline."""
    found = library.document(document_id)
    return schemas.DocumentDetail.of(found, passages=len(library.passages(document_id)))
