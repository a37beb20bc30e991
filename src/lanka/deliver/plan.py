"""Intent before effect: what is to go out is a row before anybody is called."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from lanka.channels.models import Line
from lanka.core import live
from lanka.core.clock import now
from lanka.deliver.models import Delivery
from lanka.timeline.models import Event


def plan(event: Event, line: Line, address: str, out: dict[str, Any], *, id: UUID, not_before: datetime | None = None) -> Delivery:
    """In the transaction that recorded the message: both are there, or neither. The worker hears of it at commit."""
    delivery = Delivery.objects.create(
        public_id=id,
        event=event,
        customer_id=event.customer_id,
        line=line,
        address=address,
        out=out,
        not_before=not_before or now(),
        planned_at=now(),
        changed_at=now(),
    )
    live.tell("outbox")
    return delivery
