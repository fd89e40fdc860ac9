"""The wire models: what ``/ask`` and ``/documents`` take and return."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

from ingest.records import Document, Section
from service import reply
from service.library import MAX_QUESTION

Question = Annotated[
    str,
    StringConstraints(strip_whitespace=True),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_QUESTION}),
]
"""Its length is declared here and checked by the library, whose sentence says what to do."""


class AskIn(BaseModel):
    """A question; ``documents`` restricts it to reports by their ids, if there are any."""

    model_config = ConfigDict(extra="forbid")

    question: Question
    documents: list[str] | None = None
    top_k: int = Field(5, ge=1, le=20)


class DocumentRef(BaseModel):
    id: str
    title: str


class CitationOut(BaseModel):
    """``section`` is the heading path from the chapter down; ``section_page`` the page that the
    report's contents list gives for it; ``page`` and ``page_end`` count the file's pages from 1;
    ``paragraphs`` are the printed numbers of those quoted, where the report numbers them;
    ``highlights`` are spans of ``passage`` in characters: the quotes, or where there is no answer
    in the first passage what comes nearest to one; ``nearest`` is the span of the sentence, row or
    list that the question fits best, null where none of the passage was among those compared;
    ``score`` is 0 to 1, higher is better."""

    document: DocumentRef
    section: list[str]
    section_page: int | None
    page: int | None
    page_end: int | None
    paragraphs: list[str]
    passage: str
    highlights: list[tuple[int, int]]
    nearest: tuple[int, int] | None
    score: float
    url: str


class QuoteOut(BaseModel):
    quote: str
    citation: int


class AnswerOut(BaseModel):
    """``citation`` is the position, from 0, in ``citations`` of the passage with ``quote``."""

    text: str
    quote: str
    citation: int
    also: list[QuoteOut]


class AskOut(BaseModel):
    """``confidence`` is the calibrated probability, 0 to 1, that the best answer found is right;
    ``summary`` a language model's words, null unless one is set and what it says holds up: a mark
    ``[1]`` in it is the first of ``citations``."""

    question: str
    answered: bool
    answer: AnswerOut | None
    confidence: float
    message: str
    citations: list[CitationOut]
    took_ms: int
    summary: str | None = None

    @classmethod
    def of(cls, found: reply.Reply) -> "AskOut":
        """The reply as it goes over the wire."""
        answer = found.answer
        return cls(
            question=found.question,
            answered=answer is not None,
            answer=answer
            and AnswerOut(
                text=answer.text,
                quote=answer.quote,
                citation=answer.citation,
                also=[QuoteOut(quote=q.quote, citation=q.citation) for q in answer.also],
            ),
            confidence=round(found.confidence, 4),
            message=found.message,
            citations=[_citation(citation) for citation in found.citations],
            took_ms=found.took_ms,
            summary=found.summary or None,
        )


class SectionOut(BaseModel):
    path: list[str]
    level: int
    page: int | None
    printed_page: int | None


class DocumentOut(BaseModel):
    """A report and what was read of it."""

    id: str
    title: str
    name: str
    date: str | None
    media_type: str
    sha256: str
    pages: int | None
    passages: int
    sections: int
    tables: int
    footnotes: int
    warnings: list[str]

    @classmethod
    def of(cls, document: Document, *, passages: int) -> "DocumentOut":
        return cls(**_counts(document, passages))


class DocumentDetail(DocumentOut):
    outline: list[SectionOut]

    @classmethod
    def of(cls, document: Document, *, passages: int) -> "DocumentDetail":
        outline = [_section(section) for section in document.sections if section.path]
        return cls(**_counts(document, passages), outline=outline)


class Health(BaseModel):
    status: str
    version: str
    documents: int
    passages: int
    encoder: str


class Problem(BaseModel):
    """RFC 9457 problem details; ``detail`` says what to do next."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


def passage_url(document_id: str, n: int) -> str:
    """The stable address of a passage."""
    return f"/documents/{document_id}/passages/{n}"


def _citation(citation: reply.Citation) -> CitationOut:
    passage = citation.passage
    return CitationOut(
        document=DocumentRef(id=citation.document.id, title=citation.document.title),
        section=list(passage.section),
        section_page=passage.section_page,
        page=passage.page or None,
        page_end=passage.page_end or None,
        paragraphs=list(citation.paragraphs),
        passage=passage.text,
        highlights=list(citation.highlights),
        nearest=citation.nearest,
        score=round(citation.score, 4),
        url=passage_url(passage.document_id, passage.n),
    )


def _section(section: Section) -> SectionOut:
    return SectionOut(
        path=list(section.path),
        level=section.level,
        page=section.page or None,
        printed_page=section.printed_page,
    )


def _counts(document: Document, passages: int) -> dict[str, object]:
    return {
        "id": document.id,
        "title": document.title,
        "name": document.name,
        "date": document.date or None,
        "media_type": document.media_type,
        "sha256": document.sha256,
        "pages": document.pages or None,
        "passages": passages,
        "sections": sum(1 for section in document.sections if section.path),
        "tables": document.tables,
        "footnotes": len(document.footnotes),
        "warnings": list(document.warnings),
    }
