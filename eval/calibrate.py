"""Fit the weights in ``service/calibration.json`` on questions that no model was tuned on.

    python -m eval.calibrate var/index [var/ofsted:eval/inspections.jsonl …] [--write]

asks each question of the split "fit", prints how many answers are right, cross-validated by
question, and how well the confidence is calibrated; writes only when told to. The ranking is
fitted on pairs of a right and a wrong candidate of one question (Joachims 2002, "Optimizing search
engines using clickthrough data"), the confidence by logistic regression on whether the first
candidate's shaped answer is right.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from eval.cases import Case, case_sets
from eval.grading import placed, right, says
from index.candidates import Candidate
from index.query import Query
from index.search import Hit
from ingest.errors import ReportError
from service.assembly import make_library
from service.features import NAMES, Features, all_features, subjects
from service.library import Library
from service.ranking import TRUST, VERSION, Model, is_other, trust_features
from service.settings import Settings
from service.shaping import shape

Matrix = NDArray[np.float64]
TARGET = Path(__file__).parents[1] / "service" / "calibration.json"
_C = 0.3
_C_TRUST = 0.3


@dataclass(frozen=True, slots=True)
class Sample:
    """A question with all its candidates: ``labels`` says which is a smallest right one."""

    case: Case
    query: Query
    found: tuple[tuple[Hit, Candidate, Features], ...]
    subjects: dict[str, str]
    labels: NDArray[np.bool_]

    @property
    def matrix(self) -> Matrix:
        return np.array([list(f.named().values()) for _, _, f in self.found])


def samples_of(index: Path, cases: Sequence[Case]) -> Iterator[Sample]:
    """Ask each question with the models as they are shipped."""
    library = make_library(Settings(index=index))
    yield from (sample(library, case) for case in cases)


def sample(library: Library, case: Case) -> Sample:
    """Ask a question and label its candidates."""
    query, hits, view = library.find(case.question)
    titles = subjects(view.index.documents)
    found = tuple(all_features(query, hits, view.vocabulary, titles))
    documents = {document.id: document for document in view.index.documents}
    answers = [
        placed(case, c.passage, documents[c.passage.document_id]) and says(case, c.text)
        for _, c, _ in found
    ]
    units = [c for (_, c, _), yes in zip(found, answers, strict=True) if yes and c.span == "unit"]
    smallest = [
        yes and (c.span == "unit" or not any(_inside(unit, c) for unit in units))
        for (_, c, _), yes in zip(found, answers, strict=True)
    ]
    return Sample(case, query, found, titles, np.array(smallest, dtype=bool))


def fit_rank(samples: Sequence[Sample]) -> dict[str, float]:
    """Weights by which right candidates score above wrong ones of the same question."""
    rows, weights = [], []
    for one in samples:
        if one.labels.any() and not one.labels.all():
            x = one.matrix
            differences = (x[one.labels][:, None] - x[~one.labels][None]).reshape(-1, len(NAMES))
            rows.append(differences)
            weights.append(np.full(len(differences), 1 / len(differences)))
    x, w = np.vstack(rows), np.concatenate(weights)
    model = LogisticRegression(C=_C, fit_intercept=False, max_iter=5000)
    y = np.r_[np.ones(len(x)), np.zeros(len(x))]
    model.fit(np.vstack([x, -x]), y, sample_weight=np.r_[w, w])
    return dict(zip(NAMES, model.coef_[0].round(4).tolist(), strict=True))


def fit_trust(samples: Sequence[Sample], rank: dict[str, float]) -> tuple[dict[str, float], float]:
    """Weights and intercept of the confidence in the first candidate."""
    model = Model(rank, {}, 0.0, 0.5)
    able = [
        one for one in samples if one.found and not is_other(model.ranked(one.found)[0].features)
    ]
    rows = [judged(one, model) for one in able]
    fitted = LogisticRegression(C=_C_TRUST, max_iter=5000)
    fitted.fit(np.array([x for x, _ in rows]), [y for _, y in rows])
    weights = dict(zip(TRUST, fitted.coef_[0].round(4).tolist(), strict=True))
    return weights, round(float(fitted.intercept_[0]), 4)


def judged(one: Sample, model: Model) -> tuple[list[float], bool]:
    """The trust features of the best candidate, and whether its shaped answer is right."""
    ranked = model.ranked(one.found)
    values = trust_features(one.query, ranked)
    first = ranked[0].candidate.passage
    answer = shape(one.query, ranked, one.subjects[first.document_id])
    good = right(one.case, answer.text) if one.case.answerable else False
    return [values[name] for name in TRUST], good


def cross_validated(samples: Sequence[Sample], folds: int = 5) -> tuple[Matrix, NDArray[np.bool_]]:
    """Confidence and rightness of each question by models fitted on the other folds."""
    confidence, good = np.zeros(len(samples)), np.zeros(len(samples), dtype=bool)
    for train, test in _folds(samples, folds):
        rank = fit_rank([samples[i] for i in train])
        model = Model(rank, *fit_trust([samples[i] for i in train], rank), 0.5)
        for i in test:
            if samples[i].found:
                _, good[i] = judged(samples[i], model)
                confidence[i] = model.confidence(samples[i].query, model.ranked(samples[i].found))
    return confidence, good


def threshold_for(
    confidence: Matrix, answerable: NDArray[np.bool_], sets: Sequence[str] | None = None
) -> float:
    """The operating point: the threshold at which the share of questions refused though the
    reports answer them comes nearest to the share answered though they don't (the equal error
    rate, ISO/IEC 19795-1). ``sets`` says of which set each question is; the shares are then means
    over the sets, so that no kind of report counts for more because more was asked of it."""
    names = np.array(sets or [""] * len(confidence))
    points = np.unique(confidence.round(3))

    def share(of: NDArray[np.bool_], wrong: NDArray[np.bool_]) -> NDArray[np.float64]:
        parts = [of & (names == name) for name in np.unique(names)]
        shares = np.array([wrong[:, part].mean(axis=1) for part in parts if part.any()])
        return np.asarray(shares.mean(axis=0), dtype=np.float64)

    below = confidence[None, :] < points[:, None]
    refused, unsaid = share(answerable, below), share(~answerable, ~below)
    return float(points[np.argmin(np.abs(refused - unsaid))])


def _folds(samples: Sequence[Sample], folds: int) -> Iterator[tuple[list[int], list[int]]]:
    ids = sorted({one.case.id for one in samples})
    split = KFold(folds, shuffle=True, random_state=0)
    for _, held in split.split(ids):
        out = {ids[i] for i in held}
        test = [i for i, one in enumerate(samples) if one.case.id in out]
        yield [i for i in range(len(samples)) if i not in set(test)], test


def _inside(part: Candidate, whole: Candidate) -> bool:
    same = part.passage is whole.passage
    return same and whole.start <= part.start and part.end <= whole.end


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="+", metavar="INDEX[:CASES]", help="default: known answers")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(argv)
    samples: list[Sample] = []
    bounds: list[tuple[str, slice]] = []
    for name, index, cases in case_sets(options.sets, split="fit"):
        asked = list(samples_of(index, cases))
        bounds.append((name, slice(len(samples), len(samples) + len(asked))))
        samples += asked
    confidence, good = cross_validated(samples)
    answerable = np.array([one.case.answerable for one in samples])
    # What is off topic is easily told, and would hide how hard it is to tell the rest.
    near = np.array([one.case.kind != "off topic" for one in samples])
    sets = [name for name, part in bounds for _ in samples[part]]
    threshold = threshold_for(
        confidence[near],
        answerable[near],
        [name for name, yes in zip(sets, near, strict=True) if yes],
    )
    print(f"questions {len(samples)}, cross-validated, threshold {threshold}:")
    for name, part in [*bounds, ("all", slice(None))]:
        said, given = answerable[part], confidence[part] >= threshold
        print(
            f"  {name}: best answer right {good[part][said].mean():.3f}, "
            f"refused though said {1 - given[said].mean():.3f}, "
            f"answered though not {given[~said].mean():.3f}"
        )
    if options.write:
        rank = fit_rank(samples)
        trust, intercept = fit_trust(samples, rank)
        stored = {
            "version": VERSION,
            "rank": rank,
            "trust": trust,
            "intercept": intercept,
            "threshold": threshold,
        }
        TARGET.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
        print(f"  written to {TARGET.name}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ReportError as error:
        sys.exit(f"eval.calibrate: {error}")
