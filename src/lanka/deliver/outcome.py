"""What became of a message: its state only moves forward, every step is an event on the timeline."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lanka.channels.registry import channel, view
from lanka.core import live
from lanka.core.clock import now
from lanka.deliver.models import Delivery, State
from lanka.timeline.models import Event
from lanka.timeline.record import record

RANK = {
    State.PLANNED: 0,
    State.HELD: 0,
    State.CLAIMED: 1,
    State.UNCERTAIN: 2,
    State.HANDED: 3,
    State.FAILED: 4,
    State.SUPPRESSED: 4,
    State.DELIVERED: 5,
    State.READ: 6,
}


def move(delivery: Delivery, state: State, why: str = "") -> bool:
    """False when it is further already: late and doubled news change nothing."""
    if RANK[State(delivery.state)] >= RANK[state] and delivery.state != state:
        return False
    delivery.state, delivery.changed_at, delivery.lease_until = state, now(), None
    delivery.fallback_at = after(delivery, state)
    delivery.why = why or (delivery.why if state in (State.FAILED, State.UNCERTAIN) else "")
    delivery.save()
    return True


def after(delivery: Delivery, state: State) -> datetime | None:
    """When the next way is asked for: at once after a failure, by the deadline while nothing is heard, never after a sign of life."""
    if state == State.FAILED:
        return now() if delivery.verdict_id and delivery.verdict and delivery.verdict.ladder else None
    if state == State.READ:
        return None
    if state == State.DELIVERED and "read" not in channel(delivery.line.kind).can(view(delivery.line)).receipts:
        return None  # no more can be heard from there
    return delivery.fallback_at


@transaction.atomic
def tell_timeline(delivery: Delivery, kind: str, *, key: str, text: str = "", at: object = None) -> Event | None:
    """The event stands with the message's person and conversation, whoever brought the news."""
    about = delivery.event
    event = record(
        about.customer,
        kind,
        at=at,  # type: ignore[arg-type]
        channel=about.channel,
        line_id=delivery.line_id,
        conversation=about.conversation_id,
        key=key,
        about=about.pk,
        text=text,
        data={"address": delivery.address},
    )
    if about.conversation_id:
        live.tell("inbox", {"conversation": about.conversation_id})
    return event
