"""PDF → Source: a file's way from its pages through lines and layout to blocks."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ingest import scan
from ingest.errors import EmptySource, ScannedSource
from ingest.furniture import strip_furniture
from ingest.layout import Sheetful, blocks_of
from ingest.lines import UNKNOWN, Line, Sheet, lines_of
from ingest.parser import parse_pdf
from ingest.records import OnPage, Page, Source
from ingest.rules import walls
from ingest.turn import upright


def read_pdf(path: Path, *, ocr: bool = True, on_page: OnPage | None = None) -> Source:
    """A PDF as blocks in reading order.

    Pages that are pictures are recognised with tesseract if ``ocr`` and it is there, else a
    warning names them; ``on_page`` is told of each page. Raises EmptySource, HugeSource,
    EncryptedSource, BrokenSource, and ScannedSource where all that the file shows is pictures that
    cannot be recognised.
    """
    parsed = parse_pdf(path, on_page=on_page)
    sheets, warnings = _recognised(path, parsed.sheets, ocr)
    sheets = [upright(sheet) for sheet in sheets]
    lines = [_lines(sheet) for sheet in sheets]
    stripped = strip_furniture(sheets, lines)
    blocks = blocks_of(
        [
            Sheetful(sheet.number, sheet.width, sheet.height, page.lines, sheet.boxes)
            for sheet, page in zip(sheets, stripped, strict=True)
        ]
    )
    if not blocks:
        raise EmptySource(path.name, "no page has text")
    return Source(
        name=path.name,
        sha256=parsed.sha256,
        media_type="application/pdf",
        blocks=blocks,
        pages=tuple(
            Page(sheet.number, sheet.label or page.label, sheet.width, sheet.height)
            for sheet, page in zip(sheets, stripped, strict=True)
        ),
        bookmarks=parsed.bookmarks,
        title=parsed.title,
        date=parsed.date,
        warnings=(*parsed.warnings, *warnings),
    )


def _recognised(path: Path, sheets: Sequence[Sheet], ocr: bool) -> tuple[list[Sheet], list[str]]:
    """The sheets with what tesseract reads on those that are pictures, and what is left unread."""
    pictures = [sheet.number for sheet in sheets if scan.needs_recognition(sheet)]
    if not pictures:
        return list(sheets), []
    able = ocr and scan.is_ready()
    found = scan.recognise(path, pictures) if able else {}
    kept = [
        replace(sheet, spans=found.get(sheet.number, ())) if sheet.number in pictures else sheet
        for sheet in sheets
    ]
    unread = [number for number in pictures if number not in found]
    warnings = []
    if found:
        warnings.append(f"{scan.page_list(list(found))}: a picture, read by text recognition")
    if unread:
        remedy = (
            "text recognition found nothing in a minute"
            if able
            else (f"to read it, install tesseract: {scan.COMMAND}")
        )
        reason = f"{scan.page_list(unread)}: a picture without text; {remedy}"
        if not any(sheet.spans for sheet in kept):
            raise ScannedSource(path.name, reason)
        warnings.append(reason)
    return kept, warnings


def _lines(sheet: Sheet) -> list[Line]:
    layer = scan.is_layer(sheet)
    spans = [
        span for span in sheet.spans if (layer or not span.hidden) and span.text.strip(UNKNOWN)
    ]
    return lines_of(spans, walls(sheet.boxes))
