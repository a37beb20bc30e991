"""Raw first: what arrives is a durable row before anybody is told that we have it.

Many small deliveries share one commit: while one commit waits for the disk, the next group gathers.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg import Error as DatabaseError

from lanka.channels.base import LineView, Raw
from lanka.core import pool

GROUP = 500
KEPT_HEADERS = 16_384
CREDENTIALS = ("authorization", "cookie", "secret", "token")

INSERT = """
WITH put AS (
  INSERT INTO receive_rawitem (line_id, key, received_at, headers, method, path, query, remote, body, items)
  SELECT *, 0 FROM unnest(
    %b::bigint[], %b::text[], %b::timestamptz[], %b::text[]::jsonb[], %b::text[], %b::text[], %b::text[], %b::text[], %b::bytea[])
  ON CONFLICT (line_id, key) DO NOTHING RETURNING line_id, key
), told AS (SELECT pg_notify('lanka_live', '["raw", {}]') FROM put LIMIT 1)
SELECT line_id, key FROM put WHERE (SELECT count(*) FROM told) >= 0
"""

RECALL = """
SELECT key, received_at, headers, method, path, body FROM receive_rawitem
WHERE line_id = %s AND starts_with(key, %s) AND received_at >= %s
"""


def key_of(raw: Raw) -> str:
    """The provider's own id of this delivery, else a hash of what arrived."""
    return raw.key[:200] or "sha256:" + hashlib.sha256(raw.path.encode() + b"\0" + raw.query.encode() + b"\0" + raw.body).hexdigest()


@dataclass(slots=True)
class Waiting:
    line_id: int
    key: str
    raw: Raw
    stored: asyncio.Future[bool]


class Store:
    """The `Inbox` of edge and listeners. One instance a process; `run()` must be running."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[Waiting] = asyncio.Queue(20_000)

    async def put(self, line: LineView, raw: Raw) -> bool:
        """True: stored and new. False: it was here already. Raises psycopg.Error when it could not be made durable."""
        item = Waiting(line.id, key_of(raw), raw, asyncio.get_running_loop().create_future())
        await self.waiting.put(item)
        return await item.stored

    async def recall(self, line: LineView, prefix: str, since: datetime) -> list[Raw]:
        """What this line kept since then under keys that begin so (parts of one message). Raises psycopg.Error."""
        async with pool.pool().connection() as connection:
            cursor = await connection.execute(RECALL, (line.id, prefix, since))
            rows = await cursor.fetchall()
        return [Raw(bytes(body), headers, method, path, received_at=at, key=key) for key, at, headers, method, path, body in rows]

    async def run(self) -> None:
        while True:
            group = [await self.waiting.get()]
            with contextlib.suppress(asyncio.QueueEmpty):
                while len(group) < GROUP:
                    group.append(self.waiting.get_nowait())
            await self.write(group)

    async def write(self, group: list[Waiting]) -> None:
        try:
            async with pool.pool().connection() as connection:
                cursor = await connection.execute(INSERT, columns(group))
                new = {(line_id, key) for line_id, key in await cursor.fetchall()}
        except (DatabaseError, OSError) as error:
            for item in group:
                if not item.stored.done():
                    item.stored.set_exception(error)
            return
        for item in group:
            fresh = (item.line_id, item.key) in new
            new.discard((item.line_id, item.key))  # the same delivery twice in one group is new once
            if not item.stored.done():
                item.stored.set_result(fresh)


def columns(group: list[Waiting]) -> list[list[object]]:
    raws = [item.raw for item in group]
    return [
        [item.line_id for item in group],
        [item.key for item in group],
        [raw.received_at or datetime.now(UTC) for raw in raws],
        [kept(raw) for raw in raws],
        [raw.method for raw in raws],
        [raw.path.replace("\0", "") for raw in raws],
        [raw.query.replace("\0", "") for raw in raws],
        [raw.remote for raw in raws],
        [raw.body for raw in raws],
    ]


def kept(raw: Raw) -> str:
    """Headers as JSON, without credentials; a bomb of headers is cut."""
    headers = {n: v.replace("\0", "") for n, v in raw.headers.items() if not any(word in n for word in CREDENTIALS)}
    whole = json.dumps(headers)
    return whole if len(whole) <= KEPT_HEADERS else json.dumps({"content-type": headers.get("content-type", "")[:200]})
