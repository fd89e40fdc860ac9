"""The HTTP service put together: the JSON contract, the pages, and errors."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from ingest.errors import ReportError
from service import schemas
from service.api import api
from service.library import Library
from service.version import __version__

MakeLibrary = Callable[[], Library]


def create_app(make_library: MakeLibrary) -> FastAPI:
    """The application. ``make_library`` is called once, at start-up, so that the models are
    loaded before the first request; what it raises stops the start."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.library = await run_in_threadpool(make_library)
        yield

    app = FastAPI(
        title="reportqa",
        version=__version__,
        summary="Answers from inspection reports, in their own words, with section and page.",
        lifespan=lifespan,
    )
    app.include_router(api)
    app.add_exception_handler(ReportError, _on_report_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    return app


def problem(status: int, title: str, detail: str) -> JSONResponse:
    """An answer of type problem+json (RFC 9457)."""
    body = schemas.Problem(title=title, status=status, detail=detail)
    return JSONResponse(
        body.model_dump(), status_code=status, media_type="application/problem+json"
    )


def _on_report_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ReportError)
    return problem(error.status, type(error).__name__, str(error))


def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return problem(422, "Invalid request", f"{where}: {first['msg']}")


def _on_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, "Not served", str(error.detail))
