"""A person decides what becomes of an uncertain or failed message: send it again, or leave it."""

from __future__ import annotations

from django.db import transaction

from lanka.core import live
from lanka.core.clock import now
from lanka.deliver.models import Delivery, State
from lanka.deliver.outcome import tell_timeline
from lanka.people.models import User


@transaction.atomic
def send_again(delivery: Delivery, *, by: User) -> bool:
    """Planned once more under the same id. False when it is neither failed nor uncertain any more."""
    row = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if row.state not in (State.FAILED, State.UNCERTAIN):
        return False
    row.state, row.why, row.not_before, row.changed_at = State.PLANNED, "", now(), now()
    row.save()
    tell_timeline(row, "receipt.again", key=f"again:{row.pk}:{row.attempts}", text=by.name)
    live.tell("outbox")
    return True
