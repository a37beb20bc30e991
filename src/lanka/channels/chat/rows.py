"""The transcript as the edge reads it: raw SQL on the pool, never the ORM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lanka.channels.chat.tokens import proof_key
from lanka.channels.transcript import Entry, scribe, topic
from lanka.core import pool
from lanka.core.live import hub

BATCH = 300  # rows at a time; also what a device without memory gets at first

AFTER = """
SELECT t.id, t.address, t.outgoing, t.key, t.at, t.body FROM unnest(%s::text[], %s::bigint[]) AS s(address, after)
JOIN channels_transcript t ON t.line_id = %s AND t.address = s.address AND t.id > s.after ORDER BY t.id LIMIT 300"""
FIRST = """
SELECT * FROM (
  SELECT t.id, t.address, t.outgoing, t.key, t.at, t.body FROM channels_transcript t
  WHERE t.line_id = %s AND t.address = ANY(%s) ORDER BY t.id DESC LIMIT 300) t ORDER BY t.id"""
UNMARKED = """
SELECT t.id, t.address, t.outgoing, t.key, t.at, t.body FROM channels_transcript t
WHERE t.line_id = %s AND t.address = ANY(%s) AND t.id <= %s AND t.outgoing AND t.body->>'type' = 'message' AND NOT t.body ? %s
ORDER BY t.id DESC LIMIT 100"""
STRANDS = """
SELECT DISTINCT o.address FROM channels_transcript m JOIN channels_transcript o ON o.line_id = m.line_id AND o.key = m.key
WHERE m.line_id = %s AND m.address = %s AND m.key LIKE 'proof:%%' AND o.key LIKE 'proof:%%'"""


@dataclass(frozen=True, slots=True)
class Row:
    seq: int
    address: str
    outgoing: bool
    key: str
    at: datetime
    body: Mapping[str, Any]


async def _rows(sql: str, *words: object) -> list[Row]:
    async with pool.pool().connection() as on:
        cursor = await on.execute(sql, words)  # type: ignore[arg-type]
        return [Row(*row) for row in await cursor.fetchall()]


async def first(line_id: int, addresses: Sequence[str]) -> list[Row]:
    return await _rows(FIRST, line_id, list(addresses))


async def after(line_id: int, cursors: Mapping[str, int]) -> list[Row]:
    return await _rows(AFTER, list(cursors), list(cursors.values()), line_id)


async def lately(line_id: int, addresses: Sequence[str]) -> int:
    """The first number of the last two minutes."""
    sql = """SELECT coalesce(min(id), 9223372036854775807) FROM channels_transcript
             WHERE line_id = %s AND address = ANY(%s) AND at > now() - interval '2 minutes'"""
    async with pool.pool().connection() as on:
        found = await (await on.execute(sql, (line_id, list(addresses)))).fetchone()
    return int(found[0]) if found else 0


async def last_seq(line_id: int, address: str) -> int:
    async with pool.pool().connection() as on:
        sql = "SELECT coalesce(max(id), 0) FROM channels_transcript WHERE line_id = %s AND address = %s"
        found = await (await on.execute(sql, (line_id, address))).fetchone()
    return int(found[0]) if found else 0


async def strands(line_id: int, visitor: str) -> list[str]:
    """This visitor and every other visitor of the line who proved an address that this one proved."""
    async with pool.pool().connection() as on:
        found = await (await on.execute(STRANDS, (line_id, visitor))).fetchall()
    return sorted({visitor, *(row[0] for row in found)})


async def unmarked(line_id: int, visitor: str, upto: int, mark: str) -> list[Row]:
    """Messages of ours up to `upto` not yet marked 'got' or 'read', oldest first."""
    found = await _rows(UNMARKED, line_id, await strands(line_id, visitor), upto, mark)
    return found[::-1]


async def mark(line_id: int, found: Sequence[Row], mark: str) -> None:
    sql = "UPDATE channels_transcript SET body = body || jsonb_build_object(%s::text, true) WHERE line_id = %s AND id = ANY(%s)"
    async with pool.pool().connection() as on:
        await on.execute(sql, (mark, line_id, [row.seq for row in found]))
    for address in {row.address for row in found}:
        await hub.tell(topic(line_id, address), {"type": mark, "upto": found[-1].seq, "by": "visitor"})


async def join(line_id: int, visitor: str, address: str) -> None:
    """The visitor proved the address: open streams of all its visitors start again as one thread."""
    await scribe.put(Entry(line_id, visitor, proof_key(address), True, {"type": "proof", "address": address}))
    for strand in await strands(line_id, visitor):
        await hub.tell(topic(line_id, strand), {"type": "joined"})
