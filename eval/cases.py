"""Questions whose right answer and its place are known: a JSON object a line.

    {"id": "kf-01", "kind": "key figure", "question": "…", "split": "dev",
     "answers": [["21.2"], ["21", "per million"]],  any of these, all of its strings
     "not": ["74.7"],                               none of these (optional)
     "sections": [["Chapter", "Section"]],          heading paths that hold it
     "document": "report.pdf", "pages": [4]}        file and pages that hold it (optional)

The place is the report's own, never a passage's number: cutting passages anew leaves the questions
valid. A question without answers and without a place is one that the reports don't answer.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from ingest.errors import ReportError

QUESTIONS = Path(__file__).with_name("questions.jsonl")
"""The known answers about the report that the project was made for."""

Split = Literal["dev", "fit", "held", "all"]


class CasesError(ReportError):
    """A file of questions has a line that can't be used."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what is known of its answer.

    ``answers`` are alternatives: of one of them every string must occur in the answer, and none of
    ``wrong``. ``sections`` are the heading paths that hold it; ``document`` is a file's name and
    ``pages`` count its pages from 1, both where known, else empty. ``split`` is "dev" for
    questions that the models are tuned on, "fit" for those that ranking and confidence are fitted
    on, "held" for those that only measure.
    """

    id: str
    kind: str
    question: str
    answers: tuple[tuple[str, ...], ...] = ()
    wrong: tuple[str, ...] = ()
    sections: tuple[tuple[str, ...], ...] = ()
    split: Literal["dev", "fit", "held"] = "held"
    document: str = ""
    pages: tuple[int, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the reports say it."""
        return bool(self.answers or self.sections or self.document)


def load_cases(path: Path = QUESTIONS, *, split: Split = "all") -> tuple[Case, ...]:
    """Read the questions of a split, or all. Raises ``CasesError`` naming file and line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CasesError(
            f"{path}: the questions cannot be read ({error}): check the path"
        ) from error
    cases = [_case(line, f"{path.name}:{n}") for n, line in enumerate(lines, 1) if line.strip()]
    _check_unique(path.name, cases)
    chosen = tuple(case for case in cases if split in ("all", case.split))
    if not chosen:
        raise CasesError(f"{path.name}: there is no question in the split {split!r}")
    return chosen


def case_sets(
    arguments: Iterable[str], *, split: Split
) -> Iterator[tuple[str, Path, tuple[Case, ...]]]:
    """Each argument ``INDEX[:CASES]`` with its index folder and the questions to ask there: those
    of the file ``CASES``, else the known answers. Raises ``CasesError``."""
    for argument in arguments:
        index, _, cases = argument.partition(":")
        yield argument, Path(index), load_cases(Path(cases) if cases else QUESTIONS, split=split)


def kinds(cases: Iterable[Case]) -> list[str]:
    """The kinds of question in the order in which they first come."""
    return list(dict.fromkeys(case.kind for case in cases))


_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: _Text
    kind: _Text
    question: _Text
    answers: list[Annotated[list[_Text], Field(min_length=1)]] = []
    wrong: list[_Text] = Field([], alias="not")
    sections: list[list[_Text]] = []
    split: Literal["dev", "fit", "held"]
    document: str = ""
    pages: list[Annotated[int, Field(ge=1)]] = []


def _case(line: str, place: str) -> Case:
    try:
        read = _Line.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the line"
        raise CasesError(f"{place}: {field}: {first['msg']}") from error
    case = Case(
        id=read.id,
        kind=read.kind,
        question=read.question,
        answers=tuple(tuple(strings) for strings in read.answers),
        wrong=tuple(read.wrong),
        sections=tuple(tuple(path) for path in read.sections),
        split=read.split,
        document=read.document,
        pages=tuple(read.pages),
    )
    placed = bool(case.sections or case.document)
    if bool(case.answers) != placed:
        missing = "an answer" if placed else "the section or document that holds the answer"
        raise CasesError(f"{place}: {case.id}: add {missing}, or leave out both")
    return case


def _check_unique(name: str, cases: Sequence[Case]) -> None:
    for field in ("id", "question"):
        seen: set[str] = set()
        for case in cases:
            value = str(getattr(case, field))
            if value in seen:
                raise CasesError(
                    f"{name}: the {field} {value!r} is there twice: change or remove one"
                )
            seen.add(value)
