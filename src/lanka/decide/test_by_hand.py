"""The SQL comes to what the specification says, for every person of worlds made at random."""

from __future__ import annotations

import os
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lanka.channels.models import Line
from lanka.channels.registry import channel
from lanka.channels.settings import pack
from lanka.customers.models import Alias, Consent, Customer, Fact, Identifier, Implied, Kind, Mark, Preference, Topic
from lanka.decide.by_hand import Decision, decide
from lanka.decide.judge import judge, suppose
from lanka.decide.models import Message, Outcome, Rules, Suppression, Verdict
from lanka.decide.question import ask
from lanka.decide.reasons import Reason
from lanka.decide.test_reach import SETTINGS
from lanka.people.models import User

# an ordinary Friday; the night when clocks change; the evening before Independence Day and before New Year; Good Friday; midsummer
MOMENTS = [
    (2026, 11, 20, 9),
    (2027, 3, 28, 0),
    (2026, 10, 24, 23),
    (2026, 12, 5, 20),
    (2026, 12, 31, 22),
    (2027, 3, 26, 6),
    (2026, 6, 18, 12),
]
KINDS = ["email", "sms", "letter", "telegram"]
WORLDS = int(os.environ.get("LANKA_WORLDS", "60"))  # more of them in a quiet hour
TELEGRAM: dict[str, Any] = {"token": "1:a", "delivery": "polling"}


class World:
    """One world, small enough that everything happens in it often."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self.now = datetime(*dice.choice(MOMENTS), dice.choice([0, 30, 59]), tzinfo=UTC)
        self.user = User.objects.create_user(f"u{dice.random()}@x.example", "x", name="Aino")
        self.lines = [self.line(kind) for kind in KINDS if dice.random() < 0.8]
        self.topics = [self.topic(n) for n in range(2)]
        Rules.objects.create(
            at=self.now, caps=self.caps(), quiet=self.quiet(), holidays=dice.random() < 0.7, double_days=dice.choice([0, 3, 30])
        )
        self.messages = [self.message() for _ in range(4)]
        self.people = [self.person() for _ in range(dice.randint(4, 8))]

    def line(self, kind: str) -> Line:
        told = {**SETTINGS, "telegram": TELEGRAM}[kind]
        return Line.objects.create(
            kind=kind, name=kind, settings=pack(channel(kind).Settings(**told)), country=self.dice.choice(["FI", "SE"])
        )

    def some(self, things: list[str], least: int = 0) -> list[str]:
        return self.dice.sample(things, self.dice.randint(least, len(things)))

    def days(self, before: float, after: float) -> datetime:
        return self.now + timedelta(hours=self.dice.randint(int(-24 * before), int(24 * after)))

    def caps(self) -> list[dict[str, Any]]:
        every = [{"days": 1, "most": 1}, {"days": 7, "most": 2}, {"days": 30, "most": 1, "channel": self.dice.choice(KINDS)}]
        return self.dice.sample(every, self.dice.randint(0, 3))

    def quiet(self) -> dict[str, list[str]]:
        every = {"": ["21:00", "08:00"], "SE": ["20:00", "10:00"], "US": ["12:00", "14:00"], "FI": ["22:30", "03:30"]}
        return {country: every[country] for country in self.some(list(every))}

    def topic(self, n: int) -> Topic:
        return Topic.objects.create(
            key=f"t{n}",
            basis=self.dice.choice(["consent", "interest", "interest", "interest", "contract", "legal"]),
            channels=self.some(KINDS),
            caps=self.dice.choice([[], [{"days": 2, "most": 1}]]),
            quiet=self.dice.random() < 0.7,
            counts=self.dice.random() < 0.8,
            frequencies=self.dice.choice([[], ["now", "daily", "weekly"]]),
            priority=self.dice.choice([30, 50]),
        )

    def message(self) -> Message:
        start = self.days(3, 5)
        return Message.objects.create(
            name="m",
            topic=self.dice.choice(self.topics),
            purpose=self.dice.choice(["", "p", "q"]),
            content=self.dice.choice(["", "c"]),
            priority=self.dice.choice([None, None, 10, 90]),
            channels=self.dice.choice([[], [], self.some(KINDS, 1)]),
            sends_at=start,
            local_hour=self.dice.choice([None, None, time(3, 30), time(10)]),
            expires_at=self.dice.choice([None, None, max(start, self.now) + timedelta(days=self.dice.choice([0, 1, 9]))]),
            withdrawn_at=self.dice.choice([None] * 30 + [self.days(2, 2)]),
        )

    def base(self) -> Customer:
        country, zone = self.dice.choice([("", ""), ("FI", ""), ("SE", ""), ("US", ""), ("US", "America/New_York"), ("FI", "Asia/Kolkata")])
        return Customer.objects.create(
            created_at=self.now, name=self.dice.choice(["Maija Laine", ""]), country=country, zone=zone, language="fi"
        )

    def person(self) -> Customer:
        dice, root = self.dice, self.base()
        bases = [root, *(self.base() for _ in range(dice.choice([0, 0, 1, 2])))]
        for base in bases[1:]:
            Alias.objects.create(customer=base, root=root)
        for base in bases:
            self.known(base)
            self.chose(base)
        for _ in range(dice.randint(0, 6)):
            self.promise(dice.choice(bases))
        if dice.random() < 0.02:
            Mark.objects.create(customer=dice.choice(bases), what="deceased", at=self.now, by=self.user)
        if dice.random() < 0.02:
            Customer.objects.filter(pk=root.pk).update(erased_at=self.now)
        return root

    def known(self, base: Customer) -> None:
        told = {Kind.EMAIL: f"p{base.pk}@x.example", Kind.PHONE: f"+35840{base.pk:07d}", Kind.ACCOUNT: f"telegram:{base.pk}"}
        for kind, value in told.items():
            if self.dice.random() < 0.6:
                Identifier.objects.create(kind=kind, value=value, customer=base, first_seen_at=self.now, source="test")
                if self.dice.random() < 0.2:
                    Suppression.objects.create(kind=kind.name.lower(), value=value, why=self.dice.choice(["bounced", "STOP"]), at=self.now)
        if self.dice.random() < 0.5:
            home = self.dice.choice(
                [{"street": "Kuja 1", "town": "Tampere"}, {"name": "M. L.", "street": "Gata 2", "co": "x"}, {"town": "Oulu"}]
            )
            Fact.objects.create(customer=base, kind="address", value=home, source="test", at=self.days(9, 0))
            if self.dice.random() < 0.2:
                Suppression.objects.create(kind="postal", value="M. L.\nx\nGata 2", why="returned", at=self.now)

    def chose(self, base: Customer) -> None:
        for _ in range(self.dice.randint(0, 4)):
            of, kind = self.dice.choice(self.topics), self.dice.choice(["", "", *KINDS])
            Consent.objects.create(
                customer=base, topic=of, channel=kind, granted=self.dice.random() < 0.7, source="test", at=self.days(3, 0)
            )
        for of in {self.dice.choice([None, *self.topics]) for _ in range(self.dice.randint(0, 2))}:
            Preference.objects.create(
                customer=base,
                topic=of,
                channels=self.some(KINDS),
                language=self.dice.choice(["", "sv"]),
                frequency=self.dice.choice(["", "", "daily", "weekly"]),
                pause_until=self.dice.choice([None, None, self.days(2, 4)]),
                source="test",
                at=self.days(3, 0),
            )
        for kind in self.some(KINDS):
            Implied.objects.create(customer=base, channel=kind, score=self.dice.choice([-90, -50, 0, 29, 30, 80]), at=self.days(3, 0))

    def promise(self, base: Customer) -> None:
        at = self.days(*self.dice.choice([(1, 2), (8, 6), (30, 0)]))
        Verdict.objects.get_or_create(
            message=self.dice.choice(self.messages[1:]),
            customer=base,
            occurrence=self.dice.choice(["", "", "2026"]),
            defaults={
                "outcome": self.dice.choice([Outcome.SEND, Outcome.SEND, Outcome.SEND, Outcome.NO, Outcome.HOLD]),
                "reason": Reason.USUAL,
                "line_id": self.dice.choice([line.pk for line in self.lines] or [None]),
                "send_at": at,
                "decided_at": self.now,
                "taken_at": None if at > self.now and self.dice.random() < 0.7 else self.now,
            },
        )


def same(hand: Decision, found: Verdict) -> None:
    """Field by field, the data of the reasons too."""
    expected = (hand.outcome, hand.reason, hand.line, hand.address, hand.language, hand.send_at, hand.ladder, hand.because)
    told = (
        found.outcome,
        Reason(found.reason),
        found.line_id,
        found.address,
        found.language,
        found.send_at,
        list(found.ladder),
        found.because,
    )
    assert told == expected


def one_world(dice: Random, seen: dict[Reason, int]) -> None:
    world = World(dice)
    message = world.messages[0]
    question = ask(message, occurrence=dice.choice(["", "", "2026"]), at=world.now)
    hands = {person.pk: decide(question, person) for person in world.people}
    for hand in hands.values():
        seen[hand.reason] = seen.get(hand.reason, 0) + 1
    supposed = suppose(question, world.people[0].pk)
    assert supposed is not None
    same(hands[world.people[0].pk], supposed)
    tally = judge(message, list(hands), occurrence=question.occurrence, at=world.now)
    assert tally.people == len(hands)
    for found in Verdict.objects.filter(message=message, occurrence=question.occurrence):
        same(hands[found.customer_id], found)
    displaced = set(Verdict.objects.filter(reason=Reason.DISPLACED).values_list("pk", flat=True))
    assert displaced == set().union(*(hand.displaced for hand in hands.values() if hand.outcome == Outcome.SEND))


@pytest.mark.django_db
@pytest.mark.timeout(600)
def test_the_statement_comes_to_what_the_specification_says() -> None:
    seen: dict[Reason, int] = {}

    @settings(max_examples=WORLDS, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(st.integers(0, 10**9))
    def worlds(seed: int) -> None:
        with transaction.atomic():
            one_world(Random(seed), seen)
            transaction.set_rollback(True)

    worlds()
    others = {Reason.NEXT_WAY, Reason.DISPLACED, Reason.USED_UP, Reason.NOT_MEANT}  # not what `decide` itself comes to
    assert set(seen) >= set(Reason) - others - {Reason.CHANNEL_CAP, Reason.WITHDRAWN}, seen  # these two are rare
