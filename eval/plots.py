"""A summary's plots as SVG; the only file that imports matplotlib."""

from io import StringIO
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure as Canvas

from eval.metrics import reliability, risk_coverage
from eval.summary import Measure, Row, Summary

_INK, _ACCENT, _FAINT = "#1d2733", "#1f5fa8", "#c9d1da"
_STYLE: Any = {
    "svg.hashsalt": "reportqa",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": _FAINT,
    "axes.labelcolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
}


def by_kind(summary: Summary, label: str) -> str:
    """A measure for every kind of question to which it applies, each with its interval."""
    column = [measure.label for measure in summary.measures].index(label)
    rows = [row for row in summary.rows if row.estimates[column].n][::-1]
    with matplotlib.rc_context(_STYLE):
        canvas = Canvas(figsize=(6.4, 0.9 + 0.24 * len(rows)), layout="constrained")
        axes = canvas.add_subplot()
        estimates = [row.estimates[column] for row in rows]
        values = np.array([e.value for e in estimates])
        spans = np.abs(np.array([[e.low, e.high] for e in estimates]).T - values)
        axes.errorbar(values, range(len(rows)), xerr=spans, fmt="o", color=_ACCENT, capsize=2)
        axes.set_yticks(range(len(rows)), [_name(row, column) for row in rows])
        axes.set_xlim(-0.02, 1.02)
        axes.set_xlabel(_label(summary.measures[column]))
        axes.grid(axis="x", color=_FAINT, linewidth=0.5)
        return _svg(canvas)


def reliability_plot(summary: Summary) -> str:
    """Confidence against the share that was right, in ten bins of equal mass: on the diagonal,
    the confidence can be taken at its word."""
    sure, right = _confidences(summary)
    points = reliability(sure, right)
    with matplotlib.rc_context(_STYLE):
        canvas = Canvas(figsize=(4.2, 4.0), layout="constrained")
        axes = canvas.add_subplot()
        x = np.array([confidence for confidence, _ in points])
        y = np.array([estimate.value for _, estimate in points])
        spans = np.abs(np.array([[e.low, e.high] for _, e in points]).T - y)
        axes.plot([0, 1], [0, 1], color=_FAINT, linewidth=1)
        axes.errorbar(x, y, yerr=spans, fmt="o", color=_ACCENT, capsize=2)
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
        axes.set(xlabel="confidence", ylabel="share right")
        return _svg(canvas)


def risk_plot(summary: Summary) -> str:
    """The share answered against the share of answers that are wrong, over all thresholds; the
    ring is the operating point."""
    sure, right = _confidences(summary)
    curve = np.array(risk_coverage(sure, right))
    given = [o for o in summary.outcomes if o.answered]
    with matplotlib.rc_context(_STYLE):
        canvas = Canvas(figsize=(4.6, 4.0), layout="constrained")
        axes = canvas.add_subplot()
        axes.plot(curve[:, 1], curve[:, 2], color=_ACCENT)
        if given:
            wrong = sum(not o.right for o in given) / len(given)
            coverage = len(given) / len(sure)
            axes.plot([coverage], [wrong], "o", markersize=9, fillstyle="none", color=_INK)
        axes.set(xlim=(0, 1.02), ylim=(-0.01, max(0.3, float(curve[:, 2].max())) + 0.02))
        axes.set(xlabel="share of questions answered", ylabel="share of answers wrong")
        axes.grid(color=_FAINT, linewidth=0.5)
        return _svg(canvas)


def _confidences(summary: Summary) -> tuple[list[float], list[bool]]:
    return (
        [o.reply.confidence for o in summary.outcomes],
        [o.right for o in summary.outcomes],
    )


def _name(row: Row, column: int) -> str:
    return f"{row.kind} ({row.estimates[column].n})"


def _label(measure: Measure) -> str:
    return f"{measure.label} (share; {'more' if measure.goal == 'up' else 'less'} is better)"


def _svg(canvas: Canvas) -> str:
    out = StringIO()
    canvas.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()
