"""The encoder tuned for questions: what it makes of a passage stays, so that no index changes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
from torch.nn import functional

from eval.cases import Case
from eval.grading import placed, says
from eval.tunable import Tunable, descend
from index.encoder import QUESTION
from index.models import ENCODER
from service.library import Library

_FIRST = 6
"""The layers below this one keep all their weights."""
_RATE = 1e-4
_EPOCHS = 3
_TOGETHER = 16
_SCALE = 0.03
"""Cosine similarity to one unit of the softmax."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is encoded, and of all units of its index's reports the vectors, a tensor
    (units, dimension), and the positions of those that answer it."""

    question: str
    units: Any
    right: tuple[int, ...]


class TunableEncoder(Tunable):
    """The pinned encoder, its upper layers free."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(256)
        self._tokenizer.no_padding()
        super().__init__(ENCODER, folder, first=_FIRST)

    def encode(self, questions: Iterable[str]) -> Any:
        """The unit vectors of questions: a tensor (n, dimension)."""
        read = self._tokenizer.encode_batch([QUESTION + question for question in questions])
        return functional.normalize(self.read(self.used(), read), dim=-1)


def asked(library: Library, cases: Iterable[Case]) -> Iterator[Asked]:
    """The questions that a unit of a report answers, with all units of the library's reports."""
    view = library.view()
    vectors = torch.from_numpy(view.index.vectors_of_units())
    documents = {document.id: document for document in view.index.documents}
    units = [(passage, unit) for passage in view.index.passages for unit in passage.units]
    for case in cases:
        right = tuple(
            row
            for row, (passage, unit) in enumerate(units)
            if placed(case, passage, documents[passage.document_id])
            and says(case, passage.text[unit.start : unit.end])
        )
        if right:
            yield Asked(view.query(case.question).spelled, vectors, right)


def tune_encoder(model: TunableEncoder, chosen: Sequence[Asked]) -> None:
    """Tune the model in place: minus the log of the right units' share in
    a softmax over all units of the index becomes less."""

    def loss(batch: list[Asked], _: Random) -> Any:
        losses = []
        for one, vector in zip(batch, model.encode(a.question for a in batch), strict=True):
            shares = torch.log_softmax(one.units @ vector / _SCALE, 0)
            losses.append(-torch.logsumexp(shares[list(one.right)], 0))
        return torch.stack(losses).mean()

    model.reset()
    weights = model.free().values()
    descend(weights, chosen, loss, rate=_RATE, epochs=_EPOCHS, together=_TOGETHER)
