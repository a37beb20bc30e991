"""How far somebody has read."""

from __future__ import annotations

from django.db.models import Max

from lanka.channels.transcript import seen
from lanka.conversations.models import Conversation, Mention, Seen
from lanka.core.clock import now
from lanka.people.models import User
from lanka.timeline.models import Event


def mark_seen(conversation: Conversation, *, by: User) -> None:
    last = Event.objects.filter(conversation_id=conversation.pk).aggregate(last=Max("id"))["last"] or 0
    Seen.objects.update_or_create(user=by, conversation=conversation, defaults={"event_id": last})
    hosted = Event.objects.filter(conversation_id=conversation.pk, kind="message.in", line_id__isnull=False).order_by("-id").first()
    if hosted is not None and hosted.line_id:  # where Lanka itself is the provider, the customer sees that it was read
        seen(hosted.line_id, str(hosted.data.get("address", "")))
    Mention.objects.filter(user=by, conversation=conversation, read_at=None).update(read_at=now())


def mark_unseen(conversation: Conversation, *, by: User) -> None:
    Seen.objects.filter(user=by, conversation=conversation).delete()
