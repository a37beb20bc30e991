"""Something happened that needs no answer: it stands on the timeline, and the open conversation shows it."""

from __future__ import annotations

from lanka.channels.base import Happening
from lanka.channels.models import Line
from lanka.commerce.purchase import purchased
from lanka.conversations.code import send_code
from lanka.conversations.models import Conversation, State
from lanka.customers.recognise import recognise
from lanka.decide.reach import bases_of
from lanka.receive.message import learnt
from lanka.timeline.models import Event
from lanka.timeline.record import record


def open_conversation(customer_id: int) -> int | None:
    """The person's conversation that is going on: a visit shows in it, so that the agent sees it while answering."""
    going_on = Conversation.objects.filter(customer_id__in=bases_of(customer_id), merged_into=None).exclude(state=State.CLOSED)
    return going_on.order_by("-last_at").values_list("pk", flat=True).first()


def take_happening(line: Line, happening: Happening, raw_id: int) -> Event | None:
    """None: known already."""
    key = f"hap:{line.pk}:{happening.key}"[:260]
    if Event.objects.filter(key=key).exists():
        return None
    found = recognise([happening.who, *happening.also], at=happening.at, source=line.kind, name=happening.name, country=line.country)
    learnt(found, line, happening.at)
    event = record(
        found.customer,
        happening.kind,
        at=happening.at,
        channel=line.kind,
        line_id=line.pk,
        conversation=open_conversation(found.customer.pk),
        key=key,
        raw_id=raw_id,
        text=happening.text,
        data=happening.data,
    )
    if event is not None and happening.kind in ("purchase", "pickup"):
        purchased(found.customer, event)
    if event is not None and happening.kind == "proof.asked":
        send_code(found.customer, event, happening.who.value)
    return event
