"""The books: planned = sent + delivered + failed + suppressed + uncertain + pending, with nothing missing."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from lanka.deliver.models import Delivery, State
from lanka.timeline.models import Event


@dataclass(frozen=True, slots=True)
class Books:
    messages: int  # outgoing messages on the timeline
    rows: int  # deliveries
    by_state: dict[str, int]
    without_delivery: int

    @property
    def balanced(self) -> bool:
        return self.without_delivery == 0 and self.rows == sum(self.by_state.values())


def books(since: int = 0) -> Books:
    """Over all deliveries with an id above `since`."""
    deliveries = Delivery.objects.filter(id__gt=since)
    by_state = {s.value: 0 for s in State} | dict(deliveries.values_list("state").annotate(n=Count("id")).order_by())
    messages = Event.objects.filter(kind="message.out", data__imported__isnull=True)
    return Books(messages.count(), deliveries.count(), by_state, messages.filter(deliveries=None).count())
