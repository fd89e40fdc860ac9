"""The figures in a text, and which are the same in another precision. Pure."""

import re

from index.question import amounts

_FIGURE = re.compile(r"(?<![\w.,])[+−–-]?\d+(?:,\d{3})*(?:\.\d+)?(?![\w,]|\.\d)")


def is_finer(figure: str, text: str) -> bool:
    """Whether a figure is a more precise one of those in a text: 21.2 of "21 groups"."""
    return any(
        "." in fine and "." not in coarse and abs(float(fine) - float(coarse)) <= 0.5
        for fine in figures(figure)
        for coarse in figures(text)
    )


def figures(text: str) -> list[str]:
    """The figures of a text without signs and separators; dates and single digits say too
    little."""
    found = _FIGURE.findall(amounts(text))
    bare = (match.lstrip("+-−–").replace(",", "") for match in found)
    return [f for f in bare if len(f) > 1 and not re.fullmatch(r"(?:19|20)\d\d", f)]


def same(one: str, other: str) -> bool:
    """Whether two figures are equal, or one is the other rounded to a whole number."""
    if one == other:
        return True
    if ("." in one) == ("." in other):
        return False
    return abs(float(one) - float(other)) <= 0.5


def agree(one: str, other: str) -> bool:
    """Whether two texts have a figure in common, in the same or another precision."""
    return any(same(a, b) for a in figures(one) for b in figures(other))
