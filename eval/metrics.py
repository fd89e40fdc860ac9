"""Figures with their uncertainty; every method is the field's own, from its library where there is
one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import ir_measures
import numpy as np
from ir_measures import RR, R, Success, nDCG
from numpy.typing import NDArray
from scipy import stats

LEVEL = 0.95
_RESAMPLES = 1000
_SEED = 20160218


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure from ``n`` observations with the ends of its 95 % interval; all three are nan where
    there is nothing to measure."""

    value: float
    low: float
    high: float
    n: int


NOTHING = Estimate(float("nan"), float("nan"), float("nan"), 0)

RANKING = (Success @ 1, Success @ 3, Success @ 5, R @ 5, RR @ 5, nDCG @ 5)
"""Success@k is 1 where a relevant passage is among the first k ("evidence in the first k"), R@k the
share of the relevant passages that are, RR the reciprocal of the first one's rank, nDCG that of
Järvelin & Kekäläinen (2002) with gains of 0 and 1."""


def share(outcomes: Sequence[bool]) -> Estimate:
    """The share of true ones, with Wilson's score interval (1927)."""
    if not outcomes:
        return NOTHING
    found = stats.binomtest(sum(outcomes), len(outcomes)).proportion_ci(LEVEL, method="wilson")
    return Estimate(
        sum(outcomes) / len(outcomes), float(found.low), float(found.high), len(outcomes)
    )


def bootstrap(statistic: Callable[..., float], *samples: Sequence[float]) -> Estimate:
    """A statistic of one sample, or of several taken on the same questions (resampled together),
    with its percentile bootstrap interval (Efron 1979).

    A resample for which the statistic is undefined (nan) is left out, which scipy's bootstrap
    can't do; one observation has no interval.
    """
    if not samples[0]:
        return NOTHING
    arrays = [np.asarray(sample, dtype=np.float64) for sample in samples]
    size = len(arrays[0])
    value = float(statistic(*arrays))
    if size < 2 or np.isnan(value):
        return Estimate(value, float("nan"), float("nan"), size)
    rows = np.random.default_rng(_SEED).integers(0, size, (_RESAMPLES, size))
    drawn = np.array([statistic(*(array[row] for array in arrays)) for row in rows])
    tail = (1 - LEVEL) / 2
    low, high = np.nanquantile(drawn, [tail, 1 - tail])
    return Estimate(value, float(low), float(high), size)


def mean(sample: Sequence[float]) -> Estimate:
    """The mean with its bootstrap interval."""
    return bootstrap(np.mean, sample)


def difference(new: Sequence[float], old: Sequence[float]) -> Estimate:
    """The mean of ``new`` less ``old``, measured on the same questions, with its paired bootstrap
    interval: the change is not chance where the interval leaves out 0."""
    return bootstrap(lambda a, b: float(np.mean(a - b)), new, old)


def quantile(sample: Sequence[float], q: float) -> Estimate:
    """A quantile (0.5 for the median) with its bootstrap interval."""
    return bootstrap(lambda values: float(np.quantile(values, q)), sample)


def ranking(
    relevant: Mapping[str, Sequence[str]], ranked: Mapping[str, Sequence[str]]
) -> dict[str, list[float]]:
    """Measure name → one value a question, in the order of ``relevant``.

    ``relevant`` has the ids of the passages that hold each question's answer, ``ranked`` the ids
    found, best first. A question whose answer no passage holds counts 0 and stays in the mean.
    """
    qrels = {q: dict.fromkeys(ids, 1) or {"": 1} for q, ids in relevant.items()}
    run = {
        q: {p: 1 / rank for rank, p in enumerate(dict.fromkeys(ranked.get(q, ())), 1)}
        for q in relevant
    }
    found: dict[str, dict[str, float]] = {str(measure): {} for measure in RANKING}
    for metric in ir_measures.iter_calc(list(RANKING), qrels, run):
        found[str(metric.measure)][metric.query_id] = metric.value
    return {name: [values.get(q, 0.0) for q in relevant] for name, values in found.items()}


def calibration_error(
    confidence: NDArray[np.float64], right: NDArray[np.float64], *, bins: int = 10
) -> float:
    """Expected calibration error, 0 to 1, lower is better: the mean distance between confidence
    and share of right answers over bins of equal mass (Naeini et al. 2015; equal mass after
    Nixon et al. 2019)."""
    order = np.argsort(confidence, kind="stable")
    parts = np.array_split(order, min(bins, len(order)))
    gaps = [len(part) * abs(confidence[part].mean() - right[part].mean()) for part in parts]
    return float(sum(gaps) / len(order))


def calibration_floor(confidence: NDArray[np.float64], *, bins: int = 10) -> float:
    """The calibration error that perfect confidences would show on as many questions, by chance
    alone (the mean of 200 draws)."""
    random = np.random.default_rng(_SEED)
    draws = [(random.random(len(confidence)) < confidence).astype(float) for _ in range(200)]
    return float(np.mean([calibration_error(confidence, drawn, bins=bins) for drawn in draws]))


def auc(scores: NDArray[np.float64], positive: NDArray[np.float64]) -> float:
    """Area under the ROC curve: how often a positive scores above a negative (0.5 is chance); nan
    where one of them is missing. By ranks (Mann & Whitney 1947): the value of scikit-learn's
    ``roc_auc_score``, twenty times as fast, which resampling needs."""
    above = int(positive.sum())
    below = len(positive) - above
    if not above or not below:
        return float("nan")
    ranks = stats.rankdata(scores)[positive > 0].sum()
    return float((ranks - above * (above + 1) / 2) / (above * below))


def reliability(
    confidence: Sequence[float], right: Sequence[bool], *, bins: int = 10
) -> list[tuple[float, Estimate]]:
    """The points of a reliability diagram: each bin's mean confidence and its share right."""
    order = np.argsort(confidence, kind="stable")
    return [
        (float(np.mean([confidence[i] for i in part])), share([right[i] for i in part]))
        for part in np.array_split(order, min(bins, len(order)))
        if len(part)
    ]


def risk_coverage(
    confidence: Sequence[float], right: Sequence[bool]
) -> list[tuple[float, float, float]]:
    """(threshold, coverage, risk) for every threshold, strictest first: of the questions answered
    at it, ``risk`` is the share answered wrongly (El-Yaniv & Wiener 2010)."""
    thresholds = sorted(set(confidence), reverse=True)
    points = []
    for threshold in thresholds:
        given = [ok for c, ok in zip(confidence, right, strict=True) if c >= threshold]
        points.append((threshold, len(given) / len(right), 1 - sum(given) / len(given)))
    return points
