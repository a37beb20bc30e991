"""Somebody is taken off a journey by hand: nothing more of it reaches them."""

from __future__ import annotations

from django.db import transaction

from lanka.core import live
from lanka.core.clock import now
from lanka.outreach.models import Traveller
from lanka.people.models import User
from lanka.timeline.record import record


def remove(traveller: Traveller, *, by: User) -> Traveller:
    """Who has ended already stays as they ended."""
    with transaction.atomic():
        held = Traveller.objects.select_for_update(of=("self",)).select_related("journey", "customer").get(pk=traveller.pk)
        if held.ended_at is None:
            held.ended, held.ended_at, held.due, held.awaits = "removed", now(), None, []
            held.save(update_fields=["ended", "ended_at", "due", "awaits"])
            record(held.customer, "journey.removed", actor=by, data={"journey": held.journey_id, "name": held.journey.name})
            live.tell(f"journey:{held.journey_id}")
    return held
