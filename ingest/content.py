"""A page's drawing operations → spans and boxes: the text state machine of ISO 32000-2, 9.3–9.4.

Knows nothing of files: operations, fonts and resources are handed in already parsed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import atan2, degrees, hypot
from typing import Any

from ingest.graphics import (
    IDENTITY,
    Mark,
    Matrix,
    Operation,
    Resources,
    State,
    hex_colour,
    multiply,
)
from ingest.lines import Box, Span

_WORD_GAP = 0.16
"""Of the type size: a wider gap between two letters parts words."""
_CELL_GAP = 1.0
"""Of the type size: a wider gap inside one string begins another span."""
_THIN = 2.5
"""Points: a narrower box is a ruling."""
_INVISIBLE_MODES = (3, 7)
_WHITE = "#ffffff"
_FORM_DEPTH = 12
_FORM_COUNT = 2_000


def draw(
    operations: Iterable[Operation], resources: Resources, base: Matrix, width: float, height: float
) -> tuple[list[Span], list[Box]]:
    """Run a page's operations; ``base`` takes its space to points from the top left corner.

    Text outside the page or its clip is left out; text without ink is kept as ``hidden``.
    """
    painter = _Painter(base, width, height, resources)
    painter.run(operations, resources)
    return painter.spans, painter.boxes


@dataclass(slots=True)
class _Painter:
    base: Matrix
    width: float
    height: float
    resources: Resources
    spans: list[Span] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    depth: int = 0
    forms: int = 0
    state: State = field(init=False)
    tm: Matrix = IDENTITY
    line: Matrix = IDENTITY
    points: list[tuple[float, float]] = field(default_factory=list)
    shapes: list[tuple[float, float, float, float]] = field(default_factory=list)
    clipping: bool = False
    marks: list[Mark] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = State(self.base, (0.0, 0.0, self.width, self.height))

    def run(self, operations: Iterable[Operation], resources: Resources) -> None:
        outer, self.resources = self.resources, resources
        saved: list[State] = []
        for operands, operator in operations:
            if operator == b"q":
                saved.append(replace(self.state))
            elif operator == b"Q":
                if saved:
                    self.state = saved.pop()
            elif (handler := _HANDLERS.get(operator)) is not None:
                try:
                    handler(self, operands)
                except (TypeError, ValueError, IndexError, OverflowError):
                    # An operator with too few or wrong operands is skipped, as viewers do.
                    continue
        self.resources = outer

    # Text

    def begin_text(self, _operands: Sequence[Any]) -> None:
        self.tm = self.line = IDENTITY

    def set_font(self, operands: Sequence[Any]) -> None:
        self.state.face = self.resources.face(operands[0])
        self.state.size = float(operands[1])

    def move(self, operands: Sequence[Any]) -> None:
        self._move(float(operands[0]), float(operands[1]))

    def move_leading(self, operands: Sequence[Any]) -> None:
        self.state.leading = -float(operands[1])
        self.move(operands)

    def next_line(self, _operands: Sequence[Any]) -> None:
        self._move(0.0, -self.state.leading)

    def set_matrix(self, operands: Sequence[Any]) -> None:
        a, b, c, d, e, f = map(float, operands)
        self.tm = self.line = (a, b, c, d, e, f)

    def _move(self, x: float, y: float) -> None:
        a, b, c, d, e, f = self.line
        self.tm = self.line = (a, b, c, d, x * a + y * c + e, x * b + y * d + f)

    def show(self, operands: Sequence[Any]) -> None:
        self.show_all((operands[:1],))

    def show_next_line(self, operands: Sequence[Any]) -> None:
        self._move(0.0, -self.state.leading)
        self.show(operands)

    def show_spaced(self, operands: Sequence[Any]) -> None:
        self.state.word_space, self.state.letter_space = float(operands[0]), float(operands[1])
        self.show_next_line(operands[2:])

    def show_all(self, operands: Sequence[Any]) -> None:
        """TJ: strings and the gaps between them, in one or more spans."""
        state = self.state
        face, size = state.face, state.size
        if face is None or not size:
            return
        text, start, pen = "", 0.0, 0.0
        kern = size / 1000 * state.stretch
        for item in operands[0]:
            if isinstance(item, bytes):
                shown, wide, letters, spaces = face.show(item)
                text += shown
                pen += wide * kern + state.stretch * (
                    letters * state.letter_space + spaces * state.word_space
                )
            elif isinstance(item, (int, float)):
                gap = -float(item) * kern
                if gap > size * _CELL_GAP:
                    self._emit(text, start, pen)
                    text, start = "", pen + gap
                elif gap > size * _WORD_GAP and text and text[-1] != " ":
                    text += " "
                pen += gap
        self._emit(text, start, pen)
        a, b, c, d, e, f = self.tm
        self.tm = (a, b, c, d, pen * a + e, pen * b + f)

    def _emit(self, text: str, start: float, end: float) -> None:
        stripped = text.rstrip()
        if not stripped:
            return
        state = self.state
        if len(stripped) < len(text):
            # The width of trailing spaces would hide the gap to the next cell.
            end -= (end - start) * (len(text) - len(stripped)) * 0.6 / len(text)
        a, b, c, d, e, f = multiply(self.tm, state.ctm)
        x0, y0 = start * a + state.rise * c + e, start * b + state.rise * d + f
        x1, y1 = end * a + state.rise * c + e, end * b + state.rise * d + f
        along = hypot(a, b) or 1.0
        size = abs(state.size * (a * d - b * c)) / along
        # A matrix that leans the letters imitates an italic.
        leaning = abs(a * c + b * d) > 0.1 * along * hypot(c, d)
        angle = round(degrees(atan2(-b, a))) % 360 if b else (0 if a >= 0 else 180)
        nearest = round(angle / 90) * 90
        angle = nearest % 360 if abs(angle - nearest) < 3 else angle
        left, top, right, bottom = state.clip
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        if not (left - 2 <= x <= right + 2 and top - 2 <= y <= bottom + size):
            return
        furniture = hidden = False
        for mark in self.marks:
            furniture |= mark.furniture
            hidden |= mark.hidden
            if mark.actual is not None:
                text, mark.used = ("" if mark.used else mark.actual), True
        hidden = (
            hidden
            or state.mode in _INVISIBLE_MODES
            or state.alpha == 0
            or (state.colour == _WHITE and not self._backed(x, y - size / 4))
        )
        if text:
            face = state.face
            assert face is not None
            self.spans.append(
                Span(
                    text,
                    x0,
                    x0 + hypot(x1 - x0, y1 - y0),
                    y0,
                    size,
                    face.bold,
                    face.italic or leaning,
                    state.colour,
                    furniture,
                    hidden,
                    angle,
                )
            )

    def _backed(self, x: float, y: float) -> bool:
        """Whether the last area painted under a point is not white."""
        for box in reversed(self.boxes):
            if box.kind in ("fill", "picture") and box.holds(x, y):
                return box.colour != _WHITE
        return False

    # Colour and state

    def gray(self, operands: Sequence[Any]) -> None:
        self._colour([operands[0]], True)

    def rgb(self, operands: Sequence[Any]) -> None:
        self._colour(operands[:3], True)

    def cmyk(self, operands: Sequence[Any]) -> None:
        self._colour(operands[:4], True)

    def colour_space(self, operands: Sequence[Any]) -> None:
        self._colour([0.0], self.resources.plain_colours(operands[0]))

    def colour(self, operands: Sequence[Any]) -> None:
        self._colour(operands, self.state.plain)

    def _colour(self, values: Sequence[Any], plain: bool) -> None:
        self.state.plain = plain
        self.state.colour = hex_colour(values) if plain else ""

    def extended(self, operands: Sequence[Any]) -> None:
        alpha = self.resources.alpha(operands[0])
        if alpha is not None:
            self.state.alpha = alpha

    def concat(self, operands: Sequence[Any]) -> None:
        a, b, c, d, e, f = map(float, operands)
        self.state.ctm = multiply((a, b, c, d, e, f), self.state.ctm)

    # Paths

    def start_path(self, operands: Sequence[Any]) -> None:
        self._close_shape()
        self.add_point(operands)

    def add_point(self, operands: Sequence[Any]) -> None:
        x, y = float(operands[-2]), float(operands[-1])
        a, b, c, d, e, f = self.state.ctm
        self.points.append((x * a + y * c + e, x * b + y * d + f))

    def rectangle(self, operands: Sequence[Any]) -> None:
        self._close_shape()
        x, y, wide, high = map(float, operands)
        self.add_point((x, y))
        self.add_point((x + wide, y + high))
        self._close_shape()

    def _close_shape(self) -> None:
        if self.points:
            xs, ys = zip(*self.points, strict=True)
            self.shapes.append((min(xs), min(ys), max(xs), max(ys)))
            self.points.clear()

    def clip(self, _operands: Sequence[Any]) -> None:
        self.clipping = True

    def stroke(self, _operands: Sequence[Any]) -> None:
        self._paint("frame")

    def fill(self, _operands: Sequence[Any]) -> None:
        self._paint("fill")

    def end_path(self, _operands: Sequence[Any]) -> None:
        self._paint("")

    def _paint(self, kind: str) -> None:
        self._close_shape()
        state = self.state
        left, top, right, bottom = state.clip
        for x0, y0, x1, y1 in self.shapes if kind and state.alpha else ():
            x0, y0, x1, y1 = max(x0, left), max(y0, top), min(x1, right), min(y1, bottom)
            if x0 > x1 or y0 > y1:
                continue
            thin = min(x1 - x0, y1 - y0) <= _THIN
            if not (thin and kind == "fill" and state.colour == _WHITE):
                self.boxes.append(Box(x0, y0, x1, y1, "line" if thin else kind, state.colour))
        if self.clipping and self.shapes:
            xs0, ys0, xs1, ys1 = zip(*self.shapes, strict=True)
            state.clip = (
                max(left, min(xs0)),
                max(top, min(ys0)),
                min(right, max(xs1)),
                min(bottom, max(ys1)),
            )
        self.clipping = False
        self.shapes.clear()

    # Forms, pictures, marked content

    def paint_form(self, operands: Sequence[Any]) -> None:
        form = self.resources.form(operands[0])
        if form is None or self.depth >= _FORM_DEPTH or self.forms >= _FORM_COUNT:
            return
        if form.operations is None:
            self.picture(operands)
            return
        self.forms += 1
        self.depth += 1
        kept = replace(self.state)
        self.state.ctm = multiply(form.matrix, self.state.ctm)
        self.run(form.operations, form.resources or self.resources)
        self.state = kept
        self.depth -= 1

    def picture(self, _operands: Sequence[Any]) -> None:
        a, b, c, d, e, f = self.state.ctm
        xs, ys = (e, e + a, e + c, e + a + c), (f, f + b, f + d, f + b + d)
        left, top, right, bottom = self.state.clip
        self.boxes.append(
            Box(
                max(min(xs), left),
                max(min(ys), top),
                min(max(xs), right),
                min(max(ys), bottom),
                "picture",
            )
        )

    def begin_mark(self, operands: Sequence[Any]) -> None:
        mark = Mark()
        self.marks.append(mark)
        if len(operands) > 1:
            properties = self.resources.properties(operands[1])
            mark.furniture = operands[0] == "/Artifact" and (
                properties.get("/Type") == "/Pagination"
            )
            mark.hidden = operands[0] == "/OC" and bool(properties.get("hidden"))
            actual = properties.get("/ActualText")
            mark.actual = actual if isinstance(actual, str) else None

    def end_mark(self, _operands: Sequence[Any]) -> None:
        if self.marks:
            self.marks.pop()


def _set(name: str, scale: float = 1.0) -> Callable[[_Painter, Sequence[Any]], None]:
    def handler(painter: _Painter, operands: Sequence[Any]) -> None:
        setattr(painter.state, name, float(operands[0]) * scale)

    return handler


_HANDLERS: dict[bytes, Callable[[_Painter, Any], None]] = {
    b"BT": _Painter.begin_text,
    b"Tf": _Painter.set_font,
    b"Td": _Painter.move,
    b"TD": _Painter.move_leading,
    b"T*": _Painter.next_line,
    b"Tm": _Painter.set_matrix,
    b"Tj": _Painter.show,
    b"TJ": _Painter.show_all,
    b"'": _Painter.show_next_line,
    b'"': _Painter.show_spaced,
    b"Tc": _set("letter_space"),
    b"Tw": _set("word_space"),
    b"Tz": _set("stretch", 0.01),
    b"TL": _set("leading"),
    b"Ts": _set("rise"),
    b"Tr": _set("mode"),
    b"g": _Painter.gray,
    b"rg": _Painter.rgb,
    b"k": _Painter.cmyk,
    b"cs": _Painter.colour_space,
    b"sc": _Painter.colour,
    b"scn": _Painter.colour,
    b"gs": _Painter.extended,
    b"cm": _Painter.concat,
    b"m": _Painter.start_path,
    b"l": _Painter.add_point,
    b"c": _Painter.add_point,
    b"v": _Painter.add_point,
    b"y": _Painter.add_point,
    b"re": _Painter.rectangle,
    b"W": _Painter.clip,
    b"W*": _Painter.clip,
    b"n": _Painter.end_path,
    b"S": _Painter.stroke,
    b"s": _Painter.stroke,
    b"f": _Painter.fill,
    b"F": _Painter.fill,
    b"f*": _Painter.fill,
    b"B": _Painter.fill,
    b"B*": _Painter.fill,
    b"b": _Painter.fill,
    b"b*": _Painter.fill,
    b"Do": _Painter.paint_form,
    b"INLINE IMAGE": _Painter.picture,
    b"BMC": _Painter.begin_mark,
    b"BDC": _Painter.begin_mark,
    b"EMC": _Painter.end_mark,
}
