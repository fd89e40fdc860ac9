"""reportqa beside the tools that a user would pick instead, in one run on one machine.

    python -m eval.bench [--rounds 3] [--tools NAME …] [--out docs/bench.md]

Each tool has an environment of its own under ``var/bench`` (the first run installs them) and a
process of its own; each is used as its documentation shows, at its defaults, with the embedding
model of reportqa, on the same file and the same questions.
"""

import argparse
import json
import math
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from statistics import fmean

from tqdm import tqdm

from eval.bench import table
from eval.bench.judging import Judge
from eval.bench.measuring import Measured, Results, measure_sessions, measure_starts
from eval.bench.stages import stages
from eval.bench.tools import HOME, OURS, TOOLS, install, lay_out_models
from eval.cases import load_cases
from ingest.errors import NotFound, ReportError
from service.assembly import make_reader
from service.settings import Settings

REPORT = Path(__file__).parents[3] / "shared" / "report" / "warwickshire-effectiveness-2015.txt"
OUT = Path("docs/bench.md")

_PAGE = """\
# Against other tools
Written by `make bench` on {date}, at commit {commit}. {machine}, {cores} cores, on which
{load:.1f} processes wanted to run on the average. {questions} questions that the report answers
({words:,} words of text) and on which nothing was tuned, asked once of each tool, all tools in
turn; {rounds} rounds of ingesting and starting, in turn as well. The embedding model is
bge-small-en-v1.5 (int8, ONNX) for all, the reranker ms-marco-MiniLM-L-12-v2 where there is one. How
each tool is used is written in `eval/bench/use_*.py`, its version in
`eval/bench/requirements-*.txt`.

## Quality
A passage is evidence if it holds the answer and stands, in part, in a section that the report gives
it in (`eval/bench/judging.py`; in doubt, for the other tool). With 95 % intervals; "words" is the
mean length of a passage shown. Marked words are those that the page marks in each passage, its
quotes or what is nearest to the question.

{quality}
## Time and space
Medians, models loaded, but for the first answer, which is from the start of the process. Processor
time is that of all cores, and depends less on what else the machine does. Memory is the sum of the
peaks of a tool's processes, size that of its environment without model files.

{speed}
How many times reportqa's time the others take, pair by pair: median (quartiles).

{ratios}
## Where reportqa's time goes
{stages}"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run from the command line; returns the exit code, 2 for an error."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench")
    parser.add_argument("--report", type=Path, default=REPORT, metavar="FILE")
    parser.add_argument("--rounds", type=int, default=3, help="default: %(default)s")
    parser.add_argument("--questions", type=int, metavar="N", help="at most N, evenly spread")
    parser.add_argument("--tools", nargs="+", metavar="NAME", help="only these and reportqa")
    parser.add_argument("--out", type=Path, default=OUT, metavar="FILE")
    options = parser.parse_args(argv)
    try:
        page = run(options)
    except ReportError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(page, encoding="utf-8")
    print(page)
    return 0


def run(options: argparse.Namespace) -> str:
    """Measure and return the page. Raises a ``ReportError``."""
    if not options.report.is_file():
        raise NotFound(f"{options.report}: there is no such file: give the report with --report")
    file = options.report.resolve()
    text = file.read_text(encoding="utf-8")
    cases = [case for case in load_cases(split="held") if case.answerable]
    cases = cases[:: math.ceil(len(cases) / (options.questions or len(cases)))]
    chosen = [t for t in TOOLS if not options.tools or t == OURS or t.name in options.tools]
    models = lay_out_models()
    results = {tool: Measured(install(tool)) for tool in tqdm(chosen, desc="environments")}
    with make_reader(Settings()) as read:
        judge = Judge(text, read(file).passages)
    busy = [_busy()]
    measure_sessions(results, models, file, cases, judge, options.rounds)
    _keep(results)
    measure_starts(results, models, file, cases[0].question, options.rounds)
    _keep(results)
    questions = [case.question for case in cases]
    return page(results, text, questions, stages(file, questions), busy=fmean([*busy, _busy()]))


def page(results: Results, text: str, questions: Sequence[str], told: str, *, busy: float) -> str:
    """The page in Markdown; ``told`` says where the time goes, ``busy`` how many processes there
    were on the average."""
    return _PAGE.format(
        date=date.today().isoformat(),
        commit=_commit(),
        machine=_machine(),
        cores=os.cpu_count(),
        load=busy,
        questions=len(questions),
        words=len(text.split()),
        rounds=len(results[OURS].ingested),
        quality=table.quality(results),
        speed=table.speed(results),
        ratios=table.ratios(results),
        stages=told,
    )


def _keep(results: Results) -> None:
    raw = {tool.name: asdict(measured) for tool, measured in results.items()}
    (HOME / "measured.json").write_text(json.dumps(raw, default=str), encoding="utf-8")


def _busy() -> float:
    """Processes that run or wait to, over the last quarter of an hour, this run's own included."""
    return os.getloadavg()[2]


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _machine() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


if __name__ == "__main__":
    sys.exit(main())
