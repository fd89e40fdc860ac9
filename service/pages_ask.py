"""The page that asks, and what can be taken along from an answer."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from ingest.errors import BadQuestion, NotFound
from service.asking import Asked, Asker, confidence_in_words
from service.examples import examples
from service.library import MAX_QUESTION
from service.pages import library_of, render
from service.reader import blocks, excerpt
from service.reply import Citation, Reply

pages = APIRouter(include_in_schema=False)

_EXAMPLES = 4
_LONG = 600
"""Characters above which a passage is folded."""


def asker(request: Request) -> Asker:
    """The application's asker."""
    found: Asker = request.app.state.asker
    return found


def asked(
    q: str = "",
    document: Annotated[list[str] | None, Query()] = None,
    top_k: Annotated[int, Query(ge=1, le=20)] = 5,
) -> Asked:
    """The question of an address."""
    return Asked(q.strip(), tuple(dict.fromkeys(document or ())), top_k)


Question = Annotated[Asked, Depends(asked)]


@pages.get("/")
def ask_page(request: Request, question: Question, said: str = "") -> HTMLResponse:
    """The form; with a question in the address, its answer; ``said`` thanks for feedback."""
    library = library_of(request)
    reply, problem, status = None, "", 200
    if question.question:
        try:
            reply = asker(request).ask(question)
        except (BadQuestion, NotFound) as error:
            problem, status = str(error), error.status
    documents = library.documents
    offered = []
    if reply is None and documents:
        offered = examples(documents, library.view().index.passages, _EXAMPLES)
    return render(
        request,
        "ask.html",
        status=status,
        asked=question,
        documents=documents,
        longest=MAX_QUESTION,
        problem=problem,
        examples=offered,
        reply=reply,
        found=[shown(citation) for citation in reply.citations] if reply else [],
        best=_best(reply) if reply else None,
        confidence=confidence_in_words(reply.confidence) if reply else "",
        thanks=bool(said),
    )


def shown(citation: Citation) -> dict[str, object]:
    """What the template needs of a citation: ``whole`` is empty where the passage is short."""
    whole = blocks(citation.passage, citation.highlights)
    long = len(citation.passage.text) > _LONG
    return {
        "citation": citation,
        "excerpt": excerpt(whole) if long else whole,
        "whole": whole if long else [],
    }


def _best(reply: Reply) -> Citation | None:
    return reply.citations[reply.answer.citation] if reply.answer else None
