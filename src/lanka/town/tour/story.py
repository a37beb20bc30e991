"""How far Maija's story has come: read off the timeline, so that a step is done when it has really happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Q

from lanka.customers.models import Alias, Claim, Identifier
from lanka.timeline.models import Event
from lanka.town.models import Dweller, Item, Kind

MAIJA = 0
STEPS = 5


def bases_of(person: Dweller) -> set[int]:
    """Every base that is this person, or says so: also the visitor who has only typed the address."""
    values = [value for value in (person.email, person.phone, person.card) if value]
    found = set(Identifier.objects.filter(value__in=values).values_list("customer_id", flat=True))
    found |= set(Claim.objects.filter(value__in=values).values_list("customer_id", flat=True))
    roots = found | set(Alias.objects.filter(customer_id__in=found).values_list("root_id", flat=True))
    return roots | set(Alias.objects.filter(root_id__in=roots).values_list("customer_id", flat=True))


@dataclass
class Story:
    person: Dweller
    since: datetime

    @cached_property
    def events(self) -> list[Event]:
        return list(Event.objects.filter(customer_id__in=bases_of(self.person), recorded_at__gte=self.since).order_by("id"))

    def first(self, kind: str, channel: str = "", after: Event | None = None, conversation: int | None = None) -> Event | None:
        for event in self.events:
            fits = event.kind == kind and (not channel or event.channel == channel)
            if fits and (after is None or event.pk > after.pk) and conversation in (None, event.conversation_id):
                return event
        return None

    def came(self, kind: Kind) -> bool:
        return Item.objects.filter(Q(dweller=self.person, kind=kind, mine=False), at__gte=self.since).exists()

    @cached_property
    def asked(self) -> Event | None:
        return self.first("message.in", "chat")

    @property
    def conversation(self) -> int | None:
        return self.asked.conversation_id if self.asked else None

    @cached_property
    def parts(self) -> list[list[tuple[str, bool]]]:
        """For each step, its parts: (name, has it happened)."""
        asked, thread = self.asked, self.conversation
        answered = self.first("message.out", after=asked, conversation=thread) if asked else None
        mailed = self.first("message.in", "email", after=asked, conversation=thread) if asked else None
        visit = self.first("visit") or self.first("purchase") or self.first("pickup")
        text = self.first("message.out", "sms", after=asked) if asked else None
        letter = self.first("message.out", "letter", after=asked) if asked else None
        return [
            [("asked", bool(asked))],
            [("answered", bool(answered)), ("mailed", bool(answered) and self.came(Kind.MAIL))],
            [("back", bool(mailed))],
            [("visit", bool(visit and mailed)), ("text", bool(text) and self.came(Kind.SMS))],
            [("letter", bool(letter)), ("posted", bool(letter) and self.came(Kind.LETTER))],
        ]

    @property
    def done(self) -> int:
        """How many steps, in order."""
        count = 0
        for parts in self.parts:
            if not all(happened for _, happened in parts):
                return count
            count += 1
        return count
