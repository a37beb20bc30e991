"""This room's part in forgetting a person: their conversations with drafts and mentions; their words in others' previews."""

from __future__ import annotations

from django.db.models import Q

from lanka.conversations.models import Conversation, Draft
from lanka.core.erasing import Counts, Who
from lanka.timeline.models import Event

SAID = ("message.in", "message.out")


def erase(who: Who) -> Counts:
    theirs = Conversation.objects.filter(customer__in=who.bases)
    for files in Draft.objects.filter(conversation__in=theirs).values_list("files", flat=True):
        who.files.update(str(file["sha256"]) for file in files if isinstance(file, dict) and file.get("sha256"))
    previews = unquoted(who)
    Conversation.objects.filter(merged_into__in=theirs).update(merged_into=None)
    Conversation.objects.filter(linked_to__in=theirs).update(linked_to=None)
    return {"previews": previews, "conversations": theirs.delete()[1].get("conversations.Conversation", 0)}


def unquoted(who: Who) -> int:
    """Conversations of others in which this person wrote: what the list shows of them is the newest word of somebody else."""
    spoke = Event.objects.filter(customer__in=who.bases, conversation_id__isnull=False).values("conversation_id")
    changed = 0
    for conversation in Conversation.objects.filter(~Q(customer__in=who.bases), pk__in=spoke):
        rest = Event.objects.filter(conversation_id=conversation.pk, kind__in=SAID).exclude(customer__in=who.bases)
        newest = rest.order_by("-at", "-id").first()
        conversation.preview = newest.text[:200] if newest else ""
        conversation.preview_out = bool(newest and newest.kind == "message.out")
        conversation.save(update_fields=["preview", "preview_out"])
        changed += 1
    return changed
