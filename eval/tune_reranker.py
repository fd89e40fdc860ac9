"""The reranker tuned: a text that answers above the others, and all below a threshold where none
does."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from eval.cases import Case
from eval.grading import placed, says
from eval.tunable import Tunable, descend
from index.models import RERANKER
from index.query import glossed
from service.library import Library

_FIRST = 6
"""The layers below this one keep all their weights."""
_TOKENS = 192
_AT_ONCE = 8
_FAR = -1e9
"""Added to the attention to what is no token."""
_RATE = 5e-3
_EPOCHS = 3
_TOGETHER = 4
_TEXTS = 8
_SCALE = 2.5
"""Logits to one unit of the softmax."""

States = NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Read:
    """A question's texts as they leave the layers that stay: (tokens, width) each, and which of
    them answer it."""

    states: tuple[States, ...]
    right: tuple[bool, ...]


class TunableReranker(Tunable):
    """The pinned reranker, its upper layers, pooler and classifier free."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer
        from transformers import BertConfig, BertForSequenceClassification

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(_TOKENS)
        self._tokenizer.enable_padding()
        bert: Any = BertForSequenceClassification
        config: Any = BertConfig
        net = bert(config(**{**RERANKER.config, "num_labels": 1}))
        super().__init__(net, folder / "model.onnx", first=_FIRST)

    def read(self, question: str, texts: Sequence[str]) -> tuple[States, ...]:
        """The texts, each with the question, as they leave the layers that stay."""
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        found: dict[int, States] = {}
        for at in range(0, len(order), _AT_ONCE):
            part = order[at : at + _AT_ONCE]
            read = self._tokenizer.encode_batch([(question, texts[n]) for n in part])
            mask = torch.tensor([one.attention_mask for one in read])
            with torch.no_grad():
                states = self.net.bert.embeddings(
                    input_ids=torch.tensor([one.ids for one in read]),
                    token_type_ids=torch.tensor([one.type_ids for one in read]),
                )
                states = _through(self.net.bert.encoder.layer[:_FIRST], states, mask)
            for n, own, length in zip(part, states, mask.sum(1).tolist(), strict=True):
                found[n] = own[:length].half().numpy()
        return tuple(found[n] for n in range(len(texts)))

    def logits(self, read: Sequence[States]) -> Any:
        """The logit of each text that was read: a tensor (n,)."""
        longest = max(map(len, read))
        states = torch.zeros(len(read), longest, read[0].shape[1])
        mask = torch.zeros(len(read), longest)
        for n, own in enumerate(read):
            states[n, : len(own)] = torch.from_numpy(own).float()
            mask[n, : len(own)] = 1
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = _through(self.net.bert.encoder.layer[_FIRST:], states, mask)
            logits = self.net.classifier(self.net.bert.pooler(states))
        return logits[:, 0].float()


def _through(layers: Any, states: Any, mask: Any) -> Any:
    hidden = (1 - mask[:, None, None, :].float()) * _FAR
    for layer in layers:
        states = layer(states, attention_mask=hidden)[0]
    return states


def read(model: TunableReranker, library: Library, cases: Iterable[Case]) -> Iterator[Read]:
    """The questions with the texts that the library's reranker reads; without those that are
    answerable, but by nothing that was read."""
    for case in cases:
        query, hits, view = library.find(case.question)
        documents = {document.id: document for document in view.index.documents}
        chosen = [c for hit in hits for c in hit.candidates if c.rerank is not None]
        right = tuple(
            placed(case, c.passage, documents[c.passage.document_id]) and says(case, c.text)
            for c in chosen
        )
        if any(right) or (chosen and not case.answerable):
            texts = [glossed(c.context, query) for c in chosen]
            yield Read(model.read(query.reworded, texts), right)


def tune_reranker(model: TunableReranker, chosen: Sequence[Read]) -> None:
    """Tune the model in place, from the pinned weights: minus the log of the right texts' share in
    a softmax over a question's texts and ``none``, which is right where no text is, becomes
    less."""
    none = torch.nn.Parameter(torch.tensor(0.0))

    def loss(batch: list[Read], chance: Random) -> Any:
        drawn = [_drawn(one, chance) for one in batch]
        states = [one.states[n] for one, (_, rows) in zip(batch, drawn, strict=True) for n in rows]
        scores = model.logits(states).split([len(rows) for _, rows in drawn])
        losses = []
        for (right, _), own in zip(drawn, scores, strict=True):
            shares = torch.log_softmax(torch.cat([own / _SCALE, 2 * none[None]]), 0)
            losses.append(-torch.logsumexp(shares[:right] if right else shares[-1:], 0))
        return torch.stack(losses).mean()

    model.reset()
    weights = [*model.free().values(), none]
    descend(weights, chosen, loss, rate=_RATE, epochs=_EPOCHS, together=_TOGETHER)


def _drawn(one: Read, chance: Random) -> tuple[int, list[int]]:
    """At most three right texts, and how many they are, before wrong ones drawn by chance."""
    right = [n for n, yes in enumerate(one.right) if yes][:3]
    wrong = [n for n, yes in enumerate(one.right) if not yes]
    chance.shuffle(wrong)
    return len(right), [*right, *wrong][:_TEXTS]
