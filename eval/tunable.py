"""A pinned model in floating point, of which some weights can be tuned, and the tuning."""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

Example = TypeVar("Example")


class Tunable:
    """A BERT whose biases and layer norms are free from the layer ``first`` on (Ben Zaken et al.
    2022, "BitFit"); all its other weights stay those of the quantised ``model``."""

    def __init__(self, net: Any, model: Path, *, first: int) -> None:
        self.net = net
        net.load_state_dict(floats(model, net.state_dict()), strict=False)
        net.eval()
        for name, weight in net.named_parameters():
            weight.requires_grad_(_is_free(name, first))
        self._pinned = {name: weight.detach().clone() for name, weight in self.free().items()}

    def free(self) -> dict[str, Any]:
        """The weights that are tuned, by name."""
        return {n: w for n, w in self.net.named_parameters() if w.requires_grad}

    def reset(self) -> None:
        """Give the free weights the values of the pinned model."""
        with torch.no_grad():
            for name, weight in self.free().items():
                weight.copy_(self._pinned[name])

    def save(self, path: Path) -> None:
        """Write the free weights, by name and in half precision."""
        weights = {n: w.detach().numpy().astype(np.float16) for n, w in self.free().items()}
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(path, allow_pickle=False, **weights)


def descend(
    weights: Sequence[Any],
    examples: Sequence[Example],
    loss: Callable[[list[Example], random.Random], Any],
    *,
    rate: float,
    epochs: int,
    together: int,
) -> None:
    """Change the weights so that the loss of batches of ``together`` examples becomes less: AdamW,
    the rate rising over twenty steps to ``rate`` and then falling to 0."""
    torch.manual_seed(0)
    chance = random.Random(0)
    optimizer = torch.optim.AdamW(weights, lr=rate, weight_decay=0)
    batches = -(-len(examples) // together)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / 20) * (1 - step / (epochs * batches))
    )
    for epoch in range(epochs):
        order, total = chance.sample(list(examples), len(examples)), 0.0
        for at in range(0, len(order), together):
            optimizer.zero_grad()
            found = loss(order[at : at + together], chance)
            found.backward()
            optimizer.step()
            schedule.step()
            total += float(found.detach())
        print(f"    epoch {epoch + 1}: loss {total / batches:.3f}", flush=True)


def floats(model: Path, shapes: Mapping[str, Any]) -> dict[str, Any]:
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


def _is_free(name: str, first: int) -> bool:
    layer = re.search(r"encoder\.layer\.(\d+)\.", name)
    above = int(layer[1]) >= first if layer else re.match(r"bert\.pooler|classifier", name)
    return bool(above) and (name.endswith("bias") or "LayerNorm" in name)
