"""What a content stream draws with: matrices, fonts, forms, colours, and the graphics state."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Matrix = tuple[float, float, float, float, float, float]
Operation = tuple[Any, bytes]
Shown = tuple[str, float, int, int]
"""A string's text, its width in thousandths of the type size, its letters and its spaces."""

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Face:
    """A font: ``show`` decodes a string of the page."""

    show: Callable[[bytes], Shown]
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A form XObject, ``None`` operations for a picture."""

    operations: Iterable[Operation] | None
    resources: "Resources | None" = None
    matrix: Matrix = IDENTITY


@dataclass(frozen=True, slots=True)
class Resources:
    """What a content stream names: each look-up gives None for an unknown name."""

    face: Callable[[str], Face | None]
    form: Callable[[str], Form | None]
    alpha: Callable[[str], float | None] = lambda _: None
    plain_colours: Callable[[str], bool] = lambda name: name.startswith("/Device")
    properties: Callable[[Any], Mapping[str, Any]] = lambda _: {}


@dataclass(slots=True)
class State:
    """What ``q`` saves and ``Q`` restores."""

    ctm: Matrix
    clip: tuple[float, float, float, float]
    face: Face | None = None
    size: float = 0.0
    colour: str = "#000000"
    plain: bool = True
    alpha: float = 1.0
    letter_space: float = 0.0
    word_space: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0


@dataclass(slots=True)
class Mark:
    """A marked-content sequence: running heads and replacement texts."""

    furniture: bool = False
    hidden: bool = False
    actual: str | None = None
    used: bool = False


def multiply(m: Matrix, n: Matrix) -> Matrix:
    """The matrix that does ``m`` first, then ``n``."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def hex_colour(values: Sequence[Any]) -> str:
    """Numbers of DeviceGray, DeviceRGB or DeviceCMYK as "#rrggbb"."""
    levels = [min(1.0, max(0.0, float(value))) for value in values]
    if len(levels) == 1:
        levels *= 3
    elif len(levels) == 4:
        c, m, y, k = levels
        levels = [(1 - c) * (1 - k), (1 - m) * (1 - k), (1 - y) * (1 - k)]
    if len(levels) != 3:
        return ""
    return "#" + "".join(f"{round(level * 255):02x}" for level in levels)
