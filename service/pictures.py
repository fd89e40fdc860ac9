"""Drawing in a child process, so that no PDF can stop or stall the service."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from ingest.errors import NotFound
from ingest.isolate import Isolated, Limits
from ingest.records import Document
from service.rendering import Box, boxes, picture, shape

T = TypeVar("T")

_LIMITS = Limits(seconds=20, memory=2_000_000_000, output=20_000_000)


class Pictures:
    """Draws the pages of PDFs, one at a time; a context manager that ends its child."""

    def __init__(self) -> None:
        self._child = Isolated(_LIMITS)
        self._lock = Lock()

    def __enter__(self) -> "Pictures":
        return self

    def __exit__(self, *exc: object) -> None:
        self._child.close()

    def picture(self, path: Path, document: Document, number: int, *, width: int) -> bytes:
        """As ``rendering.picture``; raises ``NotFound`` and ``SourceError``."""
        return self._draw(picture, path, document, number, width=width)

    def shape(self, path: Path, document: Document, number: int) -> tuple[float, float]:
        """As ``rendering.shape``."""
        return self._draw(shape, path, document, number)

    def boxes(
        self, path: Path, document: Document, number: int, quotes: Sequence[str]
    ) -> list[Box]:
        """As ``rendering.boxes``."""
        return self._draw(boxes, path, document, number, quotes=quotes)

    def _draw(
        self, draw: Callable[..., T], path: Path, document: Document, number: int, **options: Any
    ) -> T:
        if document.media_type != "application/pdf":
            raise NotFound(f"{document.name} is not a PDF and has no pages to show: read its text")
        if not 1 <= number <= document.pages:
            raise NotFound(
                f"there is no page {number} in {document.title}: it has pages 1 to {document.pages}"
            )
        with self._lock:
            return self._child.read(draw, path, number=number, **options)
