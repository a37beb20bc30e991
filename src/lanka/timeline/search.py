"""Words on the timeline: by stem where PostgreSQL knows the language, by prefix everywhere."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db.models import QuerySet

from lanka.timeline.models import Event

CONDITION = """"search" @@ (to_tsquery('simple', %s) || plainto_tsquery('finnish', %s) || plainto_tsquery('swedish', %s)
  || plainto_tsquery('english', %s))"""
WORD = re.compile(r"[\w@.+]+")


def prefixes(text: str) -> str:
    """Every word as a prefix, all of them wanted; quoting makes anything a word."""
    words = [word.replace("'", "''") for word in WORD.findall(text)][:12]
    return " & ".join(f"'{word}':*" for word in words)


def search(text: str, *, kinds: Sequence[str] = ("message.in", "message.out", "note"), limit: int = 50) -> QuerySet[Event]:
    """Events that hold these words, the newest first. Nothing for a text without words."""
    wanted = prefixes(text)
    if not wanted:
        return Event.objects.none()
    found = Event.objects.extra(where=[CONDITION], params=[wanted, text, text, text])  # noqa: S610 no ORM form
    return found.filter(kind__in=list(kinds)).order_by("-at")[:limit]
