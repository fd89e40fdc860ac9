"""The pinned reranker in floating point, so that some of its weights can be tuned."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from index.models import RERANKER

_FIRST = 6
"""The layers below this one keep all their weights."""
_TOKENS = 192
_TOGETHER = 8
_FAR = -1e9
"""Added to the attention to what is no token."""

States = NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question's texts as they leave the layers that stay: (tokens, width) each, and which of
    them answer it. ``third`` is the third of the questions that it belongs to."""

    third: int
    states: tuple[States, ...]
    right: tuple[bool, ...]


class Tunable:
    """The model; biases and layer norms of its upper layers, pooler and classifier are free (Ben
    Zaken et al. 2022, "BitFit")."""

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
        self._pinned = {name: weight.detach().clone() for name, weight in self.free().items()}

    def free(self) -> dict[str, Any]:
        """The weights that are tuned, by name."""
        return {n: w for n, w in self._net.named_parameters() if w.requires_grad}

    def reset(self) -> None:
        """Give the free weights the values of the pinned model."""
        with torch.no_grad():
            for name, weight in self.free().items():
                weight.copy_(self._pinned[name])

    def weights(self) -> dict[str, NDArray[np.float16]]:
        """The free weights by name, as they are stored."""
        return {n: w.detach().numpy().astype(np.float16) for n, w in self.free().items()}

    def read(self, question: str, texts: Sequence[str]) -> tuple[States, ...]:
        """The texts, each with the question, as they leave the layers that stay."""
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        found: dict[int, States] = {}
        for at in range(0, len(order), _TOGETHER):
            part = order[at : at + _TOGETHER]
            read = self._tokenizer.encode_batch([(question, texts[n]) for n in part])
            mask = torch.tensor([one.attention_mask for one in read])
            with torch.no_grad():
                states = self._net.bert.embeddings(
                    input_ids=torch.tensor([one.ids for one in read]),
                    token_type_ids=torch.tensor([one.type_ids for one in read]),
                )
                states = self._through(self._net.bert.encoder.layer[:_FIRST], states, mask)
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
            states = self._through(self._net.bert.encoder.layer[_FIRST:], states, mask)
            logits = self._net.classifier(self._net.bert.pooler(states))
        return logits[:, 0].float()

    @staticmethod
    def _through(layers: Any, states: Any, mask: Any) -> Any:
        hidden = (1 - mask[:, None, None, :].float()) * _FAR
        for layer in layers:
            states = layer(states, attention_mask=hidden)[0]
        return states


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
