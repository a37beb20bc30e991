"""The customer's own view of a hosted channel: written once by key, in an order that a reader's cursor may trust.

Numbers are given out before a commit shows them, so two writers could let a reader's cursor pass over the slower one. Here whoever
writes to an address holds its lock while the number is taken, in the same statement that inserts and tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import connection, transaction
from django.db.models import Max
from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from lanka.channels.models import Transcript
from lanka.core import clock
from lanka.core.live import CHANNEL

PUT = """
WITH held AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended(%(lock)s, 11))),
put AS (
  INSERT INTO channels_transcript (line_id, address, outgoing, key, at, body)
  SELECT %(line)s, %(address)s, %(outgoing)s, %(key)s, %(at)s, %(body)s FROM held
  ON CONFLICT (line_id, address, key) DO NOTHING RETURNING id, at
), told AS (
  SELECT pg_notify(%(channel)s, json_build_array(%(topic)s::text, json_build_object('type', 'message', 'seq', id))::text) FROM put
)
SELECT put.id, put.at FROM put, told
"""
HAVE = "SELECT id, at FROM channels_transcript WHERE line_id = %(line)s AND address = %(address)s AND key = %(key)s"


@dataclass(frozen=True, slots=True)
class Written:
    """`new` is False when this key was written before: then it is that row."""

    seq: int
    at: datetime
    new: bool


def topic(line_id: int, address: str) -> str:
    return f"address:{line_id}:{address}"


def _words(line_id: int, address: str, key: str, outgoing: bool, body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "line": line_id,
        "address": address,
        "key": key,
        "outgoing": outgoing,
        "at": clock.now(),
        "body": Jsonb(dict(body)),
        "channel": CHANNEL,
        "topic": topic(line_id, address),
        "lock": f"{line_id}:{address}",
    }


async def put(on: AsyncConnection[Any], line_id: int, address: str, *, key: str, outgoing: bool, body: Mapping[str, Any]) -> Written:
    """On the edge. The connection is in autocommit, so the statement is the transaction."""
    words = _words(line_id, address, key, outgoing, body)
    found = await (await on.execute(PUT, words)).fetchone()
    if found is not None:
        return Written(found[0], found[1], True)
    had = cast("tuple[int, datetime]", await (await on.execute(HAVE, words)).fetchone())
    return Written(had[0], had[1], False)


def write(line_id: int, address: str, *, key: str, outgoing: bool, body: Mapping[str, Any]) -> Written:
    """In a worker or a page, through Django's connection. The address is locked until the transaction ends: keep it short."""
    words = _words(line_id, address, key, outgoing, body)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PUT, words)
        found = cursor.fetchone()
        if found is not None:
            return Written(found[0], found[1], True)
        cursor.execute(HAVE, words)
        had = cursor.fetchone()
        return Written(had[0], had[1], False)


def seen(line_id: int, address: str) -> None:
    """An agent has read what this address wrote: their own view of the thread shows it, now and when they come back."""
    theirs = Transcript.objects.filter(line_id=line_id, address=address, outgoing=False)
    upto = theirs.aggregate(upto=Max("id"))["upto"]
    if upto is not None:
        write(line_id, address, key=f"seen:{upto}", outgoing=True, body={"type": "seen", "upto": upto})
