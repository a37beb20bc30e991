"""One question for many people: everything that is the same for all of them, read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from lanka.core.clock import now
from lanka.customers.models import Basis, Topic
from lanka.customers.standing import DISLIKED, LIKED
from lanka.decide.models import Message, Suppression
from lanka.decide.rules import Cap, caps_of, current, hours
from lanka.decide.seal import pads
from lanka.decide.slots import Slot, slots_of
from lanka.decide.suppress import any_sealed
from lanka.decide.when import Wait


@dataclass(frozen=True, slots=True)
class Question:
    """`same`: messages that this one would be a double of."""

    message: Message
    topic: Topic
    occurrence: str
    at: datetime
    slots: Sequence[Slot]
    caps: Sequence[Cap]
    wait: Wait
    same: Sequence[int]
    double_span: timedelta
    priority: int
    duty: Duty = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "duty", DUTIES[Basis(self.topic.basis)])

    def horizon(self, *, own: bool) -> timedelta:
        """How far back caps look: among messages of its own topic, or of the others."""
        return max((cap.span for cap in self.caps if own or cap.scope != "topic"), default=timedelta(0))


@dataclass(frozen=True, slots=True)
class Duty:
    """What a topic's legal basis heeds. `pauses`: 'all', only those of the 'topic' itself, or none."""

    words: bool = True  # yes and no
    unasked: bool = False  # may go to those who never said a word
    pauses: str = "all"
    caps: bool = True
    content: bool = True  # the same words are a double
    last_resort: bool = False  # where nothing that they chose is open, by any way


DUTIES = {
    Basis.CONSENT: Duty(),
    Basis.INTEREST: Duty(unasked=True),
    Basis.CONTRACT: Duty(words=False, pauses="topic", caps=False, content=False),
    Basis.LEGAL: Duty(words=False, pauses="", caps=False, content=False, last_resort=True),
}


def ask(message: Message, *, occurrence: str = "", at: datetime | None = None, only: Sequence[str] | None = None) -> Question:
    """Reads the rules, the lines, and which messages say the same. `only`: by these kinds of channels, in this order."""
    at, topic, rules = at or now(), message.topic, current()
    slots = slots_of(message, only)
    duty = DUTIES[Basis(topic.basis)]
    caps = [*caps_of(rules.caps), *caps_of(topic.caps, "topic")] if duty.caps else []
    caps = [cap for cap in caps if topic.counts or cap.scope == "topic"]
    span = timedelta(days=rules.double_days)
    home = slots[0].country if slots else ""
    wait = Wait(max(at, message.sends_at), message.local_hour, topic.quiet, hours(rules), home)
    priority = topic.priority if message.priority is None else message.priority
    same = doubles_of(message, duty, max(at, message.sends_at) - span)
    return Question(message, topic, occurrence, at, slots, caps, wait, same, span, priority)


def doubles_of(message: Message, duty: Duty, since: datetime) -> list[int]:
    """Itself (said to another base of the same person), and others of its purpose or with its words."""
    alike = Q(pk=message.pk)
    if message.purpose:
        alike |= Q(purpose=message.purpose)
    if message.content and duty.content:
        alike |= Q(content=message.content)
    recent = Q(expires_at=None) | Q(expires_at__gte=since)
    return list(Message.objects.filter(alike & recent, withdrawn_at=None).order_by("pk").values_list("pk", flat=True))


def parameters(question: Question) -> dict[str, Any]:
    """As the SQL names them."""
    message, duty = question.message, question.duty
    return {
        "message": message.pk,
        "topic": question.topic.pk,
        "occurrence": question.occurrence,
        "at": question.at,
        "expires": message.expires_at or "infinity",
        "priority": question.priority,
        "heeds_words": duty.words,
        "unasked": duty.unasked,
        "pauses": duty.pauses,
        "withdrawn": message.withdrawn_at is not None,
        "liked": LIKED,
        "disliked": DISLIKED,
        "last_resort": duty.last_resort,
        "paces": list(question.topic.frequencies),
        "capped": bool(question.caps),
        "since": question.wait.start - question.horizon(own=True),
        "since_of_others": question.wait.start - question.horizon(own=False),
        "same": list(question.same),
        "double_span": question.double_span,
        **lists(question),
    }


def lists(question: Question) -> dict[str, Any]:
    """The small tables: slots and caps."""
    slots, caps = question.slots, question.caps
    return {
        "every": (1 << len(slots)) - 1,
        "paper": any(slot.can.paper for slot in slots),
        **dict(zip(("seal_inner", "seal_outer"), pads(), strict=True)),
        "any_sealed": any_sealed(),
        "blocked_post": Suppression.objects.filter(kind="postal", lifted_at=None).exists(),
        "slot_no": [slot.no for slot in slots],
        "slot_line": [slot.line for slot in slots],
        "slot_kind": [slot.kind for slot in slots],
        "slot_identifier": [int(slot.identifier) for slot in slots],
        "slot_sort": [slot.can.address for slot in slots],
        "slot_prefix": [slot.prefix for slot in slots],
        "slot_paper": [slot.can.paper for slot in slots],
        "slot_usual": [slot.usual for slot in slots],
        "slot_cost": [slot.can.cost for slot in slots],
        "cap_no": list(range(len(caps))),
        "cap_scope": [cap.scope for cap in caps],
        "cap_kind": [cap.kind for cap in caps],
        "cap_span": [cap.span for cap in caps],
        "cap_most": [cap.most for cap in caps],
    }
