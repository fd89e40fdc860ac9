"""The reranker tuned: a text that answers above the others, and all below a threshold where none
does."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch

from eval.cases import Case
from eval.grading import placed, says
from eval.packed import linear
from eval.tunable import Tunable, descend
from index.models import RERANKER
from index.query import glossed
from service.library import Library

_FIRST = 6
"""The layers below this one keep all their weights."""
_TOKENS = 192
_AT_ONCE = 16
"""Texts of about one length that are read in one go."""
_RATE = 2e-4
EPOCHS = 2
_TOGETHER = 4
_TEXTS = 8
_MOST_RIGHT = 3
_SCALE = 2.5
"""Logits to one unit of the softmax."""


@dataclass(frozen=True, slots=True)
class Read:
    """A question as the reranker is asked it, the texts that it reads, and which of them answer."""

    question: str
    texts: tuple[str, ...]
    right: tuple[bool, ...]


class TunableReranker(Tunable):
    """The pinned reranker, its upper layers, pooler and classifier free."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(_TOKENS)
        self._tokenizer.no_padding()
        super().__init__(RERANKER, folder, first=_FIRST, within="bert.", dtype=torch.bfloat16)

    def logits(self, pairs: Sequence[tuple[str, str]]) -> Any:
        """The logit of each text, the second of a pair, for the question, the first: a tensor
        (n,)."""
        used = self.used()
        order = sorted(range(len(pairs)), key=lambda n: len(pairs[n][0]) + len(pairs[n][1]))
        found: list[Any] = [None] * len(pairs)
        for at in range(0, len(order), _AT_ONCE):
            part = order[at : at + _AT_ONCE]
            for n, logit in zip(part, self._read(used, [pairs[n] for n in part]), strict=True):
                found[n] = logit
        return torch.stack(found)

    def _read(self, used: dict[str, Any], pairs: Sequence[tuple[str, str]]) -> Any:
        first = self.read(used, self._tokenizer.encode_batch(list(pairs)))
        pooled = torch.tanh(linear(used, "bert.pooler.dense", first))
        return linear(used, "classifier", pooled)[:, 0].float()


def read(library: Library, cases: Iterable[Case]) -> Iterator[Read]:
    """The questions with the texts that the library's reranker reads, and those of the passages
    found that answer but would not be read; without questions that are answerable, but by nothing
    that was found."""
    for case in cases:
        query, hits, view = library.find(case.question)
        documents = {document.id: document for document in view.index.documents}
        found = [
            (c, placed(case, c.passage, documents[c.passage.document_id]) and says(case, c.text))
            for hit in hits
            for c in hit.candidates
        ]
        chosen = [(c, right) for c, right in found if right or c.rerank is not None]
        if chosen and (any(right for _, right in chosen) or not case.answerable):
            yield Read(
                query.spelled,
                tuple(glossed(c.context, query) for c, _ in chosen),
                tuple(right for _, right in chosen),
            )


def tune_reranker(model: TunableReranker, chosen: Sequence[Read], *, epochs: int = EPOCHS) -> None:
    """Tune the model in place, each question read ``epochs`` times: minus the log of the right
    texts' share in a softmax over a question's texts and ``none``, which is right where no text
    is, becomes less."""
    none = torch.nn.Parameter(torch.tensor(0.0))

    def loss(batch: list[Read], chance: Random) -> Any:
        drawn = [_drawn(one, chance) for one in batch]
        pairs = [
            (one.question, one.texts[n])
            for one, (_, rows) in zip(batch, drawn, strict=True)
            for n in rows
        ]
        scores = model.logits(pairs).split([len(rows) for _, rows in drawn])
        losses = []
        for (right, _), own in zip(drawn, scores, strict=True):
            shares = torch.log_softmax(torch.cat([own / _SCALE, 2 * none[None]]), 0)
            losses.append(-torch.logsumexp(shares[:right] if right else shares[-1:], 0))
        return torch.stack(losses).mean()

    model.reset()
    weights = [*model.free().values(), none]
    descend(weights, chosen, loss, rate=_RATE, epochs=epochs, together=_TOGETHER)


def _drawn(one: Read, chance: Random) -> tuple[int, list[int]]:
    """A few right texts, and how many they are, before wrong ones drawn by chance."""
    right = [n for n, yes in enumerate(one.right) if yes]
    wrong = [n for n, yes in enumerate(one.right) if not yes]
    chance.shuffle(right)
    chance.shuffle(wrong)
    right = right[:_MOST_RIGHT]
    return len(right), [*right, *wrong][:_TEXTS]
