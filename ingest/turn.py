"""Pages and texts set sideways, turned upright; stamps across the page are left out."""

from collections import Counter
from collections.abc import Iterable

from ingest.lines import Box, Sheet, Span


def upright(sheet: Sheet) -> Sheet:
    """The sheet turned so that most of its text reads from left to right.

    What is then still sideways (the title of a chart's axis) is set beneath the page's foot, to
    be read last. Text at a slant is a watermark and dropped.
    """
    spans = [span for span in sheet.spans if span.angle % 90 == 0]
    letters: Counter[int] = Counter()
    for span in spans:
        letters[span.angle] += len(span.text)
    if not any(angle for angle in letters):
        return sheet if len(spans) == len(sheet.spans) else _with(sheet, spans)
    main = letters.most_common(1)[0][0]
    wide, high = sheet.width, sheet.height
    turned = [_turned(span, main, wide, high) for span in spans]
    boxes = [_turned_box(box, main, wide, high) for box in sheet.boxes]
    if main in (90, 270):
        wide, high = high, wide
    kept = [span for span in turned if span.angle == 0]
    for angle in (90, 180, 270):
        below = high + 20
        kept += [
            _turned(span, angle, wide, high)._replace(y=_turned(span, angle, wide, high).y + below)
            for span in turned
            if span.angle == angle
        ]
    return Sheet(sheet.number, sheet.label, wide, high, tuple(kept), tuple(boxes))


def _with(sheet: Sheet, spans: Iterable[Span]) -> Sheet:
    return Sheet(sheet.number, sheet.label, sheet.width, sheet.height, tuple(spans), sheet.boxes)


def _turned(span: Span, angle: int, wide: float, high: float) -> Span:
    x, y = _point(span.x0, span.y, angle, wide, high)
    length = span.x1 - span.x0
    return span._replace(x0=x, x1=x + length, y=y, angle=(span.angle - angle) % 360)


def _turned_box(box: Box, angle: int, wide: float, high: float) -> Box:
    ends = [_point(x, y, angle, wide, high) for x, y in ((box.x0, box.y0), (box.x1, box.y1))]
    xs, ys = zip(*ends, strict=True)
    return box._replace(x0=min(xs), y0=min(ys), x1=max(xs), y1=max(ys))


def _point(x: float, y: float, angle: int, wide: float, high: float) -> tuple[float, float]:
    if angle == 90:
        return high - y, x
    if angle == 180:
        return wide - x, high - y
    if angle == 270:
        return y, wide - x
    return x, y
