"""What every verb here does around its own work: lock the row, write the event, tell the desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from lanka.conversations.models import Conversation
from lanka.core import live
from lanka.people.models import User
from lanka.timeline.models import Event
from lanka.timeline.record import record


@contextmanager
def changing(conversation: Conversation) -> Iterator[Conversation]:
    """Locks the row, yields it fresh, saves it, and copies the new state into the caller's object."""
    with transaction.atomic(savepoint=False):
        locked = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
        yield locked
        locked.save()
        live.tell("inbox", {"conversation": locked.pk})
    for name in (field.attname for field in Conversation._meta.concrete_fields):
        setattr(conversation, name, getattr(locked, name))
    conversation._state.fields_cache.clear()


def happened(conversation: Conversation, kind: str, *, by: User | None, text: str = "", data: Mapping[str, Any] | None = None) -> Event:
    event = record(conversation.customer, kind, conversation=conversation.pk, actor=by, text=text, data=data)
    assert event is not None  # no key was given
    return event
