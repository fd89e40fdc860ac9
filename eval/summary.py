"""Outcomes → figures with intervals, by kind of question and in all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from eval.cases import kinds
from eval.metrics import (
    Estimate,
    auc,
    bootstrap,
    calibration_error,
    calibration_floor,
    quantile,
    share,
)
from eval.run import Outcome

ALL = "all"

Judgement = Callable[[Outcome], bool | None]
"""Whether something is true of an outcome; None where it can't be asked of it."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A share of the outcomes: ``label`` heads its column, ``goal`` is "up" where more is better
    and "down" where less is."""

    label: str
    of: Judgement
    goal: str = "up"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the whole set: ``label`` says what is measured and in which unit."""

    label: str
    estimate: Estimate
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """The measures of one kind of question, in the order of the summary's measures."""

    kind: str
    n: int
    estimates: tuple[Estimate, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """All that a run shows: ``rows`` by kind, the last of them for all; ``figures`` of the whole
    set; ``missed`` tells the outcomes to be shown one by one."""

    title: str
    about: str
    measures: tuple[Measure, ...]
    rows: tuple[Row, ...]
    figures: tuple[Figure, ...]
    outcomes: tuple[Outcome, ...] = field(repr=False)
    missed: Judgement = field(repr=False)

    @property
    def misses(self) -> tuple[Outcome, ...]:
        """The outcomes in which something went wrong."""
        return tuple(outcome for outcome in self.outcomes if self.missed(outcome))

    def value(self, label: str) -> Estimate:
        """A measure over all questions, or a figure, by its label; raises ``KeyError``."""
        found = dict(
            zip((m.label for m in self.measures), self.rows[-1].estimates, strict=True)
        ) | {figure.label: figure.estimate for figure in self.figures}
        return found[label]

    def as_table(self) -> str:
        """The table by kind and the figures in all, for the terminal."""
        width = max(len(row.kind) for row in self.rows)
        heads = [measure.label for measure in self.measures]
        lines = [f"{self.title}: {self.about}", "", f"{'':{width}}    n  " + "  ".join(heads)]
        for row in self.rows:
            cells = [
                f"{plain(e):>{len(head)}}" for e, head in zip(row.estimates, heads, strict=True)
            ]
            lines.append(f"{row.kind:{width}}  {row.n:3}  " + "  ".join(cells))
        whole = [
            *zip(heads, self.rows[-1].estimates, strict=True),
            *((figure.label, figure.estimate) for figure in self.figures),
        ]
        longest = max(len(label) for label, _ in whole)
        lines += ["", *(f"{label:{longest}}  {interval(e)}" for label, e in whole)]
        return "\n".join(lines)


def summarise(
    outcomes: Sequence[Outcome],
    measures: Sequence[Measure],
    *,
    title: str,
    about: str,
    missed: Judgement,
    figures: Sequence[Figure] = (),
) -> Summary:
    """Measure each kind of question and all of them; further ``figures`` are put before those that
    every set has: calibration, AUC and speed."""
    groups = {
        kind: [o for o in outcomes if o.case.kind == kind]
        for kind in kinds(o.case for o in outcomes)
    }
    rows = [_row(kind, group, measures) for kind, group in groups.items()]
    return Summary(
        title=title,
        about=about,
        measures=tuple(measures),
        rows=(*rows, _row(ALL, outcomes, measures)),
        figures=(*figures, *confidence_figures(outcomes), *speed_figures(outcomes)),
        outcomes=tuple(outcomes),
        missed=missed,
    )


def confidence_figures(outcomes: Sequence[Outcome]) -> list[Figure]:
    """How far the confidence can be believed."""
    sure = [o.reply.confidence for o in outcomes]
    right = [float(o.right) for o in outcomes]
    said = [float(o.case.answerable) for o in outcomes]
    floor = calibration_floor(np.array(sure)) if sure else 0.0
    note = f"perfect confidences would show {floor:.2f} on as many questions, by chance"
    return [
        Figure("calibration error", bootstrap(calibration_error, sure, right), note),
        Figure("AUC: right from wrong", bootstrap(auc, sure, right)),
        Figure("AUC: said from not said", bootstrap(auc, sure, said)),
    ]


def speed_figures(outcomes: Sequence[Outcome]) -> list[Figure]:
    """Time a question, as the reply itself gives it."""
    took = [float(o.reply.took_ms) for o in outcomes]
    words = [float(len(o.reply.answer.text.split())) for o in outcomes if o.reply.answer]
    return [
        Figure("words an answer, median", quantile(words, 0.5)),
        Figure("ms a question, median", quantile(took, 0.5)),
        Figure("ms a question, 95th percentile", quantile(took, 0.95)),
    ]


def plain(estimate: Estimate) -> str:
    """``0.93``, or a dash where there is nothing to measure."""
    if np.isnan(estimate.value):
        return "–"
    return f"{estimate.value:.0f}" if estimate.value > 1 else f"{estimate.value:.2f}"


def interval(estimate: Estimate) -> str:
    """``0.93 (0.88–0.96)``: the figure with its 95 % interval."""
    if np.isnan(estimate.low):
        return plain(estimate)
    digits = 0 if estimate.value > 1 else 2
    return f"{plain(estimate)} ({estimate.low:.{digits}f}–{estimate.high:.{digits}f})"


def _row(kind: str, outcomes: Sequence[Outcome], measures: Sequence[Measure]) -> Row:
    estimates = []
    for measure in measures:
        found = [measure.of(outcome) for outcome in outcomes]
        estimates.append(share([value for value in found if value is not None]))
    return Row(kind, len(outcomes), tuple(estimates))
