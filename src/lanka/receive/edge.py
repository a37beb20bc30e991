"""The front door on the web: `/in/<line>/…` for webhooks, `/c/<line>/…` for what channels serve themselves. Async, no ORM."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

from psycopg import Error as DatabaseError
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from lanka.channels.base import ChannelError, Forged, LineView, Raw, Serves, Verifies
from lanka.channels.registry import channel
from lanka.receive.lines import Lines
from lanka.receive.store import Store

MAX_BODY = 40 * 1024 * 1024
log = logging.getLogger(__name__)


class TooLarge(Exception):
    pass


class Gone(Exception):
    pass


async def body_of(receive: Receive) -> bytes:
    """Raises TooLarge before the rest is read, Gone when the sender hung up in the middle."""
    chunks, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > MAX_BODY:
            raise TooLarge
        more = message.get("more_body", False)
    return b"".join(chunks)


async def raw_of(scope: Scope, receive: Receive, path: str) -> Raw:
    return Raw(
        body=await body_of(receive),
        headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]},
        method=scope["method"],
        path=path,
        query=scope["query_string"].decode("latin-1"),
        remote=scope["client"][0] if scope.get("client") else "",
        received_at=datetime.now(UTC),
    )


async def answer(send: Send, status: int, body: bytes, kind: str = "text/plain", *more: tuple[bytes, bytes]) -> None:
    """Written out: this is the busiest path of the house."""
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


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
            await self.take(line, scope, receive, send, rest[0] if rest else "")
        else:
            await self.serve(line, scope, receive, send)

    async def take(self, line: LineView, scope: Scope, receive: Receive, send: Send, path: str) -> None:
        """Checked, stored, and only then acknowledged."""
        talker = channel(line.kind)
        try:
            if not isinstance(talker, Verifies):  # what nobody checks is not let in: this channel has another door
                await answer(send, 404, b"this line takes no webhooks")
                return
            raw = await raw_of(scope, receive, path)
            talker.verify(line, raw)
            if raw.method != "GET":
                await self.store.put(line, raw)
            status, body, kind = talker.answer(line, raw)
            await answer(send, status, body, kind)
        except Gone:
            return
        except TooLarge:
            await answer(send, 413, b"too large")
        except Forged as error:
            self.forged += 1
            log.warning("line %s: forged request from %s: %s", line.name, scope.get("client"), error)
            await answer(send, 403, b"forbidden")
        except ChannelError as error:
            await answer(send, 400, error.words.encode())
        except (DatabaseError, OSError):
            await answer(send, 503, b"not stored, send it again", "text/plain", (b"retry-after", b"5"))

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
