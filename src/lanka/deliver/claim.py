"""What is due is claimed in sets: leased, and its attempts written and committed before anybody outside is called."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from lanka.core.clock import now
from lanka.deliver import pace
from lanka.deliver.journal import worker

LEASE = timedelta(seconds=90)
BATCH = 100  # messages claimed together
ROUNDS = 20  # while all that is found must wait for its receiving domain
SENDERS = 4  # that share what waits: a batch is never more than a sender's share

LINES = """
SELECT l.id FROM channels_line l WHERE l.enabled AND EXISTS (
  SELECT FROM deliver_delivery d WHERE d.line_id = l.id AND d.state IN ('planned', 'held') AND d.not_before <= %s AND d.priority >= %s)
ORDER BY random()
"""
WAITING = """
SELECT count(*) FROM (SELECT FROM deliver_delivery
  WHERE line_id = %s AND state IN ('planned', 'held') AND not_before <= %s AND priority >= %s LIMIT %s) due
"""
ROW = """
SELECT d.id, d.public_id, d.event_id, d.customer_id, d.line_id, d.address, d.out, d.attempts, d.verdict_id, d.message_id, d.version_id,
  d.language, d.values, c.name, c.public_id, e.conversation_id, e.channel, cardinality(v.ladder) > 0, t.fallback_hours
"""
BESIDE = """
JOIN customers_customer c ON c.id = d.customer_id JOIN timeline_event e ON e.id = d.event_id
LEFT JOIN decide_verdict v ON v.id = d.verdict_id
LEFT JOIN decide_message m ON m.id = d.message_id LEFT JOIN customers_topic t ON t.id = m.topic_id
"""
CLAIM = f"""
WITH due AS (
  SELECT d.id FROM deliver_delivery d LEFT JOIN decide_message m ON m.id = d.message_id
  WHERE d.line_id = %(line)s AND d.state IN ('planned', 'held') AND d.not_before <= %(now)s AND d.priority >= %(least)s
    AND m.paused_at IS NULL AND m.withdrawn_at IS NULL AND d.planned_at <= %(until)s
  ORDER BY d.priority DESC, d.not_before, d.id LIMIT %(most)s FOR UPDATE OF d SKIP LOCKED
), claimed AS (
  UPDATE deliver_delivery d SET state = 'claimed', lease_until = %(lease)s, attempts = d.attempts + 1, changed_at = %(now)s
  FROM due WHERE d.id = due.id RETURNING d.*
)
{ROW}FROM claimed d {BESIDE}ORDER BY d.priority DESC, d.not_before, d.id
"""  # noqa: S608 our own words
ATTEMPTS = "COPY deliver_attempt (delivery_id, number, at, outcome, words, worker) FROM STDIN"


class Claimed(NamedTuple):
    """A delivery in hand."""

    id: int
    public_id: UUID
    event: int
    customer: int
    line: int
    address: str
    out: dict[str, Any]
    attempt: int
    verdict: int | None
    message: int | None
    version: int | None
    language: str
    values: dict[str, Any]
    name: str
    person: UUID
    conversation: int | None
    channel: str
    ladder: bool | None  # other ways are left
    patience: int | None  # hours of silence until the next of them


def claimed(row: Sequence[Any]) -> Claimed:
    """From a row of `CLAIM`: Django leaves jsonb as text."""
    one = Claimed._make(row)
    return one._replace(out=json.loads(row[6]), values=json.loads(row[12]))


def rows_of(ids: Sequence[int]) -> list[Claimed]:
    with connection.cursor() as cursor:
        cursor.execute(f"{ROW} FROM deliver_delivery d {BESIDE} WHERE d.id = ANY(%s) ORDER BY d.id", [list(ids)])
        return [claimed(row) for row in cursor.fetchall()]


def lines_due(least: int = 0) -> list[int]:
    """Lines with something to send now, in any order: no line starves another."""
    with connection.cursor() as cursor:
        cursor.execute(LINES, [now(), least])
        return [row[0] for row in cursor.fetchall()]


def share(line_id: int, least: int = 0) -> int:
    """How many one sender should take: few wait, few are taken, so that the others have something too."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [line_id, now(), least, BATCH * SENDERS])
        return max(1, -(-int(cursor.fetchone()[0]) // SENDERS))


@transaction.atomic
def claim(line_id: int, most: int = 1, *, least: int = 0, until: datetime | None = None, lease: timedelta = LEASE) -> list[Claimed]:
    """At most as many as the line's pace lets go, planned by `until`. Empty: nothing is due, or it must wait."""
    words: dict[str, Any] = {"line": line_id, "now": now(), "lease": now() + lease, "least": least, "until": until or now()}
    with connection.cursor() as cursor:
        rows: list[Claimed] = []
        for _ in range(ROUNDS):
            if not (most := pace.let_go(line_id, most)):
                return []
            cursor.execute(CLAIM, words | {"most": most})
            found = [claimed(row) for row in cursor.fetchall()]
            pace.put_back(line_id, most - len(found))
            rows = pace.by_domain(line_id, found)
            if rows or not found:
                break
        with cursor.copy(ATTEMPTS) as copy:
            for row in rows:
                copy.write_row((row.id, row.attempt, now(), "", "", worker()))
    return rows


def give_back(rows: Sequence[Claimed]) -> None:
    """They were claimed and not begun: as if nothing had happened."""
    with transaction.atomic(), connection.cursor() as cursor:
        ids = [row.id for row in rows]
        cursor.execute("DELETE FROM deliver_attempt WHERE delivery_id = ANY(%s) AND ended_at IS NULL", [ids])
        cursor.execute(
            "UPDATE deliver_delivery SET state = 'planned', attempts = attempts - 1, lease_until = NULL"
            " WHERE id = ANY(%s) AND state = 'claimed'",
            [ids],
        )
