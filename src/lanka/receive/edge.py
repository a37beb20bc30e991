"""The front door on the web: `/in/<line>/…` for webhooks, `/c/<line>/…` for what channels serve themselves. Async, no ORM."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

from psycopg import Error as DatabaseError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from lanka.channels.base import ChannelError, Forged, LineView, Raw, Serves, Verifies
from lanka.channels.registry import channel
from lanka.receive.lines import Lines
from lanka.receive.store import Store

MAX_BODY = 40 * 1024 * 1024
log = logging.getLogger(__name__)


class TooLarge(Exception):
    pass


async def body_of(request: Request) -> bytes:
    """Raises TooLarge before the rest is read."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY:
            raise TooLarge
        chunks.append(chunk)
    return b"".join(chunks)


async def raw_of(request: Request, path: str) -> Raw:
    return Raw(
        body=await body_of(request),
        headers={name.lower(): value for name, value in request.headers.items()},
        method=request.method,
        path=path,
        query=request.url.query,
        remote=request.client.host if request.client else "",
        received_at=datetime.now(UTC),
    )


class Edge:
    """An ASGI app for everything that must be stored before it is answered, and for what channels serve."""

    def __init__(self, lines: Lines, store: Store) -> None:
        self.lines, self.store, self.forged = lines, store, 0
        self.apps: dict[str, Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        _, door, token, *rest = scope["path"].split("/", 3)
        line = self.lines.by_token.get(token)
        if line is None:  # made a moment ago, perhaps
            await self.lines.refresh()
            line = self.lines.by_token.get(token)
        if line is None:
            await PlainTextResponse("no such line", 404)(scope, receive, send)
        elif door == "in":
            response = await self.take(line, Request(scope, receive), rest[0] if rest else "")
            await response(scope, receive, send)
        else:
            await self.serve(line, scope, receive, send)

    async def take(self, line: LineView, request: Request, path: str) -> Response:
        talker = channel(line.kind)
        try:
            raw = await raw_of(request, path)
            if isinstance(talker, Verifies):
                talker.verify(line, raw)
            if request.method != "GET":
                await self.store.put(line, raw)
            status, body, kind = talker.answer(line, raw) if isinstance(talker, Verifies) else (200, b"", "text/plain")
        except TooLarge:
            return PlainTextResponse("too large", 413)
        except Forged as error:
            self.forged += 1
            log.warning("line %s: forged request from %s: %s", line.name, request.client and request.client.host, error)
            return PlainTextResponse("forbidden", 403)
        except ChannelError as error:
            return PlainTextResponse(error.words, 400)
        except (DatabaseError, OSError):
            return PlainTextResponse("not stored, send it again", 503, {"retry-after": "5"})
        return Response(body, status, media_type=kind)

    async def serve(self, line: LineView, scope: Scope, receive: Receive, send: Send) -> None:
        talker = channel(line.kind)
        if not isinstance(talker, Serves):
            await PlainTextResponse("this line serves nothing", 404)(scope, receive, send)
            return
        if line.kind not in self.apps:
            self.apps[line.kind] = talker.serve()
        prefix = f"/c/{line.token}"
        inner = {**scope, "lanka.line": line, "lanka.inbox": self.store, "root_path": scope.get("root_path", "") + prefix}
        await self.apps[line.kind](inner, receive, send)
