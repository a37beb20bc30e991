"""Somebody here puts a person on a journey: one that begins by hand and lets people in."""

from __future__ import annotations

from django.db import transaction

from lanka.core import live
from lanka.core.clock import now
from lanka.customers.models import Customer
from lanka.outreach.journeys.due import plan_of
from lanka.outreach.journeys.enter import Entry, enter
from lanka.outreach.journeys.news import running
from lanka.outreach.models import Edition
from lanka.people.models import User
from lanka.timeline.record import record


def by_hand() -> list[Edition]:
    """What people may be put on now."""
    return [edition for edition in running() if plan_of(edition.pk).graph.trigger.kind == "by_hand"]


def put_in(edition: Edition, customer: Customer, *, by: User) -> bool:
    """False when the journey's own rules keep them out: they do not fit, or may not come again yet."""
    at = now()
    with transaction.atomic():
        came = bool(enter(edition, [Entry(customer.pk, f"hand:{at.isoformat()}", at, {"by": by.pk})]))
        if came:
            record(customer, "journey.put_in", actor=by, data={"journey": edition.journey_id, "name": edition.journey.name})
            live.tell(f"journey:{edition.journey_id}")
    return came
