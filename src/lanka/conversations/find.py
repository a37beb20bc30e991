"""Which conversation a new message belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lanka.conversations.models import Conversation, State
from lanka.core import threads
from lanka.customers.models import Customer
from lanka.decide.reach import bases_of
from lanka.timeline.models import Event, MessageId

REOPENS = timedelta(days=14)  # a closed conversation that the customer comes back to within this time goes on
TURNS_UP = timedelta(days=3)  # somebody who simply turns up elsewhere goes on with what is open and this fresh
PREFIX = re.compile(r"^\s*((re|fwd?|fw|vs|vl|sv|vb|odp|pd|aw|wg)\s*(\[\d+\])?\s*:\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    conversation: Conversation | None
    linked_to: Conversation | None = None  # a new subject out of a known thread: a new conversation that remembers where from


def bare(subject: str) -> str:
    """The subject without Re:, VS:, SV:, Odp: and their kin."""
    return PREFIX.sub("", subject).strip().casefold()


def end_of_chain(conversation: Conversation) -> Conversation:
    """Where a merged conversation goes on; a circle (there should be none) stops the walk."""
    seen = {conversation.pk}
    while conversation.merged_into is not None and conversation.merged_into_id not in seen:
        conversation = conversation.merged_into
        seen.add(conversation.pk)
    return conversation


def by_token(tokens: Sequence[str]) -> Conversation | None:
    for token in tokens:
        value = threads.read(token)
        if value and value.isdigit():
            found = Conversation.objects.filter(pk=int(value)).first()
            if found:
                return end_of_chain(found)
    return None


def by_reference(line_id: int, ids: Sequence[str], bases: list[int]) -> Conversation | None:
    """Only where this person takes part already: a stranger who quotes an id gets in nowhere."""
    for value in ids:
        known = MessageId.objects.filter(line_id=line_id, value=value[:500]).select_related("event").first()
        if known is None or known.event.conversation_id is None:
            continue
        mine = Event.objects.filter(conversation_id=known.event.conversation_id, customer_id__in=bases).exists()
        if mine:
            return end_of_chain(Conversation.objects.get(pk=known.event.conversation_id))
    return None


def goes_on(conversation: Conversation, at: datetime) -> bool:
    return conversation.state != State.CLOSED or (conversation.closed_at is not None and at - conversation.closed_at <= REOPENS)


def fresh(bases: list[int], at: datetime, subject: str) -> Conversation | None:
    """The person's live conversation, if they turn up on another channel while it is going on."""
    found = (
        Conversation.objects.filter(customer_id__in=bases, merged_into=None, last_at__gte=at - TURNS_UP)
        .exclude(state=State.CLOSED)
        .order_by("-last_at")
        .first()
    )
    if found and subject and found.subject and bare(subject) != bare(found.subject):
        return None
    return found


def find(
    customer: Customer, *, at: datetime, line_id: int, subject: str = "", thread: Sequence[str] = (), replies_to: Sequence[str] = ()
) -> Found:
    """Proof first (our own token), then a hint from a participant, then what is open."""
    bases = bases_of(customer.pk)
    known = by_token(thread) or by_reference(line_id, replies_to, bases)
    if known is not None:
        if subject and known.subject and bare(subject) != bare(known.subject):
            return Found(None, linked_to=known)
        return Found(known) if goes_on(known, at) else Found(None, linked_to=known)
    return Found(fresh(bases, at, subject))
