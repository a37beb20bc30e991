"""The composer as it opens: the ways that are open, the chosen one, the draft."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from lanka.conversations.models import Conversation, Draft
from lanka.decide.reach import Way, reach
from lanka.people.models import User


@dataclass(frozen=True, slots=True)
class Shown:
    """A way with what the template asks of it."""

    way: Way
    twin: bool  # another address on the same line: the address must be shown too

    def __getattr__(self, name: str) -> Any:
        return getattr(self.way, name)


def can_json(way: Way) -> str:
    plain = {name: value for name, value in asdict(way.can).items() if not isinstance(value, timedelta)}
    return json.dumps(plain)


def ways(conversation: Conversation) -> list[Shown]:
    found = reach(conversation.customer, conversation)
    opened = Counter(way.line_id for way in found if way.ok)
    return [Shown(way, opened[way.line_id] > 1) for way in found]


def draft_of(conversation: Conversation, user: User) -> Draft:
    return Draft.objects.filter(conversation=conversation, user=user).first() or Draft(conversation=conversation, user=user)


def context(conversation: Conversation, user: User) -> dict[str, Any]:
    from lanka.desk.inbox.snooze import presets

    shown, draft = ways(conversation), draft_of(conversation, user)
    modes = [way.mode for way in shown if way.ok]
    best = next((way.mode for way in shown if way.best), modes[0] if modes else "note")
    return {
        "ways": shown,
        "mode": draft.mode if draft.mode in (*modes, "note") else best,
        "draft": draft,
        "draft_files": json.dumps(draft.files),
        "presets": presets(),
        "addresses": [way.mode.replace(" ", "") for way in shown if way.ok and way.can.typing],
    }
