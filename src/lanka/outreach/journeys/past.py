"""Those for whom it happened before the journey began: bought five months ago, to be reminded in one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lanka.outreach.journeys.due import plan_of
from lanka.outreach.journeys.enter import enter, may_enter
from lanka.outreach.journeys.news import entry_of, matches
from lanka.outreach.models import Edition
from lanka.timeline.models import Event

CHUNK = 5000
AT_ONCE = 5000  # more than these come in by a job


def let_in_past(edition: Edition, *, since: datetime) -> int:
    """How many came in. Their waits count from when it happened; in chunks, so that it may be stopped and begun again."""
    trigger = plan_of(edition.pk).graph.trigger
    wanted = Event.objects.filter(kind__in=trigger.kinds, at__gte=since).order_by("pk")
    came, last = 0, 0
    while chunk := list(wanted.filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1].pk
        with transaction.atomic():
            came += enter(edition, [entry_of(event) for event in chunk if matches(event, trigger.match)])
    return came


def would_come(edition: Edition, *, since: datetime) -> int:
    """How many `let_in_past` would let in now."""
    graph = plan_of(edition.pk).graph
    wanted = Event.objects.filter(kind__in=graph.trigger.kinds, at__gte=since).order_by("pk")
    entries = [entry_of(event) for event in wanted.iterator(CHUNK) if matches(event, graph.trigger.match)]
    already = set(edition.journey.travellers.values_list("customer_id", "occurrence")) if graph.again != "once" else set()
    allowed = may_enter(graph, edition.journey_id, entries)
    return sum((entry.customer, entry.occurrence[:60]) not in already for entry in allowed)
