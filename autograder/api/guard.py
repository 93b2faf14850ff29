"""Who may talk to the server: this machine's own browser, and no other site through it.

Gradio alone reflects every Origin with credentials and hands its token to whoever asks, so both
doors are closed here, before a request reaches it.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CLOSED_ENDS = ("/token", "/monitoring", "/monitoring/summary")
CLOSED_PARTS = ("/proxy=", "/file=http")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "frame-ancestors 'self' https://huggingface.co https://*.hf.space",
}


class Guard:
    """ASGI middleware that turns foreign requests away and adds the security headers.

    On the loopback only local names are served: a page elsewhere that points its own name at
    127.0.0.1 (DNS rebinding) is refused. It is plain ASGI, so that Gradio's streams pass it
    unbuffered.
    """

    def __init__(self, app: ASGIApp, host: str) -> None:
        self._app = app
        self._local_only = is_loopback(host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a refused request itself and passes every other one on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif refusal := self._refusal(Headers(scope=scope), scope["path"]):
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, _with_headers(send))

    def _refusal(self, headers: Headers, path: str) -> PlainTextResponse | None:
        host, origin = headers.get("host", ""), headers.get("origin")
        if self._local_only and not is_loopback(urlsplit(f"//{host}").hostname or ""):
            return PlainTextResponse("This server answers on this machine only.", 403)
        if origin is not None and urlsplit(origin).netloc != host:
            return PlainTextResponse("This server answers its own page only.", 403)
        if path.endswith(CLOSED_ENDS) or any(part in path for part in CLOSED_PARTS):
            return PlainTextResponse("There is nothing here.", 404)
        return None


def is_loopback(host: str) -> bool:
    """Whether that name or address is this machine's own."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
