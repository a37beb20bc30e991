"""The next way of a message whose first one failed: it bounced, came back, or nothing was heard by the deadline."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from lanka.channels.models import Line
from lanka.core.clock import now
from lanka.decide.judge import suppose
from lanka.decide.models import Outcome, Verdict
from lanka.decide.question import ask
from lanka.decide.reasons import Reason


def deadline(verdict: Verdict) -> datetime | None:
    """When silence counts as failure. None: this topic waits for ever, or there is no other way."""
    hours = verdict.message.topic.fallback_hours
    return verdict.send_at + timedelta(hours=hours) if hours and verdict.ladder and verdict.send_at else None


@transaction.atomic
def next_way(verdict: Verdict, why: str, *, at: datetime | None = None) -> Verdict | None:
    """The verdict with its next line and address, saved; the caller makes the delivery. None: no way is left, the verdict says so.

    Everything is asked again but the caps: the message was promised already and counts once. `why`: what befell the way before,
    as the timeline has it ('bounced', 'returned', 'silent', …).
    """
    at = at or now()
    held = Verdict.objects.select_for_update().select_related("message__topic").get(pk=verdict.pk)
    failed = [*held.because.get("failed", []), {"kind": kind_of(held), "why": why, "at": at.isoformat()}]
    found = follow(held, at) if held.ladder else None
    if found is None:
        settle(held, outcome=Outcome.NO, reason=Reason.USED_UP, ladder=[], because={**held.because, "failed": failed}, decided_at=at)
        return None
    because = {**held.because, **found.because, "failed": failed}
    way = {"line_id": found.line_id, "address": found.address, "ladder": found.ladder, "send_at": found.send_at}
    return settle(held, outcome=Outcome.SEND, reason=Reason.NEXT_WAY, because=because, decided_at=at, **way)


def follow(held: Verdict, at: datetime) -> Verdict | None:
    """What would be decided now with the ways that are left."""
    question = ask(held.message, occurrence=held.occurrence, at=at, only=held.ladder)
    found = suppose(replace(question, caps=[], same=[]), held.customer_id)
    return found if found is not None and found.outcome == Outcome.SEND else None


def kind_of(verdict: Verdict) -> str:
    return Line.objects.filter(pk=verdict.line_id or 0).values_list("kind", flat=True).first() or ""


def settle(verdict: Verdict, **changed: Any) -> Verdict:
    for name, value in changed.items():
        setattr(verdict, name, value)
    verdict.save(update_fields=list(changed))
    return verdict
