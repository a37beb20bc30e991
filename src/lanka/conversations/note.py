"""A note for colleagues; customers never see it. `@Name` asks somebody to look."""

from __future__ import annotations

from django.db import transaction

from lanka.conversations.change import changing, happened
from lanka.conversations.models import Conversation, Mention
from lanka.core import live
from lanka.people.models import User
from lanka.timeline.models import Event


def mentioned(text: str) -> list[User]:
    """`@Ville` or `@Ville Korhonen`: the full name, or a first name that only one colleague has."""
    folded = text.casefold()
    people = [user for user in User.objects.filter(is_active=True) if f"@{user.name.split()[0].casefold()}" in folded]
    full = [user for user in people if f"@{user.name.casefold()}" in folded]
    firsts = [user.name.split()[0].casefold() for user in people]
    return full or [user for user in people if firsts.count(user.name.split()[0].casefold()) == 1]


@transaction.atomic
def note(conversation: Conversation, *, by: User, text: str) -> Event:
    event = happened(conversation, "note", by=by, text=text)
    with changing(conversation) as row:
        row.last_at = max(row.last_at, event.at)
    for user in mentioned(text):
        Mention.objects.create(user=user, conversation=conversation, event_id=event.pk, at=event.at)
        live.tell(f"user:{user.pk}", {"mention": conversation.pk})
    return event
