"""A message that bounced, came back or met with silence goes the next way: a due row, not a memory.

What failed is due at once, what was handed over by its topic's deadline. A sign of life (read, clicked, answered) takes the row away.
"""

from __future__ import annotations

from django.db import transaction

from lanka.channels.models import Line
from lanka.core import live
from lanka.core.clock import now
from lanka.core.ids import uuid7
from lanka.decide import fallback
from lanka.decide.models import Verdict
from lanka.decide.reach import bases_of
from lanka.deliver.made import Maker
from lanka.deliver.models import Delivery, State
from lanka.timeline.models import Event
from lanka.timeline.record import record

CHUNK = 100


@transaction.atomic
def fall_back_due() -> int:
    """How many were looked at."""
    due = Delivery.objects.filter(fallback_at__lte=now(), verdict__isnull=False)
    rows = list(due.select_for_update(skip_locked=True, of=("self",)).select_related("verdict__message__topic", "line")[:CHUNK])
    for row in rows:
        row.fallback_at = None
        row.save(update_fields=["fallback_at"])
        if why := reason(row):
            next_way(row, why)
    return len(rows)


def reason(row: Delivery) -> str:
    """'' when it needs no other way after all."""
    if row.state == State.FAILED:
        told = (
            Event.objects.filter(about_id=row.event_id, kind__startswith="receipt.").order_by("-id").values_list("kind", flat=True).first()
        )
        return (told or "receipt.failed").removeprefix("receipt.")
    if row.state not in (State.HANDED, State.DELIVERED) or answered(row):
        return ""
    return "silent"


def answered(row: Delivery) -> bool:
    """They wrote since, on whatever channel."""
    return Event.objects.filter(customer_id__in=bases_of(row.customer_id), kind="message.in", at__gt=row.planned_at).exists()


def next_way(row: Delivery, why: str) -> Delivery | None:
    """The message once more, by the channel that `decide` gives. None: no way is left; the verdict says so."""
    assert row.verdict is not None
    verdict = fallback.next_way(row.verdict, why)
    if verdict is None or verdict.line_id is None:
        return None
    line = Line.objects.get(pk=verdict.line_id)
    known = dict(Event.objects.values_list("data", flat=True).get(pk=row.event_id))
    told = {**known, "address": verdict.address, "fallback": {"from": row.line.kind, "why": why}}
    title = Maker(line).campaign(verdict.message_id).title(verdict.language, row.values) or verdict.message.name
    key = f"verdict:{verdict.pk}:{row.rung + 1}"
    event = record(row.customer, "message.out", channel=line.kind, line_id=line.pk, key=key, text=title, about=row.event_id, data=told)
    if event is None:
        return None
    live.tell("outbox")
    return Delivery.objects.create(event=event, address=verdict.address, line=line, rung=row.rung + 1, **same(row, verdict))


def same(row: Delivery, verdict: Verdict) -> dict[str, object]:
    """What the next way has of the first."""
    kept = {name: getattr(row, name) for name in ("customer_id", "verdict_id", "message_id", "version_id", "values", "priority")}
    times = {"not_before": verdict.send_at or now(), "planned_at": now(), "changed_at": now()}
    return {**kept, **times, "public_id": uuid7(), "language": verdict.language}
