"""Choosing, as people do it: yes to a topic, no to it, by these channels in this order. The preference centre, the desk and a
short word by message all come here, so that the same choice leaves the same rows.

Everything of one act has one time; `take_back` undoes the act by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from lanka.core.clock import now
from lanka.customers.models import Basis, Customer, Topic
from lanka.customers.standing import Choices, Wish, choices, topics, wording_now
from lanka.decide.consent import grant, withdraw
from lanka.decide.prefer import prefer
from lanka.people.models import User


@dataclass(frozen=True, slots=True)
class How:
    """Who chose, where, and what shows it. `language`: of the wording that was before their eyes ('' : none was, `words` were said)."""

    by: User | None
    source: str
    method: str
    words: str = ""
    language: str = ""
    proof: dict[str, Any] = field(default_factory=dict)
    at: datetime = field(default_factory=now)

    def said(self, topic: Topic, *, yes: bool) -> dict[str, Any]:
        wording = wording_now(topic, self.language) if yes and self.language else None
        told = {"wording": wording, "words": self.words, "proof": {"method": self.method, **self.proof}}
        return {"by": self.by, "source": self.source, "at": self.at, **told}


@transaction.atomic
def start(customer: Customer, topic: Topic, how: How) -> None:
    """Yes, on every channel."""
    grant(customer, topic, **how.said(topic, yes=True))


@transaction.atomic
def stop(customer: Customer, topic: Topic, how: How, *, channel: str = "") -> bool:
    """No; '' is every channel. False: it is so already, or this topic cannot be stopped."""
    found = choices(customer)
    if not topic.stoppable or silent(found, topic, channel):
        return False
    withdraw(customer, topic, channel=channel, **how.said(topic, yes=False))
    return True


def silent(found: Choices, topic: Topic, channel: str) -> bool:
    """No stands already: on this channel, or where every one is meant, with no yes to a single channel beside it."""
    if channel:
        return not found.may(topic, channel)
    words = [stand for (pk, _channel), stand in found.stands.items() if pk == topic.pk]
    general = found.stands.get((topic.pk, ""))
    refused = not general.granted if general else topic.basis == Basis.CONSENT
    return refused and not any(one.granted for one in words)


@transaction.atomic
def reach_by(customer: Customer, topic: Topic, kinds: Sequence[str], how: How) -> None:
    """By these channels, the first tried first, and by no others. To choose a channel of a topic is to say yes to it there."""
    found = choices(customer)
    for kind in kinds:
        if not found.may(topic, kind):
            grant(customer, topic, channel=kind, **how.said(topic, yes=True))
    set_wish(customer, topic, replace(found.own(topic), channels=tuple(kinds)), how)


@transaction.atomic
def set_wish(customer: Customer, topic: Topic | None, wish: Wish, how: How) -> bool:
    """False: it stands so already. Raises ValueError for what cannot be wished."""
    if choices(customer).own(topic) == wish:
        return False
    prefer(customer, topic, wish, by=how.by, source=how.source, words=how.words, at=how.at)
    return True


@transaction.atomic
def stop_all(customer: Customer, how: How, *, channel: str = "") -> list[Topic]:
    """No to everything that may be stopped, on one channel or on all. The topics where that changed something."""
    return [topic for topic in topics() if stop(customer, topic, how, channel=channel)]
