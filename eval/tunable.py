"""A pinned model in floating point, of which some layers can be tuned, and the tuning."""

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from eval.packed import Packed, embedded, layer
from index.models import ModelSpec

Example = TypeVar("Example")
_NAMED = re.compile(r"(?:^|\.)(?:weight|bias)$")
"""What torch calls a parameter; in the quantised model others have other names."""
_STEEPER = 5.0
"""How much faster biases and layer norms change than the matrices."""


@dataclass(frozen=True, slots=True)
class Grid:
    """How the quantised model stores a matrix: under which name, and what one step of its whole
    numbers (-127 to 127) is worth, a tensor: one value, or (rows, 1) of one a row."""

    name: str
    step: Any


class Tunable:
    """A BERT whose weights are free from the layer ``first`` on; all others stay those of the
    quantised model. ``within`` is what the names of the BERT's own weights begin with.

    It computes with each free matrix rounded to the quantised model's own whole numbers, and
    tunes it as if it weren't rounded (Bengio et al. 2013, "Estimating or propagating gradients",
    the straight-through estimator): what is tuned is what the quantised model will compute with.
    ``dtype`` is that of the computation.
    """

    def __init__(
        self,
        spec: ModelSpec,
        folder: Path,
        *,
        first: int,
        within: str = "",
        dtype: Any = torch.float32,
    ) -> None:
        weights, self._grids = stored(folder / "model.onnx")
        self._first, self._within = first, within
        self._heads: Any = spec.config["num_attention_heads"]
        self._layers: Any = spec.config["num_hidden_layers"]
        self._dtype = dtype
        self._fixed = {
            name: weight.to(dtype) for name, weight in weights.items() if not _is_free(name, first)
        }
        self._free = {
            name: torch.nn.Parameter(weight)
            for name, weight in weights.items()
            if _is_free(name, first)
        }
        self._first_weights = {name: w.detach().clone() for name, w in self._free.items()}

    def free(self) -> dict[str, Any]:
        """The weights that are tuned, by torch's names."""
        return self._free

    def used(self) -> dict[str, Any]:
        """All weights as they are computed with: the free ones rounded to their grids."""
        free = {name: self._rounded(name, w).to(self._dtype) for name, w in self._free.items()}
        return self._fixed | free

    def read(self, used: Mapping[str, Any], texts: Sequence[Any]) -> Any:
        """The last states of the first tokens of texts, a tensor (n, width), with the weights of
        ``used()``. ``texts`` are one or more of the tokenizer's encodings, made without padding."""
        weights = {name.removeprefix(self._within): weight for name, weight in used.items()}
        packed = Packed.of(texts, self._dtype)
        with torch.no_grad():
            states = embedded(weights, packed)
            for number in range(self._first):
                states = layer(weights, number, states, packed, self._heads)
        for number in range(self._first, self._layers):
            states = layer(weights, number, states, packed, self._heads)
        return states[packed.firsts]

    def reset(self) -> None:
        """Give the free weights the values that tuning begins with: those of the pinned model, or
        of an earlier tuning."""
        with torch.no_grad():
            for name, weight in self._free.items():
                weight.copy_(self._first_weights[name])

    def begin_with(self, path: Path) -> None:
        """Let tuning begin with the weights of an earlier one, a file that ``save`` wrote."""
        with np.load(path, allow_pickle=False) as earlier:
            for name in self._free:
                grid = self._grids.get(name)
                weight = torch.tensor(earlier[grid.name if grid else name].astype(np.float32))
                self._first_weights[name] = weight.T * grid.step if grid else weight
        self.reset()

    def save(self, path: Path) -> None:
        """Write the free weights by the names of the quantised model: matrices as its whole
        numbers, the rest in half precision."""
        found = {}
        for name, weight in self._free.items():
            grid = self._grids.get(name)
            if grid:
                whole = _whole(weight.detach(), grid).T.to(torch.int8)
                found[grid.name] = whole.contiguous().numpy()
            else:
                found[name] = weight.detach().numpy().astype(np.float16)
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(path, allow_pickle=False, **found)

    def _rounded(self, name: str, weight: Any) -> Any:
        grid = self._grids.get(name)
        if grid is None:
            return weight
        return weight + (_whole(weight, grid) * grid.step - weight).detach()


def _whole(weight: Any, grid: Grid) -> Any:
    return torch.clamp(torch.round(weight / grid.step), -127, 127)


def _is_free(name: str, first: int) -> bool:
    numbered = re.search(r"encoder\.layer\.(\d+)\.", name)
    if numbered:
        return int(numbered[1]) >= first
    return name.startswith(("bert.pooler", "classifier"))


def descend(
    weights: Iterable[Any],
    examples: Sequence[Example],
    loss: Callable[[list[Example], random.Random], Any],
    *,
    rate: float,
    epochs: int,
    together: int,
) -> None:
    """Change the weights so that the loss of batches of ``together`` examples becomes less: AdamW,
    the rate rising over fifty steps to ``rate`` (vectors: five times that) and then falling
    to 0."""
    torch.manual_seed(0)
    chance = random.Random(0)
    all_weights = list(weights)
    optimizer = torch.optim.AdamW(
        [
            {"params": [w for w in all_weights if w.dim() > 1], "lr": rate},
            {"params": [w for w in all_weights if w.dim() <= 1], "lr": rate * _STEEPER},
        ],
        weight_decay=0,
    )
    batches = -(-len(examples) // together)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / 50) * (1 - step / (epochs * batches))
    )
    for epoch in range(epochs):
        order, total = chance.sample(list(examples), len(examples)), 0.0
        for at in range(0, len(order), together):
            optimizer.zero_grad()
            found = loss(order[at : at + together], chance)
            found.backward()
            torch.nn.utils.clip_grad_norm_(all_weights, 1.0)
            optimizer.step()
            schedule.step()
            total += float(found.detach())
        print(f"    epoch {epoch + 1}: loss {total / batches:.3f}", flush=True)


def stored(model: Path) -> tuple[dict[str, Any], dict[str, Grid]]:
    """The weights of a quantised ONNX model by torch's names, as (value - zero point) · step, and
    the grids of its matrices."""
    import onnx
    from onnx.numpy_helper import to_array

    graph = onnx.load(str(model)).graph
    tensors = {tensor.name: to_array(tensor) for tensor in graph.initializer}
    found = {name: value for name, value in tensors.items() if _NAMED.search(name)}
    for matrix in tensors:
        name = matrix.removesuffix("_quantized")
        if name != matrix and _NAMED.search(name):
            found[name] = _float(tensors, matrix)
    grids = {}
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            place = re.sub(r"/(?:Gemm_)?MatMul_quant$", "", node.name).strip("/")
            name, matrix = f"{place.replace('/', '.')}.weight", node.input[1]
            found[name] = _float(tensors, matrix).T
            step = tensors[f"{matrix.removesuffix('_quantized')}_scale"]
            grids[name] = Grid(matrix, torch.tensor(step).reshape(-1, 1))
    weights = {name: torch.tensor(np.ascontiguousarray(value)) for name, value in found.items()}
    return weights, grids


def _float(tensors: Mapping[str, NDArray[Any]], name: str) -> NDArray[np.float32]:
    base = name.removesuffix("_quantized")
    zero = tensors[f"{base}_zero_point"].astype(np.float32)
    value: NDArray[np.float32] = (tensors[name].astype(np.float32) - zero) * tensors[
        f"{base}_scale"
    ]
    return value
