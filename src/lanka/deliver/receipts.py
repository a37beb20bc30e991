"""What the provider tells afterwards, in any order, late and doubled."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from lanka.channels.base import Receipt
from lanka.channels.models import Line
from lanka.channels.registry import channel, view
from lanka.decide.choose import How, stop
from lanka.decide.suppress import suppress
from lanka.deliver.models import Delivery, State
from lanka.deliver.outcome import move, tell_timeline
from lanka.timeline.models import Event, MessageId

STATES = {
    "delivered": State.DELIVERED,
    "read": State.READ,
    "failed": State.FAILED,
    "bounced": State.FAILED,
    "returned": State.FAILED,
    "accepted": State.HANDED,
    "sent": State.HANDED,
    "printed": State.HANDED,
    "posted": State.HANDED,
    "complained": State.READ,  # whoever complains has seen it: no other way is tried, ever
}


class NotKnownYet(LookupError):
    """No message of ours has this id (yet: the receipt may have overtaken the sender's commit)."""


def is_uuid(text: str) -> bool:
    return len(text) in (32, 36) and all(c in "0123456789abcdef-" for c in text.lower())


def find(line: Line, ref: str) -> Delivery | None:
    wanted = Q(ref=ref) & Q(line=line)
    if is_uuid(ref):
        wanted |= Q(public_id=ref)
    found = Delivery.objects.filter(wanted).select_related("event", "line").order_by("-id").first()
    if found:
        return found
    known = MessageId.objects.filter(line_id=line.pk, value=ref[:500]).values_list("event_id", flat=True).first()
    return Delivery.objects.filter(event_id=known).select_related("event", "line").order_by("-id").first() if known else None


@transaction.atomic
def take_receipt(line: Line, receipt: Receipt) -> Event | None:
    """Raises NotKnownYet. None: this receipt is known already."""
    found = find(line, receipt.ref)
    if found is None:
        raise NotKnownYet(receipt.ref)
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("event", "line").get(pk=found.pk)
    key = f"receipt:{line.pk}:{receipt.key}"[:260]
    event = tell_timeline(delivery, f"receipt.{receipt.state}", key=key, text=receipt.why, at=receipt.at)
    if event is None:
        return None
    bounced = receipt.state in ("bounced", "returned", "failed")
    if bounced and delivery.state in (State.DELIVERED, State.HANDED, State.UNCERTAIN):
        delivery.state = State.CLAIMED  # accepted first and sent back later: the bounce is the last word
    move(delivery, STATES[receipt.state], receipt.why)
    if receipt.permanent and (bounced or receipt.state == "complained"):
        suppress(channel(line.kind).can(view(line)).address, delivery.address, receipt.why or receipt.state)
    if receipt.state == "complained":
        complained(delivery, receipt)
    return event


def complained(delivery: Delivery, receipt: Receipt) -> None:
    """'This is spam' is a no to the topic, on every channel."""
    if delivery.message is not None:
        how = How(by=None, source=delivery.line.kind, method="complaint", words=receipt.why, proof={"delivery": str(delivery.public_id)})
        stop(delivery.customer, delivery.message.topic, how)
