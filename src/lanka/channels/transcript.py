"""The customer's own view of a hosted channel: written once by key, in an order that a reader's cursor may trust.

Numbers are given out before a commit shows them, so two writers could let a reader's cursor pass over the slower one. Here whoever
writes to an address holds its lock while the number is taken, in the same statement that inserts and tells.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from psycopg import Error as DatabaseError
from psycopg.types.json import Jsonb

from lanka.channels.models import Transcript
from lanka.core import clock, pool
from lanka.core.live import CHANNEL

GROUP = 200

# Locks in one order for all, so that two groups never wait for each other; then the rows in the order in which they came.
PUT = """
WITH n AS (
  SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::boolean[], %s::timestamptz[], %s::jsonb[]) WITH ORDINALITY
  AS n(line_id, address, key, outgoing, at, body, place)
), held AS MATERIALIZED (
  SELECT pg_advisory_xact_lock(h) FROM (SELECT DISTINCT hashtextextended(line_id || ':' || address, 11) AS h FROM n ORDER BY h) locks
), put AS (
  INSERT INTO channels_transcript (line_id, address, key, outgoing, at, body)
  SELECT n.line_id, n.address, n.key, n.outgoing, n.at, n.body FROM n, (SELECT count(*) FROM held) all_held ORDER BY n.place
  ON CONFLICT (line_id, address, key) DO NOTHING RETURNING line_id, address, key, id, at
), told AS MATERIALIZED (
  SELECT id, pg_notify(%s, json_build_array('address:' || line_id || ':' || address, json_build_object('type', 'message', 'seq', id))::text)
  FROM put
)
SELECT line_id, address, key, put.id, at FROM put JOIN told USING (id)"""
HAVE = """
SELECT t.line_id, t.address, t.key, t.id, t.at FROM channels_transcript t
JOIN unnest(%s::bigint[], %s::text[], %s::text[]) AS n(line_id, address, key) USING (line_id, address, key)"""

Key = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Written:
    """`new` is False when this key was written before: then it is that row."""

    seq: int
    at: datetime
    new: bool


@dataclass(frozen=True, slots=True)
class Entry:
    line_id: int
    address: str
    key: str
    outgoing: bool
    body: Mapping[str, Any]
    at: datetime = field(default_factory=clock.now)

    @property
    def which(self) -> Key:
        return self.line_id, self.address, self.key


def topic(line_id: int, address: str) -> str:
    return f"address:{line_id}:{address}"


def columns(entries: Sequence[Entry]) -> list[Any]:
    rows = [(e.line_id, e.address, e.key, e.outgoing, e.at, Jsonb(dict(e.body))) for e in entries]
    return [*map(list, zip(*rows, strict=True)), CHANNEL]


def found(rows: Sequence[Any], new: bool) -> dict[Key, Written]:
    return {(line_id, address, key): Written(seq, at, new) for line_id, address, key, seq, at in rows}


class Scribe:
    """Writes for the edge. Many small entries share one commit: while one group is being written, the next gathers."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Entry, asyncio.Future[Written]]] = []
        self.writer: asyncio.Task[None] | None = None

    async def put(self, entry: Entry) -> Written:
        """Returns when it is durable. Raises psycopg.Error."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Written] = loop.create_future()
        self.waiting.append((entry, future))
        if self.writer is None or self.writer.done() or self.writer.get_loop() is not loop:
            self.writer = asyncio.create_task(self.write())
        return await future

    async def write(self) -> None:
        while self.waiting:
            group, self.waiting = self.waiting[:GROUP], self.waiting[GROUP:]
            try:
                written: Any = await written_by([entry for entry, _ in group])
            except (DatabaseError, OSError) as error:
                written = error
            for entry, future in group:
                if future.done():  # whoever waited has gone
                    continue
                if isinstance(written, Exception):
                    future.set_exception(written)
                else:
                    future.set_result(written[entry.which])


async def written_by(entries: Sequence[Entry]) -> dict[Key, Written]:
    async with pool.pool().connection() as on:  # in autocommit: the statement is the transaction
        result = found(await (await on.execute(PUT, columns(entries))).fetchall(), True)
        known = [entry.which for entry in entries if entry.which not in result]
        if known:
            keys = [list(column) for column in zip(*known, strict=True)]
            result |= found(await (await on.execute(HAVE, keys)).fetchall(), False)
    return result


scribe = Scribe()


def write(line_id: int, address: str, *, key: str, outgoing: bool, body: Mapping[str, Any]) -> Written:
    """In a worker or a page, through Django's connection. The address is locked until the transaction ends: keep it short."""
    entry = Entry(line_id, address, key, outgoing, body)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PUT, columns([entry]))
        result = found(cursor.fetchall(), True)
        if not result:
            cursor.execute(HAVE, [[part] for part in entry.which])
            result = found(cursor.fetchall(), False)
    return result[entry.which]


def seen(line_id: int, address: str) -> None:
    """An agent has read what this address wrote: their own view of the thread shows it, now and when they come back."""
    theirs = Transcript.objects.filter(line_id=line_id, address=address, outgoing=False)
    upto = theirs.aggregate(upto=Max("id"))["upto"]
    if upto is not None:
        write(line_id, address, key=f"seen:{upto}", outgoing=True, body={"type": "seen", "upto": upto})
