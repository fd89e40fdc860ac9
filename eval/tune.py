"""Tune the reranker's biases and layer norms on development questions: ``index/reranker.npz``.

    python -m eval.tune var/index [var/real:eval/questions_official.jsonl …] --out var/tuned
        [--write]

Of each question the texts that the reranker reads are put to it again; a right one shall score
above the others, and above a threshold that none shall reach where the reports don't say it. It is
tuned four times: without each third of the questions, for ``eval.calibrate`` to fit the rest on
scores of questions that were not tuned on, and on all, which is what ``--write`` ships.
"""

import argparse
import random
import sys
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from eval.cases import Case, case_sets
from eval.grading import placed, says
from eval.tunable import Prepared, Tunable
from index.models import RERANKER, locate
from index.query import glossed
from ingest.errors import ReportError
from service.assembly import make_library
from service.settings import Settings

TARGET = Path(__file__).parents[1] / "index" / "reranker.npz"
THIRDS = range(3)
_EPOCHS = 3
_RATE = 2e-3
_TOGETHER = 4
_TEXTS = 8
_SCALE = 2.5
"""Logits to one unit of the softmax."""


def third(case: Case) -> int:
    """Which third of the questions a question belongs to: 0, 1 or 2, by a checksum of its id."""
    return zlib.crc32(case.id.encode()) % len(THIRDS)


def tuned_without(folder: Path, left_out: int) -> Path:
    """The file of the weights that were tuned without a third of the questions."""
    return folder / f"without-{left_out}.npz"


def prepared(model: Tunable, index: Path, cases: Sequence[Case]) -> Iterator[Prepared]:
    """The questions to tune on; without those that are answerable, but by nothing that was read."""
    library = make_library(Settings(index=index))
    for case in cases:
        query, hits, view = library.find(case.question)
        documents = {document.id: document for document in view.index.documents}
        read = [c for hit in hits for c in hit.candidates if c.rerank is not None]
        right = tuple(
            placed(case, c.passage, documents[c.passage.document_id]) and says(case, c.text)
            for c in read
        )
        if any(right) or (read and not case.answerable):
            texts = [glossed(c.context, query) for c in read]
            yield Prepared(third(case), model.read(query.reworded, texts), right)


def tune(model: Tunable, chosen: Sequence[Prepared]) -> None:
    """Tune the model in place, from the pinned weights, by gradient descent on ``_loss``."""
    model.reset()
    torch.manual_seed(0)
    chance = random.Random(0)
    none = torch.nn.Parameter(torch.tensor(0.0))
    optimizer = torch.optim.AdamW([*model.free().values(), none], lr=_RATE, weight_decay=0)
    batches = -(-len(chosen) // _TOGETHER)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / 20) * (1 - step / (_EPOCHS * batches))
    )
    for epoch in range(_EPOCHS):
        order, total = chance.sample(list(chosen), len(chosen)), 0.0
        for at in range(0, len(order), _TOGETHER):
            optimizer.zero_grad()
            loss = _loss(model, order[at : at + _TOGETHER], none, chance)
            loss.backward()
            optimizer.step()
            schedule.step()
            total += float(loss.detach())
        print(f"  epoch {epoch + 1}: loss {total / batches:.3f}", flush=True)


def _loss(model: Tunable, batch: Sequence[Prepared], none: Any, chance: random.Random) -> Any:
    """Minus the log of the right texts' share in a softmax over a question's texts and ``none``,
    which is right where no text is: a tensor, the mean over the questions."""
    drawn = [_drawn(one, chance) for one in batch]
    read = [one.states[n] for one, (_, chosen) in zip(batch, drawn, strict=True) for n in chosen]
    scores = model.logits(read).split([len(chosen) for _, chosen in drawn])
    losses = []
    for (right, _), own in zip(drawn, scores, strict=True):
        shares = torch.log_softmax(torch.cat([own / _SCALE, 2 * none[None]]), 0)
        losses.append(-torch.logsumexp(shares[:right] if right else shares[-1:], 0))
    return torch.stack(losses).mean()


def _drawn(one: Prepared, chance: random.Random) -> tuple[int, list[int]]:
    """At most three right texts, and how many they are, before wrong ones drawn by chance."""
    right = [n for n, yes in enumerate(one.right) if yes][:3]
    wrong = [n for n, yes in enumerate(one.right) if not yes]
    chance.shuffle(wrong)
    return len(right), [*right, *wrong][:_TEXTS]


def _save(model: Tunable, path: Path) -> None:
    np.savez_compressed(path, allow_pickle=False, **model.weights())


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="+", metavar="INDEX[:CASES]", help="default: known answers")
    parser.add_argument("--out", type=Path, required=True, help="folder of the four weights")
    parser.add_argument("--write", action="store_true", help="ship those tuned on all")
    options = parser.parse_args(argv)
    options.out.mkdir(parents=True, exist_ok=True)
    model = Tunable(locate(RERANKER, folder=Settings().models).folder)
    questions: list[Prepared] = []
    for name, index, cases in case_sets(options.sets, split="dev"):
        questions += prepared(model, index, cases)
        print(f"{name}: {len(questions)} questions so far", flush=True)
    for left_out in THIRDS:
        print(f"without third {left_out}:")
        tune(model, [one for one in questions if one.third != left_out])
        _save(model, tuned_without(options.out, left_out))
    print("on all:")
    tune(model, questions)
    _save(model, options.out / "all.npz")
    if options.write:
        _save(model, TARGET)
        print(f"written to {TARGET.name}: {sum(w.size for w in model.weights().values())} weights")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ReportError as error:
        sys.exit(f"eval.tune: {error}")
