"""A sender died in the middle: what was not begun goes out, what was answered is settled, and only what was in hand is uncertain.

The journal of the dead tells (`journal.py`). Without one, all that it had claimed is uncertain. What is uncertain is not repeated, unless
the provider honours our id, or the law or a contract asks for the message: an invoice twice is better than none.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from lanka.channels import errors
from lanka.channels.base import ChannelError, Sent, Uncertain
from lanka.channels.models import Line
from lanka.channels.registry import channel, view
from lanka.core import live
from lanka.core.clock import now
from lanka.customers.models import Basis, Customer
from lanka.deliver.claim import BESIDE, ROW, Claimed, claimed, give_back
from lanka.deliver.journal import Told, alive, read, sweep
from lanka.deliver.settle import Tried, settle
from lanka.timeline.record import record

MUST = (Basis.LEGAL, Basis.CONTRACT)
UNCERTAIN = "the sender stopped in the middle; perhaps it went out, perhaps not"
log = logging.getLogger(__name__)

WORKERS = """
SELECT DISTINCT a.worker FROM deliver_delivery d JOIN deliver_attempt a ON a.delivery_id = d.id AND a.number = d.attempts
WHERE d.state = 'claimed'
"""
LEFT = f"""
{ROW}, a.worker FROM deliver_delivery d {BESIDE}
LEFT JOIN deliver_attempt a ON a.delivery_id = d.id AND a.number = d.attempts
WHERE d.state = 'claimed' AND (d.lease_until < %s OR a.worker = ANY(%s))
  AND NOT EXISTS (SELECT FROM deliver_piece p WHERE p.delivery_id = d.id)
ORDER BY a.worker, d.line_id, d.id LIMIT 2000 FOR UPDATE OF d SKIP LOCKED
"""


@transaction.atomic
def end_leases() -> int:
    """How many had been left in hand: those of the dead at once, others when their lease is over."""
    with connection.cursor() as cursor:
        cursor.execute(WORKERS)
        dead = [name for (name,) in cursor.fetchall() if name and alive(name) is False]
        cursor.execute(LEFT, [now(), dead])
        left = [(row[-1] or "", claimed(row[:-1])) for row in cursor.fetchall()]
    for (worker, line_id), rows in groupby(left, key=lambda one: (one[0], one[1].line)):
        recover([row for _, row in rows], Line.objects.get(pk=line_id), read(worker))
    if left:
        live.tell("outbox")
        log.warning("%d messages had been left in hand by a sender that stopped", len(left))
    elif dead == []:
        sweep()
    return len(left)


def recover(rows: Iterable[Claimed], line: Line, told: Told | None) -> None:
    fresh, answered, unknown = [], [], []
    for row in rows:
        key = (row.id, row.attempt)
        if told and key in told.ended:
            answered.append(Tried(row, as_said(told.ended[key]), now()))
        elif told and key not in told.began:
            fresh.append(row)
        else:
            unknown.append(row)
    if fresh:
        give_back(fresh)
    settle(line, answered)
    settle(line, [Tried(row, Uncertain(UNCERTAIN), now()) for row in unknown])
    again = [row for row in unknown if repeats(row, line)]
    for row in again:
        send_once_more(row, line)


def repeats(row: Claimed, line: Line) -> bool:
    from lanka.decide.models import Message

    if channel(line.kind).can(view(line)).repeat_safe:
        return True
    return row.message is not None and Message.objects.filter(pk=row.message, topic__basis__in=MUST).exists()


def send_once_more(row: Claimed, line: Line) -> None:
    """Under the same id, so that whoever honours it takes it for one; the timeline says that it may come twice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE deliver_delivery SET state = 'planned', not_before = %s WHERE id = %s AND state = 'uncertain'", [now(), row.id]
        )
    record(
        Customer(pk=row.customer),
        "receipt.again",
        channel=row.channel,
        line_id=line.pk,
        conversation=row.conversation,
        key=f"again:{row.id}:{row.attempt}",
        about=row.event,
        data={"address": row.address, "automatic": True},
    )


def as_said(said: dict[str, Any]) -> Sent | ChannelError:
    """From the journal."""
    if "error" not in said:
        return Sent(**said)
    after = timedelta(seconds=said["after"]) if said.get("after") is not None else None
    kind: type[ChannelError] = getattr(errors, str(said["error"]), Uncertain)
    return kind(str(said["words"]), after=after)
