"""The mean of two tunings of one model: a "model soup" (Wortsman et al. 2022).

python -m eval.soup ONE.npz OTHER.npz --share 0.4 --out index/tuned/reranker.npz
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Weights = Mapping[str, NDArray[Any]]


def mean(one: Weights, other: Weights, share: float) -> dict[str, NDArray[Any]]:
    """Each weight ``share`` (0 to 1) of the one and the rest of the other; whole numbers stay
    whole. Raises ``ValueError`` where they aren't weights of the same names and shapes."""
    if {n: w.shape for n, w in one.items()} != {n: w.shape for n, w in other.items()}:
        raise ValueError("the two files hold weights of different models: give two tunings of one")
    return {name: _mixed(weight, other[name], share) for name, weight in one.items()}


def _mixed(one: NDArray[Any], other: NDArray[Any], share: float) -> NDArray[Any]:
    mixed = share * one.astype(np.float32) + (1 - share) * other.astype(np.float32)
    return (np.round(mixed) if one.dtype == np.int8 else mixed).astype(one.dtype)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("one", type=Path, metavar="ONE.npz")
    parser.add_argument("other", type=Path, metavar="OTHER.npz")
    parser.add_argument("--share", type=float, default=0.5, help="of ONE; default: %(default)s")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    options = parser.parse_args(argv)
    with np.load(options.one) as one, np.load(options.other) as other:
        try:
            found = mean(dict(one), dict(other), options.share)
        except ValueError as error:
            parser.error(f"{options.one}, {options.other}: {error}")
    np.savez_compressed(options.out, allow_pickle=False, **found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
