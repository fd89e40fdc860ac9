"""Tools run side by side: in every round each does the same thing once, in turn, so that whatever
else the machine does slows all alike; what is compared are the pairs of a round."""

import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tqdm import tqdm

from eval.bench.judging import Judge
from eval.bench.tools import Installed, Process, Tool, running
from eval.cases import Case

SHOWN = 5
_REST = 0.03
"""Seconds between two turns: threads that spin for work have gone to sleep then."""


@dataclass(slots=True)
class Measured:
    """What was seen of a tool; times in seconds, in the order of the rounds (``asked`` of the
    questions), ``evidence`` a list a question of whether each passage shown is evidence, ``words``
    the length of every passage shown, ``marked…`` the same of the words alone that a tool marks in
    its passages, if it does, ``peak`` in MB; ``…_busy`` is processor time of all cores."""

    installed: Installed
    ingested: list[float] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)
    ingested_busy: list[float] = field(default_factory=list)
    asked_busy: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    first_saved: list[float] = field(default_factory=list)
    evidence: list[list[bool]] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    marked: list[list[bool]] = field(default_factory=list)
    marked_words: list[int] = field(default_factory=list)
    peak: float = 0.0


Results = Mapping[Tool, Measured]
Shown = Mapping[str, Any]
"""A passage as a tool gives it: see ``worker.Tool.ask``."""


def measure_starts(results: Results, models: Path, file: Path, question: str, rounds: int) -> None:
    """From the start of a process to its first answer: with the file given, and with an index made
    before."""
    with TemporaryDirectory(prefix="bench-") as home:
        for n in range(rounds):
            for tool in tqdm(_turns(list(results), n), desc=f"starting, round {n + 1}"):
                kept = Path(home) / tool.name
                with running(tool, results[tool].installed.python, models) as process:
                    process.do("ingest", file=str(file))
                    process.do("ask", question=question, k=SHOWN)
                    results[tool].first.append(time.perf_counter() - process.started)
                    if not kept.is_dir():
                        kept.mkdir()
                        process.do("save", folder=str(kept))
                with running(tool, results[tool].installed.python, models) as process:
                    process.do("restore", folder=str(kept))
                    process.do("ask", question=question, k=SHOWN)
                    results[tool].first_saved.append(time.perf_counter() - process.started)


def measure_sessions(
    results: Results, models: Path, file: Path, cases: Sequence[Case], judge: Judge, rounds: int
) -> None:
    """Ingesting, a number of rounds, and asking each question once, all tools' processes at once,
    their models loaded."""
    with ExitStack() as stack:
        processes = {
            tool: stack.enter_context(running(tool, measured.installed.python, models))
            for tool, measured in results.items()
        }
        for n in range(rounds):
            for tool in tqdm(_turns(list(results), n), desc=f"ingesting, round {n + 1}"):
                before = processes[tool].busy()
                answer = processes[tool].do("ingest", file=str(file))
                results[tool].ingested.append(answer["seconds"])
                results[tool].ingested_busy.append(processes[tool].busy() - before)
                time.sleep(_REST)
        _warm(processes, cases[0])
        for at, case in enumerate(tqdm(cases, desc="asking")):
            for tool in _turns(list(results), at):
                before = processes[tool].busy()
                answer = processes[tool].do("ask", question=case.question, k=SHOWN)
                results[tool].asked_busy.append(processes[tool].busy() - before)
                results[tool].asked.append(answer["seconds"])
                _take(results[tool], case, answer["passages"], judge)
                time.sleep(_REST)
        for tool, process in processes.items():
            results[tool].peak = process.peak()


def _take(measured: Measured, case: Case, shown: Sequence[Shown], judge: Judge) -> None:
    """Judge what is shown of one question."""
    marked = [{**passage, "text": passage["marked"]} for passage in shown if "marked" in passage]
    measured.evidence.append([judge.evidence(case, passage) for passage in shown])
    measured.marked.append([judge.evidence(case, passage) for passage in marked])
    measured.words += [len(passage["text"].split()) for passage in shown]
    measured.marked_words += [len(p["text"].split()) for p in marked if p["text"]]


def _warm(processes: Mapping[Tool, Process], case: Case) -> None:
    for process in processes.values():
        process.do("ask", question=case.question, k=SHOWN)


def _turns(tools: Sequence[Tool], turn: int) -> Iterator[Tool]:
    """The tools, another one first each time."""
    order = deque(tools)
    order.rotate(-turn)
    yield from order
