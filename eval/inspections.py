"""Figures out of 72 inspection reports of 25 councils in one index: the right document, the right
page, the right number, and no answer for councils that aren't there.

    python -m eval.inspections [--reports DIR] [--split dev|held|all] [--out var/eval/inspections]
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from eval.cases import Split, load_cases
from eval.known import missed
from eval.report import write_report
from eval.run import Outcome, run
from eval.shelf import SHARED, operating_point, shelve
from eval.summary import Measure, Summary, summarise
from ingest.errors import ReportError
from service.library import Library
from service.settings import Settings

QUESTIONS = Path(__file__).with_name("inspections.jsonl")
REPORTS = SHARED / "ofsted" / "reports"
INDEX = Path("var/ofsted")
OUT = Path("var/eval/inspections")


def document_first(outcome: Outcome) -> bool | None:
    """Whether the first citation is from the right report."""
    if not outcome.case.answerable:
        return None
    return any(c.document.name == outcome.case.document for c in outcome.reply.citations[:1])


def all_right(outcome: Outcome) -> bool | None:
    """Whether the number is right and comes from the right page of the right report, both in the
    answer and in the first citation."""
    if not outcome.case.answerable:
        return None
    return outcome.answered and outcome.right and outcome.cited and outcome.placed[0]


MEASURES = (
    Measure("document first", document_first),
    Measure("page first", lambda o: any(o.placed[:1]) if o.case.answerable else None),
    Measure("number right", lambda o: (o.answered and o.right) if o.case.answerable else None),
    Measure("all three", all_right),
    Measure("evidence in 3", lambda o: any(o.evidence[:3]) if o.case.answerable else None),
    Measure("refused unsaid", lambda o: None if o.case.answerable else not o.answered),
    Measure("refused said", lambda o: not o.answered if o.case.answerable else None, "down"),
)


def run_inspections(
    library: Library, *, split: Split = "all", out: Path = OUT, min_confidence: float | None = None
) -> Summary:
    """Ask the questions of a split of a library of all the reports, and write the report files.

    ``library`` should refuse nothing by itself; ``min_confidence`` is the operating point.
    """
    cases = load_cases(QUESTIONS, split=split)
    with tqdm(total=len(cases), desc="asking", unit="question", disable=None) as bar:
        outcomes = run(library, cases, min_confidence=min_confidence, told=bar.update)
    summary = summarise(
        outcomes,
        MEASURES,
        title="Inspection reports",
        about=f"{len(cases)} questions ({split}), {len(library.documents)} reports in one index",
        missed=missed,
    )
    write_report(summary, out)
    return summary


def main(argv: Sequence[str] | None = None) -> int:
    """Run from the command line; returns the exit code, 2 for an error."""
    parser = argparse.ArgumentParser(prog="python -m eval.inspections")
    parser.add_argument("--reports", type=Path, default=REPORTS, metavar="DIR")
    parser.add_argument("--index", type=Path, default=INDEX, metavar="DIR")
    parser.add_argument("--split", choices=["dev", "fit", "held", "all"], default="all")
    parser.add_argument("--out", type=Path, default=OUT, metavar="DIR")
    options = parser.parse_args(argv)
    try:
        summary = run_inspections(
            shelve(options.reports, options.index),
            split=options.split,
            out=options.out,
            min_confidence=operating_point(Settings()),
        )
    except ReportError as error:
        print(f"inspections: {error}", file=sys.stderr)
        return 2
    print(summary.as_table())
    return 0


if __name__ == "__main__":
    sys.exit(main())
