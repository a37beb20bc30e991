"""Words that a conversation carries, and the company's own fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from lanka.conversations.change import changing, happened
from lanka.conversations.models import Conversation
from lanka.people.models import User
from lanka.timeline.models import Event


def folded(words: Iterable[str]) -> list[str]:
    return [word for word in (" ".join(w.strip().lower().lstrip("#").split())[:40] for w in words) if word]


@transaction.atomic
def tag(conversation: Conversation, *, by: User | None, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Event | None:
    """None when nothing changed."""
    adding, removing = folded(add), set(folded(remove))
    with changing(conversation) as row:
        wanted = [t for t in dict.fromkeys([*row.tags, *adding]) if t not in removing]
        if wanted == row.tags:
            return None
        before, row.tags = row.tags, wanted
    words = {"added": [t for t in wanted if t not in before], "removed": [t for t in before if t not in wanted]}
    return happened(conversation, "tagged", by=by, data=words)


@transaction.atomic
def set_field(conversation: Conversation, *, by: User | None, name: str, value: Any) -> Event | None:
    """One of the company's own fields; an empty value takes it away."""
    with changing(conversation) as row:
        if row.fields.get(name, "") == value:
            return None
        row.fields = {k: v for k, v in {**row.fields, name: value}.items() if v not in ("", None)}
    return happened(conversation, "field", by=by, data={"name": name, "value": value})
