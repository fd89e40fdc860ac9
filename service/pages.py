"""What all pages share: the templates, who wants a page, and errors as a page."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ingest.footnotes import plain
from ingest.records import Passage
from service.library import Library

WEB = Path(__file__).parent / "web"
VARY = {"Vary": "Accept"}

_Query = Iterable[tuple[str, object]]


def wants_page(request: Request) -> bool:
    """Whether the client prefers HTML to JSON (RFC 9110, section 12.5.1); a browser does."""
    return _quality(request, "text/html") > _quality(request, "application/json")


def render(
    request: Request, template: str, /, *, status: int = 200, **context: Any
) -> HTMLResponse:
    """A template as a response; ``context`` are its variables."""
    return HTMLResponse(html(request, template, status=status, **context), status, headers=VARY)


def html(request: Request, template: str, /, **context: Any) -> str:
    """A template as text."""
    return ENVIRONMENT.get_template(template).render(**_common(request), **context)


def stream(request: Request, template: str, /, **context: Any) -> Iterator[str]:
    """A template in pieces, each as soon as it is there: for a page whose rows take their time."""
    return ENVIRONMENT.get_template(template).generate(**_common(request), **context)


def _common(request: Request) -> dict[str, Any]:
    """The variables of every page: its path, and the host that questions are sent on to, if any."""
    writer = urlsplit(request.app.state.settings.writer_url).hostname or ""
    return {"path": request.url.path, "writer": writer}


def library_of(request: Request) -> Library:
    """The library that the application was started with."""
    library: Library = request.app.state.library
    return library


def static(name: str) -> str:
    """The address of a static file, which changes with its content."""
    return f"/static/{name}?{_fingerprint(name)}"


@cache
def _fingerprint(name: str) -> str:
    return sha256((WEB / "static" / name).read_bytes()).hexdigest()[:12]


class StaticAssets(StaticFiles):
    """The static files, to be kept by the browser: their addresses change with them."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def passage_counts(library: Library) -> Counter[str]:
    """How many passages each report has, by its id."""
    passages = library.view().index.passages if library.documents else ()
    return Counter(passage.document_id for passage in passages)


def address(path: str, query: _Query = (), *, fragment: str = "") -> str:
    """A local address; parts of the query without a value are left out."""
    pairs = [(name, value) for name, value in query if value not in ("", None)]
    return path + ("?" + urlencode(pairs) if pairs else "") + (f"#{fragment}" if fragment else "")


def passage_address(passage: Passage, spans: Iterable[tuple[int, int]] = ()) -> str:
    """The stable address of a passage in the reader, ``spans`` of its text highlighted."""
    path = f"/documents/{passage.document_id}/passages/{passage.n}"
    return address(path, _marks(spans), fragment=f"p{passage.n}")


def page_address(passage: Passage, page: int, spans: Iterable[tuple[int, int]] = ()) -> str:
    """The stable address of a page of the file, ``spans`` of the passage boxed."""
    path = f"/documents/{passage.document_id}/pages/{page}"
    return address(path, [("passage", passage.n), *_marks(spans)], fragment="quote")


def pages_in_words(passage: Passage) -> str:
    """``page 12``, ``pages 12–13``, or the page that the contents list gives; else nothing."""
    first, last = passage.page, passage.page_end
    if not first:
        return f"page {passage.section_page}" if passage.section_page else ""
    return f"pages {first}–{last}" if last > first else f"page {first}"


def _marks(spans: Iterable[tuple[int, int]]) -> list[tuple[str, object]]:
    return [("mark", f"{start}-{end}") for start, end in spans]


def _quality(request: Request, wanted: str) -> float:
    best, closest = 0.0, -1
    for part in request.headers.get("accept", "*/*").split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        closeness = ("*/*", f"{wanted.split('/')[0]}/*", wanted)
        if kind in closeness and closeness.index(kind) > closest:
            closest = closeness.index(kind)
            best = _weight(parameters)
    return best


def _weight(parameters: Iterable[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


ENVIRONMENT = Environment(
    loader=FileSystemLoader(WEB / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
ENVIRONMENT.globals.update(
    static=static,
    address=address,
    passage_address=passage_address,
    page_address=page_address,
    pages_in_words=pages_in_words,
)
ENVIRONMENT.filters["digits"] = plain
