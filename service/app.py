"""The HTTP service put together: the JSON contract, the pages, and errors."""

from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from http import HTTPStatus

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from ingest.errors import ReportError
from service import schemas
from service.api import api
from service.asking import Asker
from service.assembly import make_reader, make_write
from service.guard import HEADERS, BodyLimit, SecurityHeaders, allowed_hosts, same_origin
from service.intake import Read, Taker
from service.library import Library
from service.pages import WEB, StaticAssets, render, wants_page
from service.pages_ask import pages as ask_pages
from service.pages_compare import pages as compare_pages
from service.pages_docs import pages as docs_pages
from service.pages_library import pages as library_pages
from service.pages_reader import pages as reader_pages
from service.pictures import Pictures
from service.settings import Settings
from service.uploads import Queue
from service.version import __version__

MakeLibrary = Callable[[], Library]


def create_app(
    make_library: MakeLibrary, *, settings: Settings | None = None, read: Read | None = None
) -> FastAPI:
    """The application. ``make_library`` is called once, at start-up, so that the models are
    loaded before the first request; what it raises stops the start. Without ``settings`` the
    defaults hold and any host name is answered to; without ``read``, uploads are read as the
    settings say."""
    chosen = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        library = await run_in_threadpool(make_library)
        app.state.settings = chosen
        app.state.library = library
        app.state.write = write = make_write(chosen)
        app.state.asker = Asker(library, write)
        with ExitStack() as stack:
            reader = read or stack.enter_context(make_reader(chosen))
            app.state.pictures = stack.enter_context(Pictures())
            app.state.queue = queue = Queue(
                Taker(library, reader, chosen.max_megabytes * 1_000_000)
            )
            yield
            await run_in_threadpool(queue.close)

    app = FastAPI(
        title="reportqa",
        version=__version__,
        summary="Answers from inspection reports, in their own words, with section and page.",
        lifespan=lifespan,
        # FastAPI's own pages load their scripts from another site.
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(same_origin)],
    )
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(BodyLimit, megabytes=chosen.max_megabytes)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(
        TrustedHostMiddleware,
        allowed_hosts=allowed_hosts(settings) if settings else ["*"],
        www_redirect=False,
    )
    app.mount("/static", StaticAssets(directory=WEB / "static"), name="static")
    app.include_router(api)
    app.include_router(ask_pages)
    app.include_router(reader_pages)
    app.include_router(library_pages)
    app.include_router(compare_pages)
    app.include_router(docs_pages)
    app.add_exception_handler(ReportError, _on_report_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_failure)
    return app


def refusal(request: Request, status: int, title: str, detail: str) -> Response:
    """The sentence of an error: a page for a browser, problem+json (RFC 9457) for others."""
    if wants_page(request):
        return render(request, "error.html", status=status, title=title, detail=detail)
    body = schemas.Problem(title=title, status=status, detail=detail)
    return JSONResponse(
        body.model_dump(), status_code=status, media_type="application/problem+json"
    )


def _on_report_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ReportError)
    return refusal(request, error.status, type(error).__name__, str(error))


def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return refusal(request, 422, "Invalid request", f"{where}: {first['msg']}")


def _on_failure(request: Request, _: Exception) -> Response:
    """A fault of ours, which the log tells in full. What answers it stands outside of all else,
    also of what adds the headers."""
    detail = "The service failed at this; its log says why. Try again, or ask something else."
    response = refusal(request, 500, "Internal error", detail)
    response.headers.update(HEADERS)
    return response


def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = str(error.detail)
    if error.status_code == 404 and detail == HTTPStatus.NOT_FOUND.phrase:
        detail = "There is nothing at this address: check it, or begin at the first page."
    return refusal(request, error.status_code, "Not served", detail)
