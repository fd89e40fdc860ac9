"""PDF file → sheets of positioned spans. The only file that imports pypdf.

Errors of pypdf become ours, its warnings lines of the file's own, its limits are set here.
"""

import hashlib
import logging
import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pypdf import PageObject, PdfReader, apply_configuration
from pypdf.errors import DependencyError, EmptyFileError, LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, IndirectObject
from pypdf.generic._font import Font

from ingest.content import draw
from ingest.errors import BrokenSource, EmptySource, EncryptedSource, HugeSource
from ingest.graphics import IDENTITY, Face, Form, Matrix, Resources, Shown
from ingest.lines import UNKNOWN, Sheet, normalise
from ingest.records import Bookmark, OnPage

MAX_BYTES = 200_000_000
MAX_PAGES = 20_000
LIMITS: dict[str, Any] = {
    "zlib_maximum_output_length": 64_000_000,
    "lzw_maximum_output_length": 64_000_000,
    "run_length_maximum_output_length": 64_000_000,
    "array_based_stream_maximum_output_length": 64_000_000,
    "stream_decoding_work_maximum_length": 128_000_000,
    "stream_parsing_work_maximum_count": 1_000_000,
    "page_tree_maximum_entries": MAX_PAGES,
    "outline_maximum_entries": MAX_PAGES,
    "disable_legacy_handling": True,
}
"""pypdf's own limits, per stream in bytes or tokens: a page of a report has under a megabyte."""

_MALFORMED = (
    PyPdfError, KeyError, IndexError, TypeError, ValueError, AttributeError, AssertionError,
    ArithmeticError, RecursionError, NotImplementedError, struct.error, zlib.error,
)  # fmt: skip
"""What pypdf raises on objects that are not of the type that the standard asks for."""

_FORCE_BOLD = 1 << 18
_ITALIC = 1 << 6
_BOLD_NAME = re.compile(r"bold|black|heavy|demi(?!r)", re.IGNORECASE)
_ITALIC_NAME = re.compile(r"italic|oblique|slanted", re.IGNORECASE)
_SHOWN_WARNINGS = 5


@dataclass(frozen=True, slots=True)
class Parsed:
    """A PDF as parsed: pages with their spans, and what the file declares of itself."""

    sha256: str
    sheets: tuple[Sheet, ...]
    bookmarks: tuple[Bookmark, ...]
    title: str
    date: str
    warnings: tuple[str, ...]


def parse_pdf(path: Path, *, on_page: OnPage | None = None) -> Parsed:
    """All pages of a PDF; ``on_page`` is told of each before it is parsed.

    Raises EmptySource, HugeSource, EncryptedSource and BrokenSource. A single page that cannot be
    parsed becomes a warning; a file of which none can is broken.
    """
    digest = _checked(path)
    with _heard() as heard, apply_configuration(**LIMITS):
        try:
            reader = _open(path)
            count = len(reader.pages)
            if count > MAX_PAGES:
                raise HugeSource(path.name, f"it has {count:,} pages; the limit is {MAX_PAGES:,}")
            labels = _labels(reader, count)
            sheets, failures = _sheets(reader, labels, on_page)
            bookmarks, title, date = _bookmarks(reader), _title(reader), _date(reader)
        except DependencyError as error:
            raise EncryptedSource(
                path.name, "it is encrypted; install the extra with `pip install pypdf[crypto]`, "
                "or save a copy without protection"
            ) from error  # fmt: skip
        except EmptyFileError as error:
            raise EmptySource(path.name, "the file is empty") from error
        except _MALFORMED as error:
            raise BrokenSource(path.name, _broken(error)) from error
    if not count:
        raise EmptySource(path.name, "the PDF has no pages")
    if len(failures) == count:
        raise BrokenSource(path.name, f"no page can be parsed; the first says: {failures[0]}")
    return Parsed(digest, tuple(sheets), bookmarks, title, date, (*failures, *_counted(heard)))


def _checked(path: Path) -> str:
    size = path.stat().st_size
    if not size:
        raise EmptySource(path.name, "the file is empty")
    if size > MAX_BYTES:
        raise HugeSource(
            path.name, f"it has {size / 1e6:,.0f} MB; the limit is {MAX_BYTES / 1e6:,.0f} MB: "
            "split it, or save it with smaller pictures"
        )  # fmt: skip
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _broken(error: BaseException) -> str:
    detail = " ".join(str(error).split())[:120]
    limit = isinstance(error, LimitReachedError)
    what = "it goes over a limit of the PDF parser" if limit else "the PDF cannot be parsed"
    return f"{what} ({type(error).__name__}: {detail}); open and save it anew, or print it to PDF"


@contextmanager
def _heard() -> Iterator[list[str]]:
    """Collect what pypdf logs instead of printing it."""
    messages: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            messages.append(" ".join(normalise(record.getMessage()).split())[:200])

    logger, ear = logging.getLogger("pypdf"), Ear()
    propagate, logger.propagate = logger.propagate, False
    logger.addHandler(ear)
    try:
        yield messages
    finally:
        logger.removeHandler(ear)
        logger.propagate = propagate


def _counted(messages: list[str]) -> Iterator[str]:
    counts = dict.fromkeys(messages, 0)
    for message in messages:
        counts[message] += 1
    for message in list(counts)[:_SHOWN_WARNINGS]:
        times = f" ({counts[message]} times)" if counts[message] > 1 else ""
        yield f"the PDF is not quite in order: {message}{times}"
    if len(counts) > _SHOWN_WARNINGS:
        yield f"and {len(counts) - _SHOWN_WARNINGS} more faults of the same kind"


def _open(path: Path) -> PdfReader:
    reader = PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        raise EncryptedSource(
            path.name, "it is protected by a password; save a copy without one and read that"
        )
    return reader


def _labels(reader: PdfReader, count: int) -> list[str]:
    if "/PageLabels" not in reader.root_object:
        return [""] * count
    try:
        return [normalise(label) for label in reader.page_labels]
    except _MALFORMED:
        return [""] * count


def _bookmarks(reader: PdfReader) -> tuple[Bookmark, ...]:
    found: list[Bookmark] = []

    def walk(entries: list[Any], level: int) -> None:
        for entry in entries:
            if isinstance(entry, list):
                walk(entry, level + 1)
                continue
            page = reader.get_destination_page_number(entry)
            title = " ".join(normalise(str(entry.title)).split())
            if title:
                found.append(Bookmark(title, level, 0 if page is None else page + 1))

    try:
        walk(reader.outline, 1)
    except _MALFORMED:
        # A damaged outline is less evidence, no reason to refuse the text.
        return tuple(found)
    return tuple(found)


def _title(reader: PdfReader) -> str:
    try:
        title = (reader.metadata and reader.metadata.title) or ""
        return " ".join(normalise(title).split())
    except _MALFORMED:
        return ""


def _date(reader: PdfReader) -> str:
    try:
        created = reader.metadata and reader.metadata.creation_date
    except _MALFORMED:
        return ""
    return created.date().isoformat() if created else ""


def _sheets(
    reader: PdfReader, labels: list[str], on_page: OnPage | None
) -> tuple[list[Sheet], list[str]]:
    faces = _Faces()
    off = _layers_off(reader)
    sheets: list[Sheet] = []
    failures: list[str] = []
    for number, label in enumerate(labels, 1):
        if on_page is not None:
            on_page(number, len(labels))
        try:
            page = reader.pages[number - 1]
            sheets.append(_sheet(page, number, label, faces, off))
        except _MALFORMED as error:
            sheets.append(Sheet(number, label, 0.0, 0.0, ()))
            failures.append(f"page {number} cannot be parsed ({type(error).__name__}: {error})")
    failures += [
        f"the letters of font {name} are shapes without text; what is set in it is not read"
        for name in faces.unreadable
    ]
    return sheets, [normalise(failure) for failure in failures]


def _sheet(
    page: PageObject, number: int, label: str, faces: "_Faces", off: frozenset[int]
) -> Sheet:
    base, width, height = _base(page)
    contents = page.get("/Contents")
    if contents is None:
        return Sheet(number, label, width, height, ())
    stream = ContentStream(contents.get_object(), page.pdf, "bytes")
    resources = _resources(page.get("/Resources"), page.pdf, faces, off)
    spans, boxes = draw(stream.operations, resources, base, width, height)
    return Sheet(number, label, width, height, tuple(spans), tuple(boxes))


def _base(page: PageObject) -> tuple[Matrix, float, float]:
    """The matrix from the page's own space to points from the shown page's top left corner."""
    box = page.cropbox
    left, bottom, right, top = (float(value) for value in (*box.lower_left, *box.upper_right))
    wide, high = right - left, top - bottom
    turned = page.rotation % 360
    if turned == 90:
        return (0.0, 1.0, 1.0, 0.0, -bottom, -left), high, wide
    if turned == 180:
        return (-1.0, 0.0, 0.0, 1.0, right, -bottom), wide, high
    if turned == 270:
        return (0.0, -1.0, -1.0, 0.0, top, right), high, wide
    return (1.0, 0.0, 0.0, -1.0, -left, top), wide, high


def _resources(value: Any, pdf: Any, faces: "_Faces", off: frozenset[int]) -> Resources:
    found = value.get_object() if value is not None else {}

    def entry(kind: str, name: Any) -> Any:
        group = found.get(kind)
        return None if group is None else group.get_object().get(name)

    def face(name: str) -> Face | None:
        font = entry("/Font", name)
        return None if font is None else faces.face(font)

    def form(name: str) -> Form | None:
        drawn = entry("/XObject", name)
        drawn = None if drawn is None else drawn.get_object()
        if drawn is None or drawn.get("/Subtype") != "/Form":
            return None if drawn is None else Form(None)
        matrix = drawn.get("/Matrix", IDENTITY)
        inner = drawn.get("/Resources")
        return Form(
            ContentStream(drawn, pdf, "bytes").operations,
            _resources(inner, pdf, faces, off) if inner is not None else None,
            tuple(float(number) for number in matrix),  # type: ignore[arg-type]
        )

    def alpha(name: str) -> float | None:
        state = entry("/ExtGState", name)
        value = None if state is None else state.get_object().get("/ca")
        return None if value is None else float(value)

    def plain_colours(name: str) -> bool:
        space = entry("/ColorSpace", name)
        space = name if space is None else space.get_object()
        kind = space[0] if isinstance(space, ArrayObject) and space else space
        return str(kind) in _PLAIN_SPACES

    def properties(value: Any) -> Mapping[str, Any]:
        listed = value if isinstance(value, DictionaryObject) else entry("/Properties", value)
        number = listed.idnum if isinstance(listed, IndirectObject) else 0
        listed = None if listed is None else listed.get_object()
        if not isinstance(listed, DictionaryObject):
            return {}
        marks: dict[str, Any] = {"/Type": listed.get("/Type"), "hidden": number in off}
        if "/ActualText" in listed:
            marks["/ActualText"] = _string(listed["/ActualText"])
        return marks

    return Resources(face, form, alpha, plain_colours, properties)


_PLAIN_SPACES = frozenset(
    {"/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/CalGray", "/CalRGB", "/ICCBased"}
)


def _string(value: Any) -> str:
    if isinstance(value, bytes):
        if value.startswith(b"\xfe\xff"):
            return value[2:].decode("utf-16-be", "replace")
        return value.decode("latin-1")
    return str(value)


def _layers_off(reader: PdfReader) -> frozenset[int]:
    """The object numbers of optional-content groups that are not shown by default."""
    try:
        hidden = reader.root_object["/OCProperties"]["/D"]["/OFF"]  # type: ignore[index]
        return frozenset(group.idnum for group in hidden)
    except _MALFORMED:
        return frozenset()


class _Faces:
    """Fonts by their object, each parsed once for the file."""

    def __init__(self) -> None:
        self._known: dict[Any, Face] = {}
        self.unreadable: list[str] = []

    def face(self, font: Any) -> Face:
        resource = font.get_object()
        key = resource.indirect_reference or id(resource)
        key = key.idnum if isinstance(key, IndirectObject) else -key
        if key not in self._known:
            self._known[key] = self._parse(resource)
        return self._known[key]

    def _parse(self, resource: DictionaryObject) -> Face:
        font = Font.from_font_resource(resource)
        name = font.name
        descriptor = font.font_descriptor
        heavy = isinstance(descriptor.weight, (int, float)) and descriptor.weight >= 600
        bold = bool(heavy or _BOLD_NAME.search(name) or descriptor.flags & _FORCE_BOLD)
        slanted = bool(_ITALIC_NAME.search(name) or descriptor.flags & _ITALIC)
        if not font.interpretable or (
            isinstance(font.encoding, str)
            and font.encoding.startswith("utf-16")
            and not font.character_map
        ):
            self.unreadable.append(name)
            return Face(_unreadable, bold, slanted)
        scale = float(resource.get("/FontMatrix", [0.001])[0]) * 1000
        return Face(_show(font, scale), bold, slanted)


def _unreadable(string: bytes) -> Shown:
    return UNKNOWN * len(string), 500.0 * len(string), len(string), 0


def _show(font: Font, scale: float) -> Callable[[bytes], Shown]:
    widths, mapped, encoding = font.character_widths, font.character_map, font.encoding
    default = widths.get("default", 500)
    known: dict[bytes, Shown] = {}

    def show(string: bytes) -> Shown:
        shown = known.get(string)
        if shown is not None:
            return shown
        if isinstance(encoding, str):
            codes = letters = string.decode(encoding, "replace")
        else:
            codes = string.decode("latin-1")
            letters = "".join([encoding.get(byte, chr(byte)) for byte in string])
        text = "".join([mapped.get(letter, letter) for letter in letters])
        wide = sum([widths.get(code, default) for code in codes]) * scale
        # Word space applies to the single byte 32 only (ISO 32000-2, 9.3.3).
        spaces = 0 if isinstance(encoding, str) else string.count(b" ")
        shown = known[string] = (text, float(wide), len(codes), spaces)
        return shown

    return show
