"""How somebody wants to hear from the company: of one topic, or of everything."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from lanka.channels.registry import all_channels
from lanka.core.clock import now
from lanka.customers.models import Customer, Frequency, Preference, Topic
from lanka.customers.standing import Wish
from lanka.people.models import User
from lanka.timeline.record import record

LONGEST_PAUSE = timedelta(days=2 * 366)


@transaction.atomic
def prefer(
    customer: Customer,
    topic: Topic | None,
    wish: Wish,
    *,
    by: User | None,
    source: str,
    words: str = "",
    at: datetime | None = None,
    key: str | None = None,
) -> Preference | None:
    """The whole wish from now on; what stood before is kept and says until when. `topic` None: everything. An empty wish means
    'no choice'. None: `key` is known already. Raises ValueError for what cannot be wished.
    """
    at = at or now()
    check(topic, wish, at)
    data: dict[str, Any] = {"topic": topic.key if topic else "", "names": topic.names if topic else {}, "source": source}
    data |= {"channels": list(wish.channels), "language": wish.language}
    data |= {"frequency": wish.frequency, "pause_until": wish.pause_until.isoformat() if wish.pause_until else ""}
    if record(customer, "preference", actor=by, key=key, at=at, text=words.replace("\0", ""), data=data) is None:
        return None
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)  # two at once: one after the other
    Preference.objects.filter(customer=customer, topic=topic, replaced_at=None).update(replaced_at=at)
    chosen = {"channels": list(wish.channels), "language": wish.language, "frequency": wish.frequency, "pause_until": wish.pause_until}
    return Preference.objects.create(customer=customer, topic=topic, **chosen, source=source[:60], at=at, by=by)


def check(topic: Topic | None, wish: Wish, at: datetime) -> None:
    if len(set(wish.channels)) != len(wish.channels) or not set(wish.channels) <= set(all_channels()):
        raise ValueError(f"no such channels: {', '.join(wish.channels)}")
    if wish.language and wish.language not in dict(settings.LANGUAGES):
        raise ValueError(f"{wish.language!r} is not a language that is written here")
    allowed = {"", Frequency.NOW, *(topic.frequencies if topic else Frequency.values)}
    if wish.frequency not in allowed:
        raise ValueError(f"{wish.frequency!r} cannot be chosen for this topic")
    if wish.pause_until and wish.pause_until > at + LONGEST_PAUSE:
        raise ValueError("a pause is two years at most")
