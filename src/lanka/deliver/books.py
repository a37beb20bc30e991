"""The books: planned = sent + delivered + failed + suppressed + uncertain + pending, with nobody missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count

from lanka.core.clock import now
from lanka.deliver.models import Delivery, State
from lanka.timeline.models import Event


@dataclass(frozen=True, slots=True)
class Books:
    messages: int  # outgoing messages on the timeline
    rows: int  # deliveries
    by_state: dict[str, int]
    without_delivery: int

    @property
    def balanced(self) -> bool:
        return self.without_delivery == 0 and self.rows == sum(self.by_state.values())


def books(since: int = 0) -> Books:
    """Over all deliveries with an id above `since`."""
    deliveries = Delivery.objects.filter(id__gt=since)
    by_state = {s.value: 0 for s in State} | dict(deliveries.values_list("state").annotate(n=Count("id")).order_by())
    messages = Event.objects.filter(kind="message.out", data__imported__isnull=True)
    return Books(messages.count(), deliveries.count(), by_state, messages.filter(deliveries=None).count())


@dataclass(slots=True)
class Account:
    """Of one message or several: each person counted once, by the last way that was tried. `read` is part of `delivered`."""

    planned: int = 0  # verdicts that say send, or did until their last way failed
    sent: int = 0  # handed over, no further word
    delivered: int = 0
    failed: int = 0
    suppressed: int = 0  # withdrawn or out of date before it left
    uncertain: int = 0
    pending: int = 0
    read: int = 0
    cost: int = 0  # minor units

    @property
    def balanced(self) -> bool:
        return self.planned == self.sent + self.delivered + self.failed + self.suppressed + self.uncertain + self.pending


COLUMN = {
    State.HANDED: "sent",
    State.DELIVERED: "delivered",
    State.READ: "delivered",
    State.FAILED: "failed",
    State.SUPPRESSED: "suppressed",
    State.UNCERTAIN: "uncertain",
    State.PLANNED: "pending",
    State.HELD: "pending",
    State.CLAIMED: "pending",
}
LAST = """
SELECT state, count(*), sum(cost) FROM (
  SELECT DISTINCT ON (message_id, verdict_id) state, sum(cost) OVER (PARTITION BY message_id, verdict_id) AS cost
  FROM deliver_delivery WHERE message_id = ANY(%s) ORDER BY message_id, verdict_id, rung DESC) last
GROUP BY state
"""
VERDICTS = """
SELECT count(*), count(*) FILTER (WHERE taken_at IS NULL),
  count(*) FILTER (WHERE taken_at IS NULL AND (m.withdrawn_at IS NOT NULL OR m.expires_at <= %s))
FROM decide_verdict v JOIN decide_message m ON m.id = v.message_id
WHERE v.message_id = ANY(%s) AND (v.outcome = 1 OR v.taken_at IS NOT NULL)
"""


def of(messages: Iterable[int]) -> Account:
    """Together. `messages`: ids of decide.Message."""
    ids, account = list(messages), Account()
    with connection.cursor() as cursor:
        cursor.execute(VERDICTS, [now(), ids])
        account.planned, waiting, too_late = cursor.fetchone()
        cursor.execute(LAST, [ids])
        for state, count, cost in cursor.fetchall():
            column = COLUMN[State(state)]
            setattr(account, column, getattr(account, column) + count)
            account.read += count if state == State.READ else 0
            account.cost += int(cost or 0)
    account.pending += waiting - too_late
    account.suppressed += too_late
    return account
