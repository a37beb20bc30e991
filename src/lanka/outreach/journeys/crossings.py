"""Who came into a segment or left it, read as the timeline is read: never past a transaction that may still write."""

from __future__ import annotations

from django.db import transaction

from lanka.outreach.journeys.due import plan_of
from lanka.outreach.journeys.enter import Entry, enter
from lanka.outreach.journeys.news import running
from lanka.outreach.models import Crossing
from lanka.timeline.models import Cursor
from lanka.timeline.read import safe_transaction

READER = "journeys.crossings"


@transaction.atomic
def read_crossings(limit: int = 2000) -> int:
    """How many were read."""
    Cursor.objects.get_or_create(reader=READER)
    cursor = Cursor.objects.select_for_update().get(reader=READER)
    params = [cursor.transaction, cursor.event_id, safe_transaction()]
    unread = Crossing.objects.extra(where=['("transaction", id) > (%s, %s)', '"transaction" < %s'], params=params)
    crossed = list(unread.order_by("transaction", "pk")[:limit])
    for edition in running():
        trigger, since = plan_of(edition.pk).graph.trigger, edition.journey.running_since
        if trigger.kind in ("segment_entered", "segment_left") and since:
            entered = trigger.kind == "segment_entered"
            fresh = [c for c in crossed if (c.segment_id, c.entered) == (trigger.segment, entered) and c.at >= since]
            enter(edition, [Entry(c.customer_id, f"crossing:{c.pk}", c.at, {"segment": c.segment_id}) for c in fresh])
    if crossed:
        cursor.transaction, cursor.event_id = crossed[-1].transaction, crossed[-1].pk
        cursor.save()
    return len(crossed)
