"""The page that asks, and what can be taken along from an answer."""

from dataclasses import replace
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from ingest.errors import BadQuestion, NotFound
from service import citing
from service.asking import Asked, Asker, confidence_in_words
from service.examples import examples
from service.feedback import Feedback, Remark, Verdict
from service.library import MAX_QUESTION
from service.pages import library_of, render
from service.reader import blocks, excerpt, quotation
from service.reply import Citation, Reply
from service.schemas import AskOut

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
            reply = asker(request).ask_in_full(question)
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
        found=[shown(citation, reply) for citation in reply.citations] if reply else [],
        grounds=_grounds(reply) if reply else [],
        confidence=confidence_in_words(reply.confidence) if reply else "",
        thanks=bool(said),
        formats=_formats(reply, str(request.base_url)) if reply and reply.answer else [],
        site=str(request.base_url).rstrip("/"),
    )


@pages.get("/answer.{suffix}")
def answer_file(request: Request, question: Question, suffix: str) -> Response:
    """The answer with its citations as a file: txt, md, bib or json (CSL)."""
    reply = asker(request).ask(question)
    if reply.answer is None:
        raise NotFound("there is no answer to take along: the reports don't say")
    for kind in _formats(reply, str(request.base_url)):
        if kind["suffix"] == suffix:
            return _download(str(kind["text"]), str(kind["type"]), f"answer.{suffix}")
    raise NotFound(f"an answer comes as .txt, .md, .bib or .json, not as .{suffix}")


@pages.get("/passages.{suffix}")
def passages_file(request: Request, question: Question, suffix: str) -> Response:
    """All passages of an answer as a file: csv, or json as ``/ask`` returns it."""
    reply = asker(request).ask(question)
    if suffix == "csv":
        text = citing.passages_csv(reply, str(request.base_url))
        return _download(text, "text/csv", "passages.csv")
    if suffix == "json":
        text = AskOut.of(reply).model_dump_json(indent=2)
        return _download(text, "application/json", "passages.json")
    raise NotFound(f"passages come as .csv or .json, not as .{suffix}")


@pages.post("/feedback")
def feedback(
    request: Request,
    question: Question,
    verdict: Annotated[Verdict, Form()],
    note: Annotated[str, Form(max_length=2000)] = "",
) -> RedirectResponse:
    """Keep what a person says of an answer; the question stands in the address, as on the page."""
    reply = asker(request).ask(question)
    remark = Remark(verdict, reply.question, note=note.strip())
    if reply.answer:
        passage = reply.citations[reply.answer.citation].passage
        remark = replace(
            remark,
            answer=reply.answer.text,
            quote=reply.answer.quote,
            document_id=passage.document_id,
            passage=passage.n,
            section=passage.section,
        )
    Feedback(library_of(request).store.folder / "feedback.sqlite3").keep(remark)
    return RedirectResponse(question.address("/", said=verdict) + "#feedback", status_code=303)


def shown(citation: Citation, reply: Reply) -> dict[str, object]:
    """What the template needs of a citation: ``whole`` is empty where the passage is short,
    ``near`` says whether what is marked in it is nearest but not quoted."""
    whole = blocks(citation.passage, citation.marked)
    long = len(citation.passage.text) > _LONG
    return {
        "citation": citation,
        "near": bool(citation.marked and not (reply.answer and citation.highlights)),
        "excerpt": excerpt(whole) if long else whole,
        "whole": whole if long else [],
    }


def _grounds(reply: Reply) -> list[dict[str, object]]:
    """What the answer rests on, place by place: the citation, and its quotes, of which one that
    is the whole answer is not said twice. None where there is no answer."""
    said = reply.answer.text if reply.answer else ""
    found: list[dict[str, object]] = []
    for citation, group in groupby(citing.quoted(reply), key=lambda pair: pair[1]):
        quotes = [quote for quote, _ in group if quote != said]
        lines = [{"text": q, "blocks": quotation(citation.passage, q)} for q in quotes]
        found.append({"citation": citation, "quotes": lines})
    return found


def _formats(reply: Reply, site: str) -> list[dict[str, str]]:
    """The ways to take an answer along, each with its text."""
    return [
        {"name": name, "suffix": suffix, "type": media_type, "text": make(reply, site)}
        for name, suffix, media_type, make in (
            ("Plain text", "txt", "text/plain", citing.plain_text),
            ("Markdown", "md", "text/markdown", citing.markdown),
            ("BibTeX", "bib", "application/x-bibtex", citing.bibtex),
            ("CSL-JSON", "json", "application/vnd.citationstyles.csl+json", citing.csl),
        )
    ]


def _download(text: str, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=f"{media_type}; charset=utf-8", headers=headers)
