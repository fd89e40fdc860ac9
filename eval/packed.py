"""A BERT read over texts laid end to end: padding costs nothing but in attention itself."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional

_EPSILON = 1e-12
"""Of BERT's layer norms."""
_NEVER = -1e4
"""Added to what must not be attended to."""


@dataclass(frozen=True, slots=True)
class Packed:
    """The tokens of several texts, one after another: ``ids``, ``types`` and ``positions`` are
    tensors (tokens,), ``firsts`` (texts,) says where each text begins.

    ``rows`` (texts · longest,) has the token of each place of the padded batch, the first one where
    there is none, ``places`` (tokens,) the place of each token, and ``bias`` (texts, 1, 1, longest)
    what is added to the attention to each place.
    """

    ids: Any
    types: Any
    positions: Any
    firsts: Any
    rows: Any
    places: Any
    bias: Any

    @classmethod
    def of(cls, read: Sequence[Any], dtype: Any) -> "Packed":
        """From one or more of the tokenizer's encodings, made without padding; ``dtype`` is that
        of ``bias``."""
        lengths = torch.tensor([len(one.ids) for one in read])
        firsts = torch.cumsum(lengths, 0) - lengths
        place = torch.arange(int(lengths.max()))
        held = place < lengths[:, None]
        return cls(
            ids=torch.tensor([n for one in read for n in one.ids]),
            types=torch.tensor([n for one in read for n in one.type_ids]),
            positions=place.expand_as(held)[held],
            firsts=firsts,
            rows=torch.where(held, firsts[:, None] + place, 0).flatten(),
            places=held.flatten().nonzero()[:, 0],
            bias=torch.zeros(held.shape, dtype=dtype).masked_fill_(~held, _NEVER)[:, None, None],
        )


def linear(weights: Mapping[str, Any], name: str, states: Any) -> Any:
    """A dense layer, by its name."""
    return functional.linear(states, weights[f"{name}.weight"], weights[f"{name}.bias"])


def embedded(weights: Mapping[str, Any], texts: Packed) -> Any:
    """What goes into the first layer: a tensor (tokens, width)."""
    states = (
        weights["embeddings.word_embeddings.weight"][texts.ids]
        + weights["embeddings.token_type_embeddings.weight"][texts.types]
        + weights["embeddings.position_embeddings.weight"][texts.positions]
    )
    return _norm(weights, "embeddings.LayerNorm", states)


def layer(weights: Mapping[str, Any], number: int, states: Any, texts: Packed, heads: int) -> Any:
    """What comes out of a layer, the first is 0: a tensor (tokens, width), as what goes in
    (Devlin et al. 2019)."""
    name = f"encoder.layer.{number}"
    seen = _attended(weights, f"{name}.attention.self", states, texts, heads)
    seen = linear(weights, f"{name}.attention.output.dense", seen)
    states = _norm(weights, f"{name}.attention.output.LayerNorm", states + seen)
    inner = functional.gelu(linear(weights, f"{name}.intermediate.dense", states))
    outer = linear(weights, f"{name}.output.dense", inner)
    return _norm(weights, f"{name}.output.LayerNorm", states + outer)


def _attended(weights: Mapping[str, Any], name: str, states: Any, texts: Packed, heads: int) -> Any:
    count, longest = len(texts.firsts), texts.bias.shape[-1]

    def split(part: str) -> Any:
        found = linear(weights, f"{name}.{part}", states).index_select(0, texts.rows)
        return found.view(count, longest, heads, -1).transpose(1, 2)

    query, key, value = split("query"), split("key"), split("value")
    scale = 1 / math.sqrt(query.shape[-1])
    shares = torch.softmax(torch.matmul(query * scale, key.transpose(-1, -2)) + texts.bias, -1)
    seen = torch.matmul(shares, value).transpose(1, 2).reshape(count * longest, -1)
    return seen.index_select(0, texts.places)


def _norm(weights: Mapping[str, Any], name: str, states: Any) -> Any:
    weight, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
    return functional.layer_norm(states, weight.shape, weight, bias, _EPSILON)
