"""The worker's side of the outbox: claim, write the attempt, call the provider, write what came of it."""

from __future__ import annotations

import dataclasses
import logging
import time
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from lanka.channels.base import ChannelError, File, LineView, Outbound, Sender, Sent, Uncertain, Unreachable
from lanka.channels.models import Exchange, Line
from lanka.channels.registry import channel, view
from lanka.content.compose import brand_of, tokens
from lanka.core import files
from lanka.core.clock import now
from lanka.decide.suppress import suppress
from lanka.deliver.models import Attempt, Delivery, State
from lanka.deliver.outcome import move, tell_timeline
from lanka.timeline.models import MessageId

LEASE = timedelta(seconds=90)
BACK_OFF = [timedelta(seconds=s) for s in (5, 30, 120, 600, 1800, 3600, 7200, 14400)]
log = logging.getLogger(__name__)


@transaction.atomic
def claim(limit: int = 1) -> list[Delivery]:
    """Takes what is due, writes the attempt, and commits before anybody outside is called."""
    due = Delivery.objects.filter(state__in=[State.PLANNED, State.HELD], not_before__lte=now(), line__enabled=True)
    rows = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("not_before", "id")[:limit])
    for row in rows:
        row.state, row.lease_until, row.attempts, row.changed_at = State.CLAIMED, now() + LEASE, row.attempts + 1, now()
        row.save(update_fields=["state", "lease_until", "attempts", "changed_at"])
        Attempt.objects.create(delivery=row, number=row.attempts, at=now())
    return rows


def outbound(delivery: Delivery) -> Outbound:
    kept: dict[str, Any] = dict(delivery.out)
    sender = Sender(**kept.pop("sender"))
    attached = tuple(File(f["name"], f["content_type"], files.read(f["sha256"]), f.get("inline_id", "")) for f in kept.pop("files", []))
    known = {field.name for field in dataclasses.fields(Outbound)}
    rest: dict[str, Any] = {name: tuple(value) if name == "replies_to" else value for name, value in kept.items() if name in known}
    rest |= {"id": str(delivery.public_id), "sender": sender, "files": attached, "attempt": delivery.attempts}
    return Outbound(**rest)


def line_of(delivery: Delivery) -> LineView:
    line = Line.objects.get(pk=delivery.line_id)
    return view(line, tokens(brand_of(line.brand_id)))


def attempt(delivery: Delivery) -> Sent | ChannelError:
    """Calls the provider, outside any transaction. Whatever is not of the closed list is a bug, and uncertain."""
    began = time.monotonic()
    result: Sent | ChannelError
    try:
        line = line_of(delivery)
        result = channel(line.kind).send(line, outbound(delivery))
    except ChannelError as error:
        result = error
    except Exception as error:
        log.exception("delivery %s: a channel let another error out", delivery.pk)
        result = Uncertain(f"{type(error).__name__}: {error}")
    Exchange.objects.create(
        line_id=delivery.line_id,
        what="send",
        ok=isinstance(result, Sent),
        said=f"to {delivery.address}: {str(delivery.out.get('text', ''))[:200]}",
        heard=(result.ref if isinstance(result, Sent) else f"{type(result).__name__}: {result.words}")[:2000],
        milliseconds=int((time.monotonic() - began) * 1000),
        ref=str(delivery.public_id),
    )
    return result


def settle_sent(delivery: Delivery, sent: Sent) -> None:
    delivery.ref, delivery.parts, delivery.cost, delivery.currency = sent.ref[:200], sent.parts, sent.cost, sent.currency
    delivery.save(update_fields=["ref", "parts", "cost", "currency"])
    move(delivery, State.DELIVERED if sent.final or sent.state == "delivered" else State.HANDED)
    MessageId.objects.get_or_create(line_id=delivery.line_id, value=sent.ref[:500], defaults={"event_id": delivery.event_id})
    if delivery.state == State.DELIVERED:
        tell_timeline(delivery, "receipt.delivered", key=f"delivered:{delivery.pk}")
    else:
        tell_timeline(delivery, "receipt.sent", key=f"sent:{delivery.pk}:{delivery.attempts}")


def settle_error(delivery: Delivery, error: ChannelError) -> None:
    if error.again and delivery.attempts <= len(BACK_OFF):
        delivery.state, delivery.why, delivery.lease_until = State.HELD, error.words, None
        delivery.not_before = now() + (error.after or BACK_OFF[delivery.attempts - 1])
        delivery.save()
        return
    if isinstance(error, Unreachable):
        suppress(channel(delivery.line.kind).can(view(delivery.line)).address, delivery.address, error.words)
    move(delivery, State.UNCERTAIN if isinstance(error, Uncertain) else State.FAILED, error.words)
    kind = "receipt.uncertain" if isinstance(error, Uncertain) else "receipt.failed"
    tell_timeline(delivery, kind, key=f"{kind}:{delivery.pk}:{delivery.attempts}", text=error.words)


@transaction.atomic
def settle(delivery: Delivery, result: Sent | ChannelError) -> None:
    tried = Attempt.objects.get(delivery=delivery, number=delivery.attempts)
    tried.ended_at = now()
    tried.outcome = "handed" if isinstance(result, Sent) else type(result).__name__.lower()
    tried.words = "" if isinstance(result, Sent) else result.words
    tried.save()
    locked = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if isinstance(result, Sent):
        settle_sent(locked, result)
    else:
        settle_error(locked, result)


def deliver_next(limit: int = 1) -> int:
    """How many were tried. Zero: nothing is due."""
    rows = claim(limit)
    for row in rows:
        settle(row, attempt(row))
    return len(rows)


@transaction.atomic
def end_leases() -> int:
    """A worker died in the middle: where the provider honours our id it is tried again, elsewhere nobody knows."""
    lost = Delivery.objects.filter(Q(state=State.CLAIMED), lease_until__lt=now())
    rows = list(lost.select_for_update(skip_locked=True, of=("self",)))
    for row in rows:
        if channel(row.line.kind).can(view(row.line)).repeat_safe:
            row.state, row.not_before, row.lease_until = State.PLANNED, now(), None
            row.save()
        else:
            settle_error(row, Uncertain("the sender stopped in the middle; perhaps it went out, perhaps not"))
    return len(rows)


def own_leases_end() -> None:
    """At start, with no other worker alive: nothing is really being sent."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE deliver_delivery SET lease_until = now() - interval '1 second' WHERE state = 'claimed'")
