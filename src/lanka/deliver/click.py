"""Somebody followed a link of a message. Mail scanners do it too, within seconds and every link: that is said, and counted apart."""

from __future__ import annotations

import re
from datetime import timedelta

from django.db import transaction

from lanka.core.clock import now
from lanka.deliver.models import Attempt, Delivery, Link, State
from lanka.deliver.outcome import move
from lanka.timeline.models import Event
from lanka.timeline.record import record

AT_ONCE = timedelta(seconds=10)  # after it was handed over: nobody reads so fast
TOGETHER = timedelta(seconds=2)  # several links of one message
MACHINES = re.compile(
    r"bot\b|crawl|spider|preview|scan|proofpoint|mimecast|barracuda|safelinks|urldefense|curl|wget|python|headless|^$", re.IGNORECASE
)


@transaction.atomic
def clicked(delivery_id: int, link: Link, *, agent: str) -> Event | None:
    """On the person's thread; a click of theirs says that the message was read. None: the message is gone, or it is told already."""
    row = Delivery.objects.select_for_update(of=("self",)).select_related("event", "line", "verdict").filter(pk=delivery_id).first()
    if row is None or row.message_id != link.message_id:
        return None
    why = machine(row, link, agent)
    event = record(
        row.customer,
        "clicked",
        channel=row.event.channel,
        line_id=row.line_id,
        conversation=row.event.conversation_id,
        key=f"click:{row.pk}:{link.pk}:{now():%Y%m%d%H%M}",
        about=row.event_id,
        text=link.url,
        data={"message": row.message_id, "link": link.pk, "block": link.block, "machine": why},
    )
    if event is not None and not why and row.state in (State.HANDED, State.DELIVERED, State.UNCERTAIN):
        move(row, State.READ)
    return event


def machine(row: Delivery, link: Link, agent: str) -> str:
    """Why it was probably a machine; '' for a person."""
    if MACHINES.search(agent):
        return "agent"
    handed = Attempt.objects.filter(delivery=row, ended_at__isnull=False).order_by("-number").values_list("ended_at", flat=True).first()
    if handed is None or now() - handed < AT_ONCE:
        return "at once"
    others = Event.objects.filter(about_id=row.event_id, kind="clicked", at__gt=now() - TOGETHER).exclude(data__link=link.pk)
    return "every link" if others.exists() else ""


def clicks(messages: list[int]) -> dict[str, dict[str, int]]:
    """Address → {'people': different people who followed it, 'machines': what was probably no person}."""
    found: dict[str, dict[str, int]] = {}
    told = Event.objects.filter(kind="clicked", data__message__in=messages)
    seen = set[tuple[str, int | None]]()
    for url, about, why in told.values_list("text", "about_id", "data__machine"):
        counts = found.setdefault(url, {"people": 0, "machines": 0})
        if why:
            counts["machines"] += 1
        elif (url, about) not in seen:
            seen.add((url, about))
            counts["people"] += 1
    return found
