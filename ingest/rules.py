"""The rules drawn on a page → grids of cells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.lines import Box

_SNAP = 3.0
"""Points: rules nearer than this are one, and ends nearer than this meet."""
_THIN = 2.5
_DRAWING = 1_500
"""More rules on a page than this draw a chart or a map."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a grid: ``row``, ``column`` from 0, and how many it spans; its place in points."""

    row: int
    column: int
    rows: int
    columns: int
    x0: float
    y0: float
    x1: float
    y1: float

    def holds(self, x: float, y: float) -> bool:
        return self.x0 - 1 <= x <= self.x1 + 1 and self.y0 - 1 <= y <= self.y1 + 1


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells inside crossing rules, merged cells as one, in reading order."""

    cells: tuple[Cell, ...]
    rows: int
    columns: int


@dataclass(slots=True)
class _Rule:
    """A straight rule: ``at`` its height (or distance from the left), from ``lo`` to ``hi``."""

    at: float
    lo: float
    hi: float


def walls(boxes: Iterable[Box]) -> list[Box]:
    """The upright rules of a page: no word runs through them."""
    return [
        box for box in boxes if box.kind == "line" and box.x1 - box.x0 <= _THIN < box.y1 - box.y0
    ]


def grids(boxes: Sequence[Box]) -> list[Grid]:
    """The grids on a page that have at least two columns."""
    across, down = _rules(boxes)
    if len(across) + len(down) > _DRAWING:
        return []
    found = []
    for horizontals, verticals in _connected(across, down):
        ys = _positions(horizontals)
        xs = _positions(verticals)
        if len(xs) > 2 and len(ys) > 1:
            found.append(_grid(xs, ys, horizontals, verticals))
    return [grid for grid in found if len(grid.cells) > 1]


def _rules(boxes: Sequence[Box]) -> tuple[list[_Rule], list[_Rule]]:
    across: list[_Rule] = []
    down: list[_Rule] = []
    for box in boxes:
        wide, high = box.x1 - box.x0, box.y1 - box.y0
        if box.kind == "line":
            if high <= _THIN:
                across.append(_Rule((box.y0 + box.y1) / 2, box.x0, box.x1))
            if wide <= _THIN:
                down.append(_Rule((box.x0 + box.x1) / 2, box.y0, box.y1))
        elif box.kind == "frame":
            across += [_Rule(box.y0, box.x0, box.x1), _Rule(box.y1, box.x0, box.x1)]
            down += [_Rule(box.x0, box.y0, box.y1), _Rule(box.x1, box.y0, box.y1)]
    return _merged(across), _merged(down)


def _merged(rules: list[_Rule]) -> list[_Rule]:
    """Pieces of one rule put together; what is left shorter than a letter is a corner or a dot."""
    merged: list[_Rule] = []
    by_place = sorted(rules, key=lambda rule: rule.at)
    start = 0
    for at in range(1, len(by_place) + 1):
        if at < len(by_place) and by_place[at].at - by_place[at - 1].at <= _SNAP / 2:
            continue
        level = sorted(by_place[start:at], key=lambda rule: rule.lo)
        where = sum(rule.at for rule in level) / len(level)
        lo, hi = level[0].lo, level[0].hi
        for rule in level[1:]:
            if rule.lo <= hi + _SNAP:
                hi = max(hi, rule.hi)
            else:
                merged.append(_Rule(where, lo, hi))
                lo, hi = rule.lo, rule.hi
        merged.append(_Rule(where, lo, hi))
        start = at
    return [rule for rule in merged if rule.hi - rule.lo > 5]


def _connected(across: list[_Rule], down: list[_Rule]) -> list[tuple[list[_Rule], list[_Rule]]]:
    """Rules that cross or touch, directly or through others."""
    groups: list[tuple[list[_Rule], list[_Rule]]] = []
    for vertical in down:
        touched = [rule for rule in across if _cross(rule, vertical)]
        joined = [group for group in groups if any(rule in group[0] for rule in touched)]
        horizontals = [*touched]
        verticals = [vertical]
        for group in joined:
            horizontals += [rule for rule in group[0] if rule not in horizontals]
            verticals += group[1]
            groups.remove(group)
        groups.append((horizontals, verticals))
    return groups


def _cross(horizontal: _Rule, vertical: _Rule) -> bool:
    return (
        horizontal.lo - _SNAP <= vertical.at <= horizontal.hi + _SNAP
        and vertical.lo - _SNAP <= horizontal.at <= vertical.hi + _SNAP
    )


def _positions(rules: list[_Rule]) -> list[float]:
    places: list[float] = []
    for place in sorted(rule.at for rule in rules):
        if not places or place - places[-1] > _SNAP:
            places.append(place)
    return places


def _grid(xs: list[float], ys: list[float], across: list[_Rule], down: list[_Rule]) -> Grid:
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            if (row, column) in taken:
                continue
            right, lower = column + 1, row + 1
            middle = (ys[row] + ys[row + 1]) / 2
            while right < len(xs) - 1 and not _drawn(down, xs[right], middle):
                right += 1
            middle = (xs[column] + xs[column + 1]) / 2
            while lower < len(ys) - 1 and not _drawn(across, ys[lower], middle):
                lower += 1
            taken |= {(r, c) for r in range(row, lower) for c in range(column, right)}
            cells.append(
                Cell(row, column, lower - row, right - column,
                     xs[column], ys[row], xs[right], ys[lower])
            )  # fmt: skip
    return Grid(tuple(cells), len(ys) - 1, len(xs) - 1)


def _drawn(rules: list[_Rule], at: float, along: float) -> bool:
    return any(abs(rule.at - at) <= _SNAP and rule.lo - 1 <= along <= rule.hi + 1 for rule in rules)
