"""Library × cases → outcomes: each question asked once, its reply judged by rule."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from eval.cases import Case
from eval.grading import evidence, placed, right
from service.library import Library
from service.reply import Reply

Told = Callable[[], None]
"""Called after each question."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question, its reply, and what is true of it.

    ``answered`` says whether an answer was given, ``right`` whether the best answer found is
    right, given or not (of a question that the reports don't answer none is; where only the place
    is known, an answer from there is). ``placed`` and
    ``evidence`` hold for the citations in order: the place named by the case, and with the answer
    in the passage. ``cited`` is whether the citation that the answer points to is placed.
    """

    case: Case
    reply: Reply
    answered: bool
    right: bool
    cited: bool
    placed: tuple[bool, ...]
    evidence: tuple[bool, ...]


def run(
    library: Library,
    cases: Iterable[Case],
    *,
    min_confidence: float | None = None,
    told: Told = lambda: None,
) -> tuple[Outcome, ...]:
    """Ask every question as a user would.

    With a ``min_confidence`` (0 to 1), answers below it count as refused: a library that refuses
    nothing itself then shows what it would have answered, at any threshold.
    """
    outcomes = []
    for case in cases:
        outcomes.append(judge(case, library.ask(case.question), min_confidence=min_confidence))
        told()
    return tuple(outcomes)


def judge(case: Case, reply: Reply, *, min_confidence: float | None = None) -> Outcome:
    """Compare one reply with what is known."""
    answer, shown = reply.answer, reply.citations
    marks = tuple(placed(case, c.passage, c.document) for c in shown) if case.answerable else ()
    cited = answer is not None and bool(marks) and marks[answer.citation]
    return Outcome(
        case=case,
        reply=reply,
        answered=answer is not None and reply.confidence >= (min_confidence or 0.0),
        right=answer is not None and right(case, answer.text) if case.answers else cited,
        cited=cited,
        placed=marks,
        evidence=tuple(evidence(case, c.passage, c.document) for c in shown),
    )
