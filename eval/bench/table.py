"""What was measured → Markdown."""

from collections.abc import Sequence
from statistics import fmean, median

import numpy as np

from eval.bench.measuring import SHOWN, Measured, Results
from eval.bench.tools import OURS
from eval.metrics import difference, share
from eval.summary import interval

FIRST = (1, 3, SHOWN)


def quality(results: Results) -> str:
    """Evidence in the first k, the difference to ours, and the length of what is shown; of a tool
    that marks words in its passages also those alone."""
    heads = ["tool", "version", *(f"evidence in {k}" for k in FIRST), "ours more in 1", "words"]
    own = in_first(results[OURS].evidence, 1)
    rows = [
        [
            name,
            measured.installed.version,
            *(interval(share(in_first(evidence, k))) for k in FIRST),
            "" if name == OURS.name else _signed(own, in_first(evidence, 1)),
            f"{fmean(words):.0f}",
        ]
        for tool, measured in results.items()
        for name, evidence, words in (
            (tool.name, measured.evidence, measured.words),
            (f"{tool.name}, its marked words alone", measured.marked, measured.marked_words),
        )
        if words
    ]
    return _table(heads, rows)


def speed(results: Results) -> str:
    """Times, memory, size."""
    heads = [
        *(
            "tool",
            "ingest, s",
            "its processor time",
            "query p50, ms",
            "p95",
            "processor time, mean",
        ),
        *("first answer, s", "with an index kept", "peak memory, MB", "installed, MB"),
    ]
    rows = [
        [
            tool.name,
            f"{median(m.ingested):.1f}",
            f"{median(m.ingested_busy):.1f}",
            f"{1000 * median(m.asked):.0f}",
            f"{1000 * float(np.quantile(m.asked, 0.95)):.0f}",
            f"{1000 * fmean(m.asked_busy):.0f}",
            f"{median(m.first):.1f}" if m.first else "–",
            f"{median(m.first_saved):.1f}" if m.first_saved else "–",
            f"{m.peak:.0f}",
            f"{m.installed.megabytes:.0f}",
        ]
        for tool, m in results.items()
    ]
    return _table(heads, rows)


def ratios(results: Results) -> str:
    """Each tool's time over reportqa's, with reranking and without, as the median over pairs of a
    round with the quartiles."""
    ours = [tool for tool in results if tool.module == OURS.module]
    heads = ["tool", "ingest", "its processor time"]
    for tool in ours:
        heads += [f"a query, over {tool.name}", "its processor time"]

    rows = [
        [
            tool.name,
            _ratio(measured.ingested, results[OURS].ingested),
            f"{sum(measured.ingested_busy) / sum(results[OURS].ingested_busy):.2f}",
            *(cell for own in ours for cell in _asking(measured, results[own])),
        ]
        for tool, measured in results.items()
        if tool not in ours
    ]
    return _table(heads, rows)


def in_first(evidence: Sequence[Sequence[bool]], k: int) -> list[bool]:
    """Whether each question has evidence among its first k passages."""
    return [any(found[:k]) for found in evidence]


def _signed(own: Sequence[bool], other: Sequence[bool]) -> str:
    change = difference([float(hit) for hit in own], [float(hit) for hit in other])
    return f"{change.value:+.2f} ({change.low:+.2f} to {change.high:+.2f})"


def _asking(theirs: Measured, ours: Measured) -> tuple[str, str]:
    busy = sum(theirs.asked_busy) / sum(ours.asked_busy)
    return _ratio(theirs.asked, ours.asked), f"{busy:.2f}"


def _ratio(theirs: Sequence[float], ours: Sequence[float]) -> str:
    pairs = np.array(theirs) / np.array(ours)
    low, middle, high = np.quantile(pairs, [0.25, 0.5, 0.75])
    return f"{middle:.2f} ({low:.2f}–{high:.2f})"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"
