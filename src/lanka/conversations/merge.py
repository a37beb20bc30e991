"""Two conversations that are about the same thing go on as one, and can part again."""

from __future__ import annotations

from django.db import transaction

from lanka.conversations.change import changing, happened
from lanka.conversations.find import end_of_chain
from lanka.conversations.models import Conversation, State
from lanka.core.clock import now
from lanka.people.models import User
from lanka.timeline.models import Event


@transaction.atomic
def merge_conversations(into: Conversation, other: Conversation, *, by: User) -> Event:
    """`other` is shown inside `into` from now on; its events stay where they were written. Raises ValueError for a circle."""
    target = end_of_chain(into)
    if target.pk == other.pk:
        raise ValueError("a conversation cannot be joined to itself")
    with changing(other) as row:
        if row.merged_into_id:
            raise ValueError("it has been joined to another one already")
        before = row.state
        row.merged_into, row.state, row.closed_at, row.waiting_since = target, State.CLOSED, now(), None
    with changing(target) as row:
        row.last_at = max(row.last_at, other.last_at)
        row.channels = list(dict.fromkeys([*row.channels, *other.channels]))
        row.waiting_since = row.waiting_since or other.waiting_since
    happened(other, "conversation.merged", by=by, data={"into": target.pk, "before": before})
    return happened(target, "conversation.merged", by=by, data={"from": other.pk, "subject": str(other)})


@transaction.atomic
def split_conversations(other: Conversation, *, by: User) -> Event:
    """The undo: `other` stands on its own again, in the state it had. Raises ValueError when it was not joined."""
    with changing(other) as row:
        if row.merged_into is None:
            raise ValueError("it is not joined to another one")
        into = row.merged_into
        merged = Event.objects.filter(conversation_id=row.pk, kind="conversation.merged", data__into=into.pk).order_by("-id").first()
        row.merged_into, row.state = None, merged.data["before"] if merged else State.OPEN
        row.closed_at = row.closed_at if row.state == State.CLOSED else None
    happened(into, "conversation.split", by=by, data={"from": other.pk, "subject": str(other)})
    return happened(other, "conversation.split", by=by, data={"into": into.pk})


def with_merged(conversation: Conversation) -> list[int]:
    """The ids whose events are shown together: itself and everything joined into it."""
    ids, found = [conversation.pk], [conversation.pk]
    while found:
        found = [i for i in Conversation.objects.filter(merged_into__in=found).values_list("pk", flat=True) if i not in ids]
        ids += found
    return ids
