"""A customer's message joins its conversation, or begins one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from lanka.conversations.change import changing
from lanka.conversations.find import find
from lanka.conversations.models import Conversation, State
from lanka.conversations.start import start
from lanka.customers.models import Customer
from lanka.timeline.models import Event
from lanka.timeline.record import record


def preview_of(text: str) -> str:
    return " ".join(text.split())[:200]


def touched(conversation: Conversation, event: Event, *, outgoing: bool) -> None:
    """What a message changes in the row: the preview, the channel marks, the place in the list."""
    conversation.channel = event.channel
    if event.channel not in conversation.channels:
        conversation.channels = [*conversation.channels, event.channel]
    conversation.preview = preview_of(event.text) or str(event.data.get("subject", ""))[:200]
    conversation.preview_out = outgoing
    conversation.last_at = max(conversation.last_at, event.at)


def received(conversation: Conversation, event: Event) -> None:
    """A message came in: the conversation is open again, and somebody is waiting. A machine's answer wakes nobody."""
    with changing(conversation) as row:
        touched(row, event, outgoing=False)
        row.last_in_at = max(row.last_in_at or event.at, event.at)
        if event.data.get("automatic"):
            return
        if row.state != State.OPEN:
            record(row.customer, "reopened" if row.state == State.CLOSED else "woken", conversation=row.pk, data={"because": "message"})
        row.state, row.snoozed_until, row.closed_at = State.OPEN, None, None
        row.waiting_since = row.waiting_since or event.at
        row.language = row.language or str(event.data.get("language", ""))
        row.subject = row.subject or str(event.data.get("subject", ""))[:300]


@transaction.atomic(savepoint=False)
def join(
    customer: Customer,
    *,
    at: datetime,
    channel: str,
    line_id: int,
    key: str,
    text: str,
    data: Mapping[str, Any],
    thread: Sequence[str] = (),
    replies_to: Sequence[str] = (),
    raw_id: int | None = None,
) -> Event | None:
    """Writes the message onto the timeline, in its conversation. None: this key is known already."""
    if Event.objects.filter(key=key).exists():
        return None
    subject = str(data.get("subject", ""))
    found = find(customer, at=at, line_id=line_id, subject=subject, thread=thread, replies_to=replies_to)
    conversation = found.conversation or start(customer, by=None, subject=subject, linked_to=found.linked_to)
    where = {"channel": channel, "line_id": line_id, "conversation": conversation.pk, "raw_id": raw_id}
    event = record(customer, "message.in", at=at, key=key, text=text, data=data, **where)  # type: ignore[arg-type]
    if event is not None:
        received(conversation, event)
    return event
