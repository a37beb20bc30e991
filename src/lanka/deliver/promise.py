"""Verdicts that say *send* become what happened and what is to go out: events and deliveries, in sets.

The outbox is kept short: a line gets more only when little waits there. So pausing and withdrawing work at once,
and a campaign of a million is no million rows of waiting. A verdict is taken once (`taken_at`, and a unique delivery): a repeat makes
nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction

from lanka.channels.models import Line
from lanka.channels.registry import channel, view
from lanka.core import live
from lanka.core.clock import now
from lanka.core.ids import uuid7
from lanka.decide.models import Message
from lanka.deliver import pace
from lanka.deliver import values as known
from lanka.deliver.made import Maker
from lanka.deliver.values import Values
from lanka.timeline.record_batch import Happened, new_ids, record_batch

CHUNK = 1000  # one transaction: readers of the timeline wait for the oldest
ROOM = 3000  # that may wait on one line
SOON = timedelta(minutes=1)  # who waits longer (for a receiving domain, for another try) keeps nobody else out

# One step of the index for each message and line that has something to take, however many people wait behind it.
WAITING = """
WITH RECURSIVE due(message_id, line_id) AS (
  (SELECT message_id, line_id FROM decide_verdict WHERE outcome = 1 AND taken_at IS NULL ORDER BY message_id, line_id LIMIT 1)
  UNION ALL
  SELECT next.* FROM due, LATERAL (
    SELECT v.message_id, v.line_id FROM decide_verdict v
    WHERE v.outcome = 1 AND v.taken_at IS NULL AND (v.message_id, v.line_id) > (due.message_id, due.line_id)
    ORDER BY v.message_id, v.line_id LIMIT 1) next
)
SELECT due.message_id, due.line_id FROM due
JOIN decide_message m ON m.id = due.message_id JOIN customers_topic t ON t.id = m.topic_id
JOIN channels_line l ON l.id = due.line_id
WHERE m.withdrawn_at IS NULL AND m.paused_at IS NULL AND m.sends_at <= %(now)s AND l.enabled
  AND (m.expires_at IS NULL OR m.expires_at > %(now)s)
ORDER BY coalesce(m.priority, t.priority) DESC, due.message_id, due.line_id
"""
HELD = """
SELECT count(*) FROM (SELECT FROM deliver_delivery
  WHERE line_id = %s AND state IN ('planned', 'held') AND not_before <= %s LIMIT %s) waiting
"""
TAKE = """
SELECT v.id, v.customer_id, v.address, v.language, v.send_at, v.because->>'values', c.name
FROM decide_verdict v JOIN customers_customer c ON c.id = v.customer_id
WHERE v.message_id = %s AND v.line_id = %s AND v.outcome = 1 AND v.taken_at IS NULL AND v.send_at <= %s AND c.erased_at IS NULL
ORDER BY v.send_at, v.id LIMIT %s FOR UPDATE OF v SKIP LOCKED
"""
COLUMNS = (
    "public_id, event_id, customer_id, line_id, address, out, state, why, ref, parts, cost, currency, attempts, not_before, planned_at,"
    " changed_at, verdict_id, rung, message_id, version_id, language, values, priority"
)


class Taken(NamedTuple):
    """A verdict, as it is taken."""

    verdict: int
    customer: int
    address: str
    language: str
    send_at: datetime
    own: str | None
    name: str


def promise_due(chunk: int = CHUNK) -> int:
    """Takes a chunk of what is due and fits. How many were taken; zero: nothing is due, or the lines have enough to do."""
    for message_id, line_id in waiting():
        line = Line.objects.get(pk=line_id)
        if room := min(chunk, room_of(line)):
            message = Message.objects.select_related("topic").get(pk=message_id)
            if taken := promise(message, line, room):
                return taken
    return 0


def waiting() -> list[tuple[int, int]]:
    """(message, line), the most important first."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING, {"now": now()})
        return [(message, line) for message, line in cursor.fetchall()]


def room_of(line: Line) -> int:
    """What is gathered for a cut-off is not counted: its rows are the pile itself."""
    if channel(line.kind).can(view(line)).paper:
        return CHUNK
    with connection.cursor() as cursor:
        cursor.execute(HELD, [line.pk, now() + SOON, ROOM])
        return max(0, ROOM - int(cursor.fetchone()[0]))


@transaction.atomic
def promise(message: Message, line: Line, most: int) -> int:
    """One transaction: the event, the delivery and the mark on the verdict are there for each person, or none of them."""
    own = f"message:{message.pk}"
    if message.rate and not (most := pace.take(line.pk, own, message.rate, 60, most)):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [message.pk, line.pk, now(), most])
        rows = [Taken._make(row) for row in cursor.fetchall()]
        if message.rate:
            pace.put_back(line.pk, most - len(rows), own)
        if not rows:
            return 0
        people = known.of_people([(row.customer, row.name) for row in rows])
        filled = [known.merged(person, json.loads(row.own or "{}")) for person, row in zip(people, rows, strict=True)]
        events = new_ids(len(rows))
        record_batch(list(happened(message, line, rows, filled, events)))
        with cursor.copy(f"COPY deliver_delivery ({COLUMNS}) FROM STDIN") as copy:
            for row in deliveries(message, line, rows, filled, events):
                copy.write_row(row)
        cursor.execute("UPDATE decide_verdict SET taken_at = %s WHERE id = ANY(%s)", [now(), [row.verdict for row in rows]])
    live.tell("outbox")
    return len(rows)


def happened(message: Message, line: Line, rows: list[Taken], filled: list[Values], events: list[int]) -> Iterator[Happened]:
    """'message.out', with its title as this person reads it."""
    at, campaign = now(), Maker(line).campaign(message.pk)
    told = {"message": message.pk, "version": message.version_id, "topic": message.topic.key, "name": message.name}
    for row, values, event in zip(rows, filled, events, strict=True):
        data = json.dumps({**told, "language": row.language, "address": row.address}, ensure_ascii=False)
        title = campaign.title(row.language, values) or message.name
        yield Happened(row.customer, "message.out", at, line.kind, f"verdict:{row.verdict}:0", title, data, line.pk, id=event)


def deliveries(message: Message, line: Line, rows: list[Taken], filled: list[Values], events: list[int]) -> Iterator[tuple[Any, ...]]:
    at = now()
    priority = min(message.topic.priority if message.priority is None else message.priority, 99)  # answers of people are 100
    for row, values, event in zip(rows, filled, events, strict=True):
        kept = json.dumps(values, ensure_ascii=False)
        yield (
            uuid7(), event, row.customer, line.pk, row.address, "{}", "planned", "", "", 1, 0, "EUR", 0, row.send_at, at,
            at, row.verdict, 0, message.pk, message.version_id, row.language, kept, priority,
        )  # fmt: skip
