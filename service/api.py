"""The JSON contract: /ask, /documents, /tasks, /healthz."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import (
    APIRouter,
    Depends,
    File,
    HTTPException,
    Query,
    Request,
    Response,
    UploadFile,
)
from fastapi.responses import RedirectResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from service import schemas
from service.library import Library
from service.pages import VARY, library_of, passage_counts, wants_page
from service.pages_library import library_page
from service.pages_reader import read_page
from service.uploads import Queue, Task, queue_of, safe_name
from service.version import __version__
from service.writer import Write


def write_of(request: Request) -> Write:
    """What adds a summary to a reply, where that is set."""
    write: Write = request.app.state.write
    return write


Writing = Annotated[Write, Depends(write_of)]
Lib = Annotated[Library, Depends(library_of)]
Tasks = Annotated[Queue, Depends(queue_of)]

api = APIRouter(
    responses={422: {"model": schemas.Problem}, 503: {"model": schemas.Problem}}, tags=["api"]
)


@api.post("/ask")
def ask(body: schemas.AskIn, library: Lib, write: Writing) -> schemas.AskOut:
    """Answer a question from the reports, with citations."""
    reply = library.ask(body.question, documents=body.documents, top_k=body.top_k)
    return schemas.AskOut.of(write(reply))


@api.get("/ask")
def ask_by_address(
    q: schemas.Question,
    library: Lib,
    write: Writing,
    top_k: Annotated[int, Query(ge=1, le=20)] = 5,
    document: Annotated[list[str] | None, Query()] = None,
) -> schemas.AskOut:
    """The same with the question in the address."""
    return schemas.AskOut.of(write(library.ask(q, documents=document, top_k=top_k)))


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


@api.get("/documents", response_model=list[schemas.DocumentOut])
def documents(
    request: Request, response: Response, library: Lib
) -> list[schemas.DocumentOut] | Response:
    """The reports that can be asked; for a browser, the page to add and change them."""
    if wants_page(request):
        return library_page(request)
    response.headers.update(VARY)
    counts = passage_counts(library)
    return [schemas.DocumentOut.of(d, passages=counts[d.id]) for d in library.documents]


@api.get("/documents/{document_id}", response_model=schemas.DocumentDetail)
def document(
    request: Request, response: Response, document_id: str, library: Lib
) -> schemas.DocumentDetail | Response:
    """A report with its outline; for a browser, the report itself."""
    if wants_page(request):
        return read_page(request, document_id)
    response.headers.update(VARY)
    found = library.document(document_id)
    return schemas.DocumentDetail.of(found, passages=len(library.passages(document_id)))


@api.post("/documents", status_code=202, response_model=list[Task])
def add(
    request: Request, files: Annotated[list[UploadFile], File()], queue: Tasks
) -> list[Task] | Response:
    """Queue files to be added; /tasks says what becomes of them."""
    tasks = [
        queue.add(safe_name(file.filename or ""), file.file) for file in files if file.filename
    ]
    if not tasks:
        raise HTTPException(422, "no file was chosen: choose one or more and send them again")
    return RedirectResponse("/documents", 303) if wants_page(request) else tasks


@api.delete("/documents/{document_id}", status_code=204)
def remove(document_id: str, queue: Tasks) -> None:
    """Take a report out."""
    queue.remove(document_id)


@api.get("/tasks")
def tasks(queue: Tasks) -> list[Task]:
    """What is being done to the reports, and what was; the newest last."""
    return queue.tasks()


@api.get("/tasks/events", response_class=EventSourceResponse)
async def events(queue: Tasks) -> AsyncIterator[ServerSentEvent]:
    """The same list, sent anew whenever it changes; ends with the event idle when all is
    done, and without it after a quarter of a minute: connect again."""
    changed: list[Task] = []
    async for changed in queue.changes():
        yield ServerSentEvent(event="tasks", data=changed, retry=500)
    if all(task.finished for task in changed):
        yield ServerSentEvent(event="idle", data=[])
