"""The one way onto the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from lanka.core import live
from lanka.core.clock import now
from lanka.customers.models import Customer
from lanka.people.models import User
from lanka.timeline.models import Event


def record(
    customer: Customer,
    kind: str,
    *,
    at: datetime | None = None,
    channel: str = "",
    line_id: int | None = None,
    conversation: int | None = None,
    actor: User | None = None,
    key: str | None = None,
    raw_id: int | None = None,
    about: int | None = None,
    text: str = "",
    data: Mapping[str, Any] | None = None,
) -> Event | None:
    """Writes one event in the caller's transaction and tells the live desk at commit. None: `key` is known already."""
    where = {"channel": channel, "line_id": line_id, "conversation_id": conversation, "raw_id": raw_id, "about_id": about}
    said = {"text": text.replace("\0", ""), "data": dict(data or {})}
    event = Event(customer=customer, kind=kind, at=at or now(), actor=actor, key=key, **where, **said)
    if not put(event):
        return None
    if conversation:
        live.tell(f"conversation:{conversation}", {"event": event.pk, "kind": kind})
    live.tell(f"person:{customer.pk}", {"event": event.pk})
    return event


def put(event: Event) -> bool:
    """False: its key is known already; nothing else can collide."""
    try:
        with transaction.atomic(savepoint=bool(event.key)):
            event.save(force_insert=True)
    except IntegrityError:
        if event.key and Event.objects.filter(key=event.key).exists():
            return False
        raise
    return True
