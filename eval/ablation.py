"""What each stage of finding earns, from windows of characters to what is served.

    python -m eval.ablation [--out docs/ablation.md] [--split dev|held|all]

asks the answerable questions of three sets (the report's known answers, the inspection reports, the
guides) nine times, each time with one stage more, and writes one Markdown table; by default only
questions that nothing was tuned on. Evidence counts
alike at every step: the stretch of text shown lies, at least in part, in the right place, and holds
the answer's strings where the set gives any.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from tqdm import tqdm

from eval.cases import QUESTIONS, Case, Split, load_cases
from eval.finding import (
    SHOWN,
    Find,
    Stretch,
    as_served,
    by_passages,
    by_paths,
    by_reading,
    by_sentences,
    by_windows,
)
from eval.grading import placed, says
from eval.guides import INDEX as GUIDES_INDEX
from eval.guides import load_guides
from eval.inspections import INDEX as REPORTS_INDEX
from eval.inspections import QUESTIONS as REPORTS_QUESTIONS
from eval.metrics import Estimate, difference, share
from eval.shelf import SHARED, shelve, untuned
from eval.summary import interval
from ingest.errors import ReportError
from ingest.records import Document
from service.library import Library

OUT = Path("docs/ablation.md")
OTHER_HANDS = QUESTIONS.with_name("questions_official.jsonl")
FIRST = (1, 3, SHOWN)
_PAGE = """\
# What each stage of finding adds
Written by `make eval-ablation`: questions that the reports answer and that nothing was tuned on,
asked with one stage more each time. A stretch of text counts if it lies, at least in part, in the
right place and holds the answer's strings, where they are known; of the guides only the heading is
known. With 95 % intervals; the change is that from the step above, with a paired bootstrap
interval, in bold where that leaves out 0. Times are medians and those of a shared machine.

"""


@dataclass(frozen=True, slots=True)
class Set:
    """A library, the same with untuned models, the questions asked of it, and its name."""

    name: str
    library: Library
    plain: Library
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A way of finding: ``make`` prepares it for a library, ``tuned`` is whether its models are
    those that were tuned."""

    name: str
    make: Callable[[Library], Find]
    tuned: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """How often evidence was among the first k: ``in_first[k]`` has a value a question, ``ms`` the
    median time of one."""

    set: str
    step: str
    in_first: dict[int, list[bool]]
    ms: float


STEPS = (
    Step("windows of 1,000 characters", by_windows),
    Step("passages cut by heading", by_passages),
    Step("+ heading path", by_paths),
    Step("a vector a sentence", by_sentences(lexical=False)),
    Step("+ BM25", by_sentences(lexical=True)),
    Step("+ reranker", by_reading(acronyms=False)),
    Step("+ acronyms", by_reading(acronyms=True)),
    Step("both models tuned", by_reading(acronyms=True), tuned=True),
    Step("as served", as_served, tuned=True),
)


def measure(one: Set, step: Step) -> Result:
    """Ask every question of a set in one way."""
    find = step.make(one.library if step.tuned else one.plain)
    documents = {document.id: document for document in one.library.documents}
    hits: dict[int, list[bool]] = {k: [] for k in FIRST}
    took = []
    for case in tqdm(one.cases, desc=f"{one.name}, {step.name}", disable=None):
        start = perf_counter()
        stretches = find(case.question)
        took.append(perf_counter() - start)
        held = [holds_answer(case, stretch, documents) for stretch in stretches]
        for k in FIRST:
            hits[k].append(any(held[:k]))
    return Result(one.name, step.name, hits, 1000 * median(took))


def holds_answer(case: Case, stretch: Stretch, documents: Mapping[str, Document]) -> bool:
    """Whether a stretch is evidence: one of its parts is where the case says, and the answer's
    strings, where it has any, are in its text."""
    there = any(placed(case, part, documents[part.document_id]) for part in stretch.parts)
    return there and (not case.answers or says(case, stretch.text))


def table(results: Sequence[Result]) -> str:
    """The results in Markdown, a row a set and step."""
    heads = ["set", "step", *(f"in first {k}" for k in FIRST), "change in first 1", "ms"]
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    before: Result | None = None
    for result in results:
        same = before is not None and before.set == result.set
        change = signed(difference(_ones(result), _ones(before))) if same and before else ""
        shares = [interval(share(result.in_first[k])) for k in FIRST]
        name = "" if same else f"{result.set} ({len(result.in_first[1])})"
        lines.append(
            f"| {name} | {result.step} | {' | '.join(shares)} | {change} | {result.ms:.0f} |"
        )
        before = result
    return "\n".join(lines) + "\n"


def signed(change: Estimate) -> str:
    """``+0.12 (+0.05 to +0.19)``, in bold where the interval leaves out 0."""
    text = f"{change.value:+.2f} ({change.low:+.2f} to {change.high:+.2f})"
    return f"**{text}**" if change.low > 0 or change.high < 0 else text


def _ones(result: Result) -> list[float]:
    return [float(hit) for hit in result.in_first[1]]


def _sets(split: Split, shared: Path) -> Iterator[Set]:
    for name, reports, index, cases in (
        (
            "the report",
            shared.parent / "report",
            Path("var/report"),
            (*load_cases(split=split), *load_cases(OTHER_HANDS, split=split)),
        ),
        (
            "inspection reports",
            shared / "ofsted" / "reports",
            REPORTS_INDEX,
            load_cases(REPORTS_QUESTIONS, split=split),
        ),
        (
            "guides",
            shared / "govuk" / "docs",
            GUIDES_INDEX,
            load_guides(shared / "govuk" / "questions.jsonl"),
        ),
    ):
        answerable = tuple(case for case in cases if case.answerable)
        library = shelve(reports, index)
        yield Set(name, library, untuned(library), answerable)


def main(argv: Sequence[str] | None = None) -> int:
    """Run from the command line; returns the exit code, 2 for an error."""
    parser = argparse.ArgumentParser(prog="python -m eval.ablation")
    parser.add_argument("--shared", type=Path, default=SHARED, metavar="DIR")
    parser.add_argument("--split", choices=["dev", "fit", "held", "all"], default="held")
    parser.add_argument("--out", type=Path, default=OUT, metavar="FILE")
    options = parser.parse_args(argv)
    results = []
    try:
        for one in _sets(options.split, options.shared):
            results += [measure(one, step) for step in STEPS]
            print(table(results[-len(STEPS) :]))
    except ReportError as error:
        print(f"ablation: {error}", file=sys.stderr)
        return 2
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(_PAGE + table(results), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
