"""Out of sight until a moment, or until the customer writes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lanka.conversations.change import changing, happened
from lanka.conversations.models import Conversation, State
from lanka.core.clock import now
from lanka.people.models import User
from lanka.timeline.models import Event


@transaction.atomic
def snooze(conversation: Conversation, *, by: User, until: datetime) -> Event:
    """Raises ValueError for a moment that has passed."""
    if until <= now():
        raise ValueError("that moment has passed; choose a later one")
    with changing(conversation) as row:
        row.state, row.snoozed_until, row.closed_at = State.SNOOZED, until, None
    return happened(conversation, "snoozed", by=by, data={"until": until.isoformat()})


def wake_due(limit: int = 200) -> int:
    """The clock's part: those whose moment has come are open again. Safe to run twice at once."""
    due = Conversation.objects.filter(state=State.SNOOZED, snoozed_until__lte=now()).order_by("snoozed_until")[:limit]
    woken = 0
    for conversation in due:
        with transaction.atomic(), changing(conversation) as row:
            if row.state != State.SNOOZED or row.snoozed_until is None or row.snoozed_until > now():
                continue
            row.state, row.last_at, row.snoozed_until = State.OPEN, now(), None
            happened(row, "woken", by=None, data={"because": "time"})
            woken += 1
    return woken
