"""The known answers: is the answer right, is it cited from the right section, and does the product
say so when the report doesn't?

    python -m eval.known [--index DIR] [--cases FILE] [--split dev|held|all] [--out var/eval]

prints a table by kind of question and writes ``report.md``, ``report.html`` and ``outcomes.jsonl``.
The known answers hold for the report itself and for its edition in ``corpus/`` alike.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from eval.cases import QUESTIONS, Split, load_cases
from eval.grading import evidence
from eval.metrics import mean, ranking
from eval.report import write_report
from eval.run import Outcome, run
from eval.shelf import candid, operating_point
from eval.summary import Figure, Judgement, Measure, Summary, summarise
from ingest.errors import ReportError
from service.library import Library
from service.settings import Settings

OUT = Path("var/eval")


def in_first(k: int) -> Judgement:
    """Whether evidence is among the first k citations."""
    return lambda o: any(o.evidence[:k]) if o.case.answerable else None


MEASURES = (
    Measure("answer right", lambda o: (o.answered and o.right) if o.case.answerable else None),
    Measure("section first", lambda o: any(o.placed[:1]) if o.case.answerable else None),
    Measure("section cited", lambda o: o.cited if o.case.answerable and o.answered else None),
    Measure("evidence in 1", in_first(1)),
    Measure("in 3", in_first(3)),
    Measure("in 5", in_first(5)),
    Measure("answered unsaid", lambda o: None if o.case.answerable else o.answered, "down"),
    Measure("refused said", lambda o: not o.answered if o.case.answerable else None, "down"),
)


def run_known(
    library: Library,
    cases: Path | None = None,
    *,
    split: Split = "all",
    out: Path = OUT,
    min_confidence: float | None = None,
) -> Summary:
    """Ask the questions of a file (the shipped ones if None) and write the reports into ``out``.

    ``library`` should refuse nothing by itself and ``min_confidence`` be the operating point:
    what is refused then still counts in the calibration. Raises ``CasesError`` and what
    ``Library.ask`` raises.
    """
    chosen = load_cases(cases or QUESTIONS, split=split)
    with tqdm(total=len(chosen), desc="asking", unit="question", disable=None) as bar:
        outcomes = run(library, chosen, min_confidence=min_confidence, told=bar.update)
    names = ", ".join(document.name for document in library.documents)
    summary = summarise(
        outcomes,
        MEASURES,
        title="Known answers",
        about=f"{len(chosen)} questions ({split}) about {names}",
        missed=missed,
        figures=_ranking(library, outcomes),
    )
    write_report(summary, out)
    return summary


def missed(outcome: Outcome) -> bool:
    """Whether the answer is wrong, wrongly given or withheld, or not from the right section."""
    if not outcome.case.answerable:
        return outcome.answered
    return not (outcome.answered and outcome.right and outcome.cited and any(outcome.placed[:1]))


def _ranking(library: Library, outcomes: Sequence[Outcome]) -> list[Figure]:
    """How well the citations are ordered, against all passages of the index that are evidence."""
    index = library.view().index
    documents = {document.id: document for document in index.documents}
    said = [o for o in outcomes if o.case.answerable]
    relevant = {
        o.case.id: [
            f"{p.document_id}/{p.n}"
            for p in index.passages
            if evidence(o.case, p, documents[p.document_id])
        ]
        for o in said
    }
    ranked = {
        o.case.id: [f"{c.passage.document_id}/{c.passage.n}" for c in o.reply.citations]
        for o in said
    }
    without = sum(not ids for ids in relevant.values())
    note = f"{without} questions have no evidence in any passage" if without else ""
    values = ranking(relevant, ranked)
    return [Figure(name, mean(values[name]), note) for name in ("R@5", "RR@5", "nDCG@5")]


def main(argv: Sequence[str] | None = None) -> int:
    """Run from the command line; returns the exit code, 2 for an error."""
    settings = Settings()
    parser = argparse.ArgumentParser(prog="python -m eval.known", description="Known answers.")
    parser.add_argument("--index", type=Path, default=settings.index, metavar="DIR")
    parser.add_argument("--cases", type=Path, metavar="FILE")
    parser.add_argument("--split", choices=["dev", "fit", "held", "all"], default="all")
    parser.add_argument("--out", type=Path, default=OUT, metavar="DIR")
    options = parser.parse_args(argv)
    try:
        summary = run_known(
            candid(settings.model_copy(update={"index": options.index})),
            options.cases,
            split=options.split,
            out=options.out,
            min_confidence=operating_point(settings),
        )
    except ReportError as error:
        print(f"eval: {error}", file=sys.stderr)
        return 2
    print(summary.as_table())
    print(f"\nevery miss is shown in {options.out / 'report.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
