"""The live side: replays what a device has not seen, then tells what happens; a heartbeat keeps proxies and presence awake."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import anyio
from psycopg import Error as DatabaseError
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from lanka.channels.chat import gone, rows, tokens
from lanka.channels.chat.doors import Caller, No, Posted, caller, enter
from lanka.channels.chat.posts import Url
from lanka.channels.chat.rows import Row
from lanka.channels.presence import ALIVE
from lanka.channels.transcript import topic
from lanka.core import clock, pool
from lanka.core.live import News, hub

BEAT = 15.0
STREAMS = 8  # of one visitor in one process: more is a script
HEADERS = {"cache-control": "no-store, no-transform", "x-accel-buffering": "no"}
_open: dict[tuple[int, str], int] = {}


class Since(Posted):
    after: int = Field(0, ge=0, lt=2**63)
    page: Url = ""


async def stream(request: Request) -> Response:
    """GET with ?token=&after= (as EventSource can), or POST, which keeps the token out of access logs."""
    if request.method == "POST":
        who, since = await enter(request, Since)
        begin, page = since.after, since.page
    else:
        who = caller(request, "")
        text = request.query_params.get("after", "0")
        begin, page = int(text) if text.isdigit() and len(text) < 19 else 0, request.query_params.get("page", "")[:2000]
    if _open.get((who.line.id, who.visitor), 0) >= STREAMS:
        raise No(429, "pace", "too many open streams", wait=5)
    return StreamingResponse(events(who, begin, page), media_type="text/event-stream", headers=HEADERS)


def event(type: str, **data: Any) -> str:
    return f"data: {json.dumps({'type': type, **data}, ensure_ascii=False)}\n\n"


async def events(who: Caller, begin: int, page: str) -> AsyncIterator[str]:
    addresses = await rows.strands(who.line.id, who.visitor)
    topics = [topic(who.line.id, address) for address in addresses]
    async with hub.subscribe(*topics) as news, present(who, addresses, page) as alive:
        reader = Reader(who, addresses, begin)
        async for text in reader.replay():
            yield text
        yield event("ready", visitor=who.visitor)
        async for piece in beats(news):
            if piece is None:
                await alive()
                yield ": beat\n\n"
            elif piece[1].get("type") == "joined":
                yield event("joined")
                return
            elif text := passing(piece[1]):
                yield text
                continue
            async for text in reader.fresh():  # also at each beat: a lost piece of news costs seconds, not the message
                yield text


async def beats(news: AsyncIterator[News]) -> AsyncIterator[News | None]:
    """The news, and None whenever none came for a while."""
    pending: asyncio.Task[News] | None = None
    try:
        while True:
            pending = pending or asyncio.ensure_future(anext(news))  # type: ignore[arg-type]
            done, _ = await asyncio.wait({pending}, timeout=BEAT)
            if done:
                piece, pending = pending.result(), None
                yield piece
            else:
                yield None
    finally:
        if pending:
            pending.cancel()


def passing(data: Mapping[str, Any]) -> str:
    """What is shown and forgotten: typing, who is there, ticks. '' for anything that lies in the transcript."""
    match data.get("type"):
        case "typing":
            return event("typing", name=str(data.get("name") or data.get("who") or ""), on=bool(data.get("on", True)))
        case "agent":
            return event("agent", name=str(data.get("name", "")), on=bool(data.get("on", True)))
        case "read" if data.get("by") != "visitor":
            return event("seen", upto=data.get("upto"))
        case "read":
            return event("read", upto=data.get("upto"))
        case "got":
            return ": got\n\n"
    return ""


class Reader:
    """One device's place in the thread: a cursor for each strand, so that none hides another's slower writer."""

    def __init__(self, who: Caller, addresses: list[str], begin: int) -> None:
        self.who = who
        self.cursors = dict.fromkeys(addresses, begin)
        self.begin = begin

    async def replay(self) -> AsyncIterator[str]:
        if self.begin:
            if len(self.cursors) > 1:  # one number from the device for several strands: look back a little, it knows what it has
                since = await rows.lately(self.who.line.id, list(self.cursors))
                self.cursors = dict.fromkeys(self.cursors, min(self.begin, since - 1))
            async for text in self.fresh():
                yield text
            return
        for row in await rows.first(self.who.line.id, list(self.cursors)):
            yield self.shown(row)

    async def fresh(self) -> AsyncIterator[str]:
        while True:
            found = await rows.after(self.who.line.id, self.cursors)
            for row in found:
                yield self.shown(row)
            if len(found) < rows.BATCH:
                return

    def shown(self, row: Row) -> str:
        self.cursors[row.address] = row.seq
        kind = row.body.get("type")
        if kind == "seen":
            return event("seen", upto=row.body.get("upto"), seq=row.seq)
        if kind != "message":
            return ""
        files = [self.file(row, file) for file in row.body.get("files", ())]
        return event(
            "message",
            seq=row.seq,
            id=row.key.rpartition(":")[2],
            out=row.outgoing,
            at=row.at.isoformat(),
            text=row.body.get("text", ""),
            name=row.body.get("name", ""),
            files=files,
            read=bool(row.body.get("read")),
            got=bool(row.body.get("got")),
        )

    def file(self, row: Row, file: Mapping[str, Any]) -> dict[str, Any]:
        ref = tokens.FileRef(file["sha256"], file["name"], file["content_type"], file["size"])
        token = tokens.file_token(self.who.line.token, row.address, ref)
        return {"name": ref.name, "type": ref.content_type, "size": ref.size, "url": f"file/{token}"}


@asynccontextmanager
async def present(who: Caller, addresses: list[str], page: str) -> AsyncIterator[Any]:
    """A row in `channels_online` for each strand while the stream is open. Gives the function that says 'still here'."""
    mine = (who.line.id, who.visitor)
    _open[mine] = _open.get(mine, 0) + 1
    ids = await arrive(who.line.id, addresses, page)
    try:
        yield lambda: stay(who.line.id, addresses, page, ids)
    finally:
        _open[mine] -= 1
        if not _open[mine]:
            del _open[mine]
        with anyio.CancelScope(shield=True):
            await leave(who.line.id, addresses, ids)
        gone.look_later(who, page)


async def arrive(line_id: int, addresses: list[str], page: str) -> list[int]:
    now = clock.now()
    sql = """INSERT INTO channels_online (line_id, address, since, seen_at, page)
             SELECT %s, a, %s, %s, %s FROM unnest(%s::text[]) a RETURNING id"""
    async with pool.pool().connection() as on:
        await on.execute("DELETE FROM channels_online WHERE line_id = %s AND address = ANY(%s) AND seen_at < %s",
                         (line_id, addresses, now - 4 * ALIVE))  # fmt: skip
        found = await (await on.execute(sql, (line_id, now, now, page, addresses))).fetchall()
    await tell(line_id, addresses, True)
    return [row[0] for row in found]


async def stay(line_id: int, addresses: list[str], page: str, ids: list[int]) -> None:
    async with pool.pool().connection() as on:
        done = await on.execute("UPDATE channels_online SET seen_at = %s WHERE id = ANY(%s)", (clock.now(), ids))
    if done.rowcount < len(ids):  # swept away while the database was down
        ids[:] = await arrive(line_id, addresses, page)


async def leave(line_id: int, addresses: list[str], ids: list[int]) -> None:
    try:
        async with pool.pool().connection() as on:
            await on.execute("DELETE FROM channels_online WHERE id = ANY(%s)", (ids,))
        for address in addresses:
            if not await gone.there(line_id, address):
                await tell(line_id, [address], False)
    except (DatabaseError, OSError, RuntimeError):
        return  # the row grows old by itself


async def tell(line_id: int, addresses: list[str], there: bool) -> None:
    for address in addresses:
        await hub.tell(f"presence:{line_id}:{address}", {"type": "presence", "online": there})
