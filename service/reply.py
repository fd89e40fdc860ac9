"""What is said in return to a question: frozen, and free of HTTP."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.records import Document, Passage, Unit

Span = tuple[int, int]
"""Start and end in a passage's text, in characters."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage shown. ``highlights`` are the places in its text of the quotes, or in the first
    passage of what would be quoted if it were more probable, in order and without overlap;
    ``nearest`` is that of the unit or list that the question fits best, None where none was among
    those read; ``score`` is its relevance, 0 to 1, higher is better."""

    document: Document
    passage: Passage
    score: float
    highlights: tuple[Span, ...] = ()
    nearest: Span | None = None

    @property
    def marked(self) -> tuple[Span, ...]:
        """What a page marks: the highlights, or where there are none what is nearest."""
        return self.highlights or ((self.nearest,) if self.nearest else ())

    @property
    def page(self) -> int:
        """The page of the file on which what is marked begins; 0 where the file has no pages."""
        return next((unit.page for unit in self._units(self.marked)), 0) or self.passage.page

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The printed numbers of the paragraphs that the highlights lie in, each once; none where
        the report doesn't number its paragraphs."""
        numbers = (unit.number for unit in self._units(self.highlights))
        return tuple(dict.fromkeys(number for number in numbers if number))

    def _units(self, spans: Sequence[Span]) -> Iterator[Unit]:
        for unit in self.passage.units:
            if any(unit.start < end and start < unit.end for start, end in spans):
                yield unit


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the report: found to the letter in the passage of citation number ``citation``."""

    quote: str
    citation: int


@dataclass(frozen=True, slots=True)
class Answer:
    """``text`` is the shortest answer, ``quote`` the sentence, row or list that holds it, ``also``
    further places that the answer rests on."""

    text: str
    quote: str
    citation: int
    also: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """The whole reply. ``confidence`` is the calibrated probability (0 to 1) that the best answer
    found is right, given or not; ``message`` is one sentence for the user; ``summary`` is only
    there where a writer is configured."""

    question: str
    answer: Answer | None
    confidence: float
    message: str
    citations: tuple[Citation, ...]
    took_ms: int
    summary: str = ""
