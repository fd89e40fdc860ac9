"""Questions that people asked about guides in their own words and circumstances (ConditionalQA,
Sun et al. 2022): is the right heading found, and is it said when the guide isn't there?

    python -m eval.guides [--guides DIR] [--out var/eval/guides]

asks scenario and question in one, first of all 59 guides, then with 19 of them taken away, chosen
by a fixed seed. The known answers ("yes", "no") are not words of the guides, so an answer counts as
right where it is cited from a heading that holds evidence.
"""

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from eval.cases import Case, CasesError
from eval.known import missed
from eval.report import write_report
from eval.run import Outcome, run
from eval.shelf import SHARED, operating_point, shelve, without
from eval.summary import Judgement, Measure, Summary, summarise
from ingest.errors import ReportError
from service.library import Library
from service.settings import Settings

GUIDES = SHARED / "govuk"
INDEX = Path("var/govuk")
OUT = Path("var/eval/guides")
TAKEN = 19
_SEED = 59


def heading_in(k: int) -> Judgement:
    """Whether a heading with evidence is among the first k citations."""
    return lambda o: any(o.placed[:k]) if o.case.answerable else None


def guide_first(outcome: Outcome) -> bool | None:
    """Whether the first citation is from the right guide."""
    if not outcome.case.answerable:
        return None
    return any(c.document.name == outcome.case.document for c in outcome.reply.citations[:1])


MEASURES = (
    Measure("guide first", guide_first),
    Measure("heading in 1", heading_in(1)),
    Measure("in 3", heading_in(3)),
    Measure("in 5", heading_in(5)),
    Measure("answered", lambda o: o.answered if o.case.answerable else None),
    Measure("refused unsaid", lambda o: None if o.case.answerable else not o.answered),
)


def load_guides(path: Path) -> tuple[Case, ...]:
    """The questions with their scenarios, in the order of the file; raises ``CasesError``."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return tuple(_case(json.loads(line)) for line in lines if line.strip())
    except (OSError, ValueError, KeyError) as error:
        raise CasesError(f"{path}: the questions cannot be read ({error})") from error


def taken_away(cases: Sequence[Case], names: Sequence[str]) -> tuple[Case, ...]:
    """The answerable questions as they are once these guides are gone: of those about them, no
    guide says the answer."""
    return tuple(
        Case(case.id, "taken away", case.question)
        if case.document in names
        else replace(case, kind="still there")
        for case in cases
        if case.answerable
    )


def choice(documents: Sequence[str], n: int = TAKEN) -> list[str]:
    """The guides to take away: always the same of the same ones."""
    return random.Random(_SEED).sample(sorted(documents), n)


def run_guides(
    library: Library, cases: Sequence[Case], *, out: Path, about: str, min_confidence: float
) -> Summary:
    """Ask questions of a library of guides that refuses nothing by itself, and write the report
    files."""
    with tqdm(total=len(cases), desc="asking", unit="question", disable=None) as bar:
        outcomes = run(library, cases, min_confidence=min_confidence, told=bar.update)
    summary = summarise(outcomes, MEASURES, title="Guides", about=about, missed=missed)
    write_report(summary, out)
    return summary


def _case(row: dict[str, object]) -> Case:
    said = bool(row["answerable"])
    paths = [tuple(path) for piece in row["evidence"] for path in piece["sections"]]  # type: ignore[attr-defined]
    decided = said and row["answers"][0] in ("yes", "no")  # type: ignore[index]
    return Case(
        id=str(row["id"]),
        kind=("yes or no" if decided else "in words") if said else "unanswerable",
        question=f"{row['scenario']} {row['question']}",
        sections=tuple(dict.fromkeys(path for path in paths if path)) if said else (),
        document=str(row["document"]) if said else "",
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run from the command line; returns the exit code, 2 for an error."""
    parser = argparse.ArgumentParser(prog="python -m eval.guides")
    parser.add_argument("--guides", type=Path, default=GUIDES, metavar="DIR")
    parser.add_argument("--index", type=Path, default=INDEX, metavar="DIR")
    parser.add_argument("--out", type=Path, default=OUT, metavar="DIR")
    options = parser.parse_args(argv)
    point = operating_point(Settings())
    try:
        cases = load_guides(options.guides / "questions.jsonl")
        library = shelve(options.guides / "docs", options.index)
        away = choice([document.name for document in library.documents])
        fewer = without(library, away, options.index.with_name(f"{options.index.name}-fewer"))
        summaries = (
            run_guides(
                library,
                cases,
                out=options.out,
                about=f"{len(cases)} questions about {len(library.documents)} guides",
                min_confidence=point,
            ),
            run_guides(
                fewer,
                taken_away(cases, away),
                out=options.out.with_name(f"{options.out.name}-fewer"),
                about=f"{TAKEN} of {len(library.documents)} guides taken away",
                min_confidence=point,
            ),
        )
    except ReportError as error:
        print(f"guides: {error}", file=sys.stderr)
        return 2
    print("\n\n".join(summary.as_table() for summary in summaries))
    return 0


if __name__ == "__main__":
    sys.exit(main())
