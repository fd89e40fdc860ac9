"""Tune the reranker's biases and layer norms on development questions: ``index/reranker.npz``.

    python -m eval.tune var/index [var/real:eval/questions_official.jsonl …] [--write]

All other weights stay those of the pinned model (Ben Zaken et al. 2022, "BitFit"). Of each question
the candidates that the reranker reads are put to it again; a right one shall score above the
others, and above a threshold that none shall reach where the reports don't say it. A third of the
questions, by a checksum of their ids, is left out: on that ``eval.calibrate`` fits the rest.
"""

import argparse
import random
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from eval.cases import QUESTIONS, Case, load_cases
from eval.grading import placed, says
from index.models import RERANKER, locate
from index.query import glossed
from ingest.errors import ReportError
from service.assembly import make_library
from service.settings import Settings

TARGET = Path(__file__).parents[1] / "index" / "reranker.npz"
_FIRST = 6
"""The layers below this one keep their biases too."""
_TOKENS = 192
_EPOCHS = 3
_RATE = 2e-3
_TOGETHER = 4
_TEXTS = 8
_SCALE = 2.5
"""Logits to one unit of the softmax."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question as the reranker reads it, the texts, and which of them answer it."""

    question: str
    texts: tuple[str, ...]
    right: tuple[bool, ...]


def is_tuned_on(case: Case) -> bool:
    """Whether a development question belongs to the two thirds that weights are tuned on."""
    return case.split == "dev" and zlib.crc32(case.id.encode()) % 3 != 0


def examples(index: Path, cases: Path) -> Iterator[Example]:
    """The questions to tune on; without those that are answerable, but by nothing that was read."""
    library = make_library(Settings(index=index))
    for case in filter(is_tuned_on, load_cases(cases)):
        query, hits, view = library.find(case.question)
        documents = {document.id: document for document in view.index.documents}
        read = [c for hit in hits for c in hit.candidates if c.rerank is not None]
        right = tuple(
            placed(case, c.passage, documents[c.passage.document_id]) and says(case, c.text)
            for c in read
        )
        if any(right) or (read and not case.answerable):
            texts = tuple(glossed(c.context, query) for c in read)
            yield Example(query.reworded, texts, right)


class Tunable:
    """The pinned reranker in floating point, its biases and layer norms free from ``_FIRST`` on."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer
        from transformers import BertConfig, BertForSequenceClassification

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(_TOKENS)
        self._tokenizer.enable_padding()
        bert: Any = BertForSequenceClassification
        config: Any = BertConfig
        self._net = bert(config(**{**RERANKER.config, "num_labels": 1}))
        weights = floats(folder / "model.onnx", self._net.state_dict())
        self._net.load_state_dict(weights, strict=False)
        self._net.eval()
        for name, weight in self._net.named_parameters():
            weight.requires_grad_(_is_free(name))

    def free(self) -> dict[str, Any]:
        """The weights that are tuned, by name."""
        return {n: w for n, w in self._net.named_parameters() if w.requires_grad}

    def logits(self, pairs: Sequence[tuple[str, str]]) -> Any:
        """The logit of each pair of question and text: a tensor (n,)."""
        read = self._tokenizer.encode_batch(list(pairs))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found = self._net(
                input_ids=torch.tensor([one.ids for one in read]),
                attention_mask=torch.tensor([one.attention_mask for one in read]),
                token_type_ids=torch.tensor([one.type_ids for one in read]),
            )
        return found.logits[:, 0].float()


def floats(model: Path, shapes: dict[str, Any]) -> dict[str, Any]:
    """The weights of a quantised ONNX model by torch's names: (value - zero point) · scale."""
    import onnx
    from onnx.numpy_helper import to_array

    graph = onnx.load(str(model)).graph
    stored = {tensor.name: to_array(tensor) for tensor in graph.initializer}
    found = {name: stored[name] for name in shapes if name in stored}
    for name in shapes:
        if f"{name}_quantized" in stored:
            found[name] = _float(stored, f"{name}_quantized")
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            place = re.sub(r"/(?:Gemm_)?MatMul_quant$", "", node.name).strip("/")
            found[f"{place.replace('/', '.')}.weight"] = _float(stored, node.input[1]).T
    return {name: torch.tensor(np.ascontiguousarray(value)) for name, value in found.items()}


def _float(stored: dict[str, NDArray[Any]], name: str) -> NDArray[np.float32]:
    base = name.removesuffix("_quantized")
    zero = stored[f"{base}_zero_point"].astype(np.float32)
    value: NDArray[np.float32] = (stored[name].astype(np.float32) - zero) * stored[f"{base}_scale"]
    return value


def _is_free(name: str) -> bool:
    layer = re.match(r"bert\.encoder\.layer\.(\d+)\.", name)
    above = int(layer[1]) >= _FIRST if layer else name.startswith(("bert.pooler", "classifier"))
    return above and (name.endswith("bias") or "LayerNorm" in name)


def tune(model: Tunable, chosen: Sequence[Example]) -> None:
    """Tune the model in place, by gradient descent on the loss of ``_loss``."""
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
        print(f"epoch {epoch + 1}: loss {total / batches:.3f}", flush=True)


def _loss(model: Tunable, batch: Sequence[Example], none: Any, chance: random.Random) -> Any:
    """Minus the log of the right texts' share in a softmax over a question's texts and ``none``,
    which is right where no text is: a tensor, the mean over the questions."""
    drawn = [_drawn(one, chance) for one in batch]
    pairs = [(one.question, t) for one, (_, texts) in zip(batch, drawn, strict=True) for t in texts]
    scores = model.logits(pairs).split([len(texts) for _, texts in drawn])
    losses = []
    for (right, _), own in zip(drawn, scores, strict=True):
        shares = torch.log_softmax(torch.cat([own / _SCALE, 2 * none[None]]), 0)
        losses.append(-torch.logsumexp(shares[:right] if right else shares[-1:], 0))
    return torch.stack(losses).mean()


def _drawn(one: Example, chance: random.Random) -> tuple[int, list[str]]:
    """At most three right texts, and how many they are, before wrong ones drawn by chance."""
    right = [text for text, yes in zip(one.texts, one.right, strict=True) if yes][:3]
    wrong = [text for text, yes in zip(one.texts, one.right, strict=True) if not yes]
    chance.shuffle(wrong)
    return len(right), [*right, *wrong][:_TEXTS]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="+", metavar="INDEX[:CASES]", help="default: known answers")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(argv)
    chosen: list[Example] = []
    for pair in options.sets:
        index, _, cases = pair.partition(":")
        chosen += examples(Path(index), Path(cases) if cases else QUESTIONS)
    model = Tunable(locate(RERANKER, folder=Settings().models).folder)
    tune(model, chosen)
    if options.write:
        weights = {n: w.detach().numpy().astype(np.float16) for n, w in model.free().items()}
        np.savez_compressed(TARGET, allow_pickle=False, **weights)
        print(f"written to {TARGET.name}: {sum(w.size for w in weights.values())} weights")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ReportError as error:
        sys.exit(f"eval.tune: {error}")
