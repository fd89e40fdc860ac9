"""What keeps other sites out: security headers, the origin of changes, the names served under."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.settings import Settings

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Questions stand in the address: they go to no other site.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOPBACK = ("localhost", "127.0.0.1", "::1", "[::1]")


class SecurityHeaders:
    """Adds ``HEADERS`` to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class BodyLimit:
    """Stops reading a request that is larger than ``megabytes`` (413), whatever it says of its
    own length."""

    def __init__(self, app: ASGIApp, *, megabytes: int) -> None:
        self.app = app
        self.megabytes = megabytes
        # A little more than the largest file: the form around it counts as well.
        self._most = megabytes * 1_000_000 + 100_000

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        taken = 0

        async def receive_some() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._most:
                raise HTTPException(
                    413,
                    f"at most {self.megabytes} MB are taken at once: send fewer or smaller files, "
                    f"or raise REPORTQA_MAX_MEGABYTES",
                )
            return message

        await self.app(scope, receive_some if scope["type"] == "http" else receive, send)


def same_origin(request: Request) -> None:
    """Refuse a change that another site's page asks this browser for (403).

    Browsers say where a request comes from in ``Sec-Fetch-Site``, older ones and those on plain
    HTTP in ``Origin``; a client that sends neither is no browser and has no cookies to abuse.
    """
    if request.method in _SAFE:
        return
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        allowed = site in ("same-origin", "none")
    else:
        allowed = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    if not allowed:
        raise HTTPException(403, "another site's page asked for this: do it from this site's page")


def allowed_hosts(settings: Settings) -> Sequence[str]:
    """The names that the service answers to: only this machine's own where it is served on the
    loopback address, so that no other name can be pointed at it (DNS rebinding); else any."""
    return _LOOPBACK if settings.host in _LOOPBACK else ("*",)
