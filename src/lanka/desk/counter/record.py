"""What a clerk tells goes the way of a till's POST: stored as it is, then understood; nothing is lost where that fails."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from lanka.channels.base import Raw
from lanka.core.clock import now
from lanka.core.live import tell
from lanka.desk.counter.place import Place
from lanka.receive.models import RawItem
from lanka.receive.understand import quarantine, understand
from lanka.timeline.models import Event


@transaction.atomic
def record(place: Place, kind: str, *, who: dict[str, str], key: str, clerk: str, **more: Any) -> Event | None:
    """The event on the timeline; None where it went to quarantine. The same `key` again changes nothing.

    Raises ValueError (pydantic's too) for what no till could say either; then nothing is stored.
    """
    told = {name: value for name, value in more.items() if value not in ("", None, [])}
    raw = place.channel.raw_for(kind, who=who, key=key, store=place.shop, clerk=clerk, **told)
    item, new = kept(place, raw)
    if new:
        try:
            with transaction.atomic():
                understand(item)
        except Exception as error:
            quarantine(item, error)
        tell("raw")
    return Event.objects.filter(raw_id=item.pk).order_by("pk").first()


def kept(place: Place, raw: Raw) -> tuple[RawItem, bool]:
    return RawItem.objects.get_or_create(
        line=place.line,
        key=raw.key,
        defaults={
            "received_at": raw.received_at or now(),
            "headers": dict(raw.headers),
            "method": raw.method,
            "path": raw.path,
            "query": raw.query,
            "remote": raw.remote,
            "body": raw.body,
        },
    )
