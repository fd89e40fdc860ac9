"""The page of reports: add, rename, read again, remove and put back."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from service.pages import address, library_of, passage_counts, render
from service.uploads import Queue, queue_of

pages = APIRouter(include_in_schema=False)

_LONGEST_TITLE = 300

Tasks = Annotated[Queue, Depends(queue_of)]


def library_page(request: Request) -> HTMLResponse:
    """The reports, what is being done to them, and the form to add some; ``removed`` in the
    address offers to put that report back."""
    library = library_of(request)
    queue = queue_of(request)
    return render(
        request,
        "library.html",
        documents=library.documents,
        counts=passage_counts(library),
        tasks=queue.tasks(),
        idle=queue.idle(),
        removed=queue.removed(request.query_params.get("removed", "")),
        most=request.app.state.settings.max_megabytes,
    )


@pages.post("/documents/{document_id}/title")
def rename(document_id: str, title: Annotated[str, Form()], queue: Tasks) -> RedirectResponse:
    """Give a report another title."""
    wanted = " ".join(title.split())
    if not 0 < len(wanted) <= _LONGEST_TITLE:
        raise HTTPException(422, f"a title has 1 to {_LONGEST_TITLE} characters: type another")
    queue.rename(document_id, wanted)
    return _back()


@pages.post("/documents/{document_id}/reread")
def read_again(document_id: str, queue: Tasks) -> RedirectResponse:
    """Read a report anew from its kept file."""
    queue.read_again(document_id)
    return _back()


@pages.post("/documents/{document_id}/remove")
def remove(document_id: str, queue: Tasks) -> RedirectResponse:
    """Take a report out; the page then offers to put it back."""
    queue.remove(document_id)
    return _back(removed=document_id)


@pages.post("/documents/{document_id}/restore")
def put_back(document_id: str, queue: Tasks) -> RedirectResponse:
    """Undo a removal."""
    queue.put_back(document_id)
    return _back()


@pages.post("/tasks/forget")
def forget(queue: Tasks) -> RedirectResponse:
    """Clear the list of finished tasks."""
    queue.forget_finished()
    return _back()


def _back(**query: object) -> RedirectResponse:
    return RedirectResponse(address("/documents", query.items()), status_code=303)
