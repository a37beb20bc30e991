"""Yes and no: the two verbs that write the ledger. Every word stands in it and on the timeline, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction

from lanka.core.clock import now
from lanka.customers.models import Consent, Customer, Topic, Wording
from lanka.people.models import User
from lanka.timeline.record import record


class Said(TypedDict, total=False):
    """How it was said. `proof`: {'method': 'double-opt-in' | 'form' | 'signed-link' | 'spoken' | 'one-click' | 'stop-word' | 'undo' | …}
    and whatever shows it; `words`: as said, where no wording was shown.
    """

    channel: str  # a kind; '' is every channel
    wording: Wording | None
    words: str
    proof: Mapping[str, Any]
    at: datetime | None
    key: str | None


def grant(customer: Customer, topic: Topic, *, by: User | None, source: str, **said: Unpack[Said]) -> Consent | None:
    """They said yes. None: `key` is known already, so this was written before."""
    return _write(customer, topic, by, source, granted=True, said=said)


def withdraw(customer: Customer, topic: Topic, *, by: User | None, source: str, **said: Unpack[Said]) -> Consent | None:
    """They said no. None: `key` is known already. A topic that nobody may stop keeps the word and goes out all the same."""
    return _write(customer, topic, by, source, granted=False, said=said)


@transaction.atomic
def _write(customer: Customer, topic: Topic, by: User | None, source: str, *, granted: bool, said: Said) -> Consent | None:
    at, channel, words = said.get("at") or now(), said.get("channel", ""), said.get("words", "").replace("\0", "").strip()
    proof, kind = dict(said.get("proof", {})), "consent.granted" if granted else "consent.withdrawn"
    data = {"topic": topic.key, "names": topic.names, "channel": channel, "source": source, "method": proof.get("method", "")}
    known = {"actor": by, "key": said.get("key"), "at": at, "channel": channel}
    if record(customer, kind, text=words, data=data, **known) is None:  # type: ignore[arg-type]
        return None
    told = {"wording": said.get("wording"), "words": words, "proof": proof, "source": source[:60], "at": at, "by": by}
    return Consent.objects.create(customer=customer, topic=topic, channel=channel, granted=granted, **told)
