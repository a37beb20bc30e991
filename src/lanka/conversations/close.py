"""Done, and not done after all."""

from __future__ import annotations

from django.db import transaction

from lanka.conversations.change import changing, happened
from lanka.conversations.models import Conversation, State
from lanka.core.clock import now
from lanka.people.models import User
from lanka.timeline.models import Event


@transaction.atomic
def close(conversation: Conversation, *, by: User | None) -> Event | None:
    """None when it was closed already."""
    with changing(conversation) as row:
        if row.state == State.CLOSED:
            return None
        row.state, row.closed_at, row.snoozed_until, row.waiting_since = State.CLOSED, now(), None, None
    return happened(conversation, "closed", by=by)


@transaction.atomic
def reopen(conversation: Conversation, *, by: User | None) -> Event | None:
    """None when it was open already. Also ends a snooze early."""
    with changing(conversation) as row:
        if row.state == State.OPEN:
            return None
        row.state, row.closed_at, row.snoozed_until = State.OPEN, None, None
    return happened(conversation, "reopened", by=by)
