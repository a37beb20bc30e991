"""The web side of the chat, mounted by the edge below `/c/<line token>/`."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from psycopg import Error as DatabaseError
from psycopg_pool import PoolTimeout
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lanka.channels.base import Forged, LineView
from lanka.channels.chat import doors, front, posts, stream, uploads

ROUTES = [
    Route("/widget.js", front.widget),
    Route("/widget.css", front.sheet),
    Route("/config", front.config),
    Route("/logo.svg", front.logo),
    Route("/stream", stream.stream, methods=["GET", "POST"]),
    Route("/file", uploads.upload, methods=["POST"]),
    Route("/file/{token}", uploads.download),
    *(
        Route(f"/{verb.__name__}", verb, methods=["POST"])
        for verb in (posts.hello, posts.say, posts.about, posts.typing, posts.got, posts.read, posts.left, posts.visit, posts.prove)
    ),
]


async def unavailable(request: Request, error: Exception) -> Response:
    """Nothing was acknowledged: the widget keeps the message and tries again."""
    return JSONResponse({"error": "unavailable", "words": "not stored, try again"}, 503, {"retry-after": "2"})


class Origins:
    """CORS by the line's own list. No cookies are used, so any origin may be let in where the company does not mind."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        origin = Headers(scope=scope).get("origin", "")
        if origin and not allowed(scope["lanka.line"], origin):
            answer: ASGIApp = JSONResponse({"error": "origin", "words": f"{origin} may not use this chat"}, 403)
        elif scope["method"] == "OPTIONS":
            answer = Response(status_code=204, headers=preflight())
        else:
            answer = self.app
        await answer(scope, receive, self.marking(send, origin))

    def marking(self, send: Send, origin: str) -> Send:
        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["access-control-allow-origin"] = origin or "*"
                headers.append("vary", "Origin")
            await send(message)

        return marked


def allowed(line: LineView, origin: str) -> bool:
    own = urlsplit(line.public_url)
    return bool(line.settings.allows(origin)) or origin == f"{own.scheme}://{own.netloc}"


def preflight() -> dict[str, str]:
    return {
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "authorization, content-type",
        "access-control-max-age": "86400",
    }


def app() -> ASGIApp:
    handlers: dict[Any, Any] = {
        doors.No: doors.refusal,
        Forged: doors.forged,
        DatabaseError: unavailable,
        PoolTimeout: unavailable,
        OSError: unavailable,
    }
    return Origins(Starlette(routes=ROUTES, exception_handlers=handlers))
