"""The topics that a new company begins with."""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.db import transaction

from lanka.core.clock import now
from lanka.customers.models import Topic, Wording

TOPICS = Path(__file__).with_name("topics.toml")


@transaction.atomic
def starter_topics() -> int:
    """Into an empty table only: how many were made. Who has retired them all has them still."""
    if Topic.objects.exists():
        return 0
    told = tomllib.loads(TOPICS.read_text())
    for position, (key, facts) in enumerate(told.items()):
        words = facts.pop("wordings", {})
        topic = Topic.objects.create(key=key, position=position, **facts)
        Wording.objects.bulk_create(
            Wording(topic=topic, language=language, version=1, text=text, at=now()) for language, text in words.items()
        )
    return len(told)
