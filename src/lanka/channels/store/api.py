"""The counter's API on the async edge, below `/c/<line token>/`. Stored before it is acknowledged."""

from __future__ import annotations

import hmac
import re
from datetime import UTC, datetime
from typing import Any

from psycopg import Error as DatabaseError
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lanka.channels.base import Inbox, LineView, Raw
from lanka.channels.store.qr import NotOurs
from lanka.channels.store.said import KEY, KINDS, read, words
from lanka.channels.store.understand import known_of

LONGEST = 512 * 1024
KEPT_HEADERS = ("content-type", "user-agent")  # never the key that opens the door


class No(Exception):
    def __init__(self, status: int, error: str, **more: Any) -> None:
        super().__init__(error)
        self.response = JSONResponse({"error": error, **more}, status)


async def take(request: Request) -> Response:
    """POST /visit, /purchase, /pickup, /note, /batch."""
    line: LineView = request.scope["lanka.line"]
    inbox: Inbox = request.scope["lanka.inbox"]
    try:
        let_in(line, request)
        key = key_of(request)
        raw = await raw_of(request, key)
        count = understandable(line, raw)
        new = await inbox.put(line, raw)
    except No as no:
        return no.response
    except (DatabaseError, OSError):
        return JSONResponse({"error": "not stored, send it again with the same key"}, 503, {"retry-after": "5"})
    return JSONResponse({"accepted": count, "key": key, "new": new}, 202 if new else 200)


async def hello(request: Request) -> Response:
    """GET /: does the key fit, is the line there? For the till's own set-up page."""
    line: LineView = request.scope["lanka.line"]
    try:
        let_in(line, request)
    except No as no:
        return no.response
    return JSONResponse({"line": line.name, "time": datetime.now(UTC).isoformat(timespec="seconds"), "post": [*KINDS, "batch"]})


def let_in(line: LineView, request: Request) -> None:
    wanted = line.settings.api_key.get_secret_value()
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    fits = hmac.compare_digest(given.strip().encode("utf-8", "replace"), wanted.encode())
    if not wanted or scheme.lower() != "bearer" or not fits:
        raise No(401, "the API key is wrong")


def key_of(request: Request) -> str:
    key = request.headers.get("idempotency-key", "").strip()
    if not re.fullmatch(KEY, key):
        raise No(400, "the header Idempotency-Key is needed: 1 to 120 printable characters, the same when the same thing is sent again")
    return key


async def raw_of(request: Request, key: str) -> Raw:
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LONGEST:
            raise No(413, f"more than {LONGEST // 1024} kB")
        chunks.append(chunk)
    headers = {name: request.headers[name] for name in KEPT_HEADERS if name in request.headers}
    return Raw(
        b"".join(chunks),
        {**headers, "idempotency-key": key},
        path=request.url.path.rsplit("/", 1)[-1],
        remote=request.client.host if request.client else "",
        received_at=datetime.now(UTC),
        key=key,
    )


def understandable(line: LineView, raw: Raw) -> int:
    """The till hears at once what is wrong, and knows then that nothing was stored."""
    try:
        entries = read(raw.path, raw.body)
        for entry in entries:
            known_of(line, entry, raw)
    except ValidationError as error:
        raise No(422, "not understood", details=words(error)) from error
    except NotOurs as error:
        raise No(422, str(error)) from error
    return len(entries)


def app() -> Starlette:
    posts = [Route(f"/{kind}", take, methods=["POST"], name=kind) for kind in (*KINDS, "batch")]
    return Starlette(routes=[Route("/", hello, methods=["GET"]), *posts])
