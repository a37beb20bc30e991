"""The decision for one person, step by step, in plain Python: the specification. It runs nowhere but in the test that holds the
SQL of `judge.py` against it, on worlds made at random.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from lanka.channels.models import Line
from lanka.customers.load import bases_of, roots_of
from lanka.customers.models import Customer, Fact, Identifier, Mark, Topic
from lanka.customers.standing import Choices, choices_of
from lanka.decide.models import Outcome, Suppression, Verdict
from lanka.decide.question import Question
from lanka.decide.reach import postal_lines
from lanka.decide.reasons import Reason
from lanka.decide.rules import Cap
from lanka.decide.slots import Slot
from lanka.decide.when import when


@dataclass(slots=True)
class Decision:
    """As a verdict; `displaced` are the verdicts that lose their place to it."""

    outcome: Outcome
    reason: Reason
    language: str
    line: int | None = None
    address: str = ""
    send_at: datetime | None = None
    ladder: list[str] = field(default_factory=list)
    because: dict[str, Any] = field(default_factory=dict)
    displaced: set[int] = field(default_factory=set)


class Person:
    """What is read of one person for one question."""

    def __init__(self, question: Question, customer: Customer) -> None:
        self.question = question
        self.root = Customer.objects.get(pk=roots_of([customer.pk])[customer.pk])
        self.bases = bases_of([self.root.pk])[self.root.pk]
        self.choices: Choices = choices_of(self.bases)
        self.blocked = {(s.kind, s.value): s.why for s in Suppression.objects.filter(lifted_at=None)}
        self.kinds = dict(Line.objects.values_list("pk", "kind"))
        self.ways = {slot: list(self.addresses(slot)) for slot in question.slots}
        self.promises = self.sent()

    def addresses(self, slot: Slot) -> Iterable[tuple[str, str | None]]:
        """The newest first, each with why it is blocked."""
        if slot.can.paper:
            home = Fact.objects.filter(customer__in=self.bases, kind="address").order_by("-at", "-pk").first()
            found = [postal_lines(home.value, self.root.name)] if home and home.value.get("street") else []
        else:
            known = Identifier.objects.filter(customer__in=self.bases, kind=slot.identifier).order_by("-pk")
            found = [value for value in known.values_list("value", flat=True) if value.startswith(slot.prefix)]
        return [(address, self.blocked.get((slot.can.address, address))) for address in found]

    def sent(self) -> list[Verdict]:
        """Promises to send, but this very one."""
        own = {"message": self.question.message, "occurrence": self.question.occurrence, "customer": self.root}
        rows = Verdict.objects.filter(customer__in=self.bases, outcome=Outcome.SEND).exclude(**own)
        return list(rows.select_related("message__topic").order_by("send_at", "message_id"))

    def open(self, slot: Slot) -> str | None:
        """The address that it would go to."""
        return next((address for address, why in self.ways[slot] if why is None), None)

    def may(self, slot: Slot) -> bool:
        return self.choices.may(self.question.topic, slot.kind)

    def said_at(self) -> datetime | None:
        """When they last said a word that counts on any of the slots."""
        words = [self.choices.stand(self.question.topic, slot.kind) for slot in self.question.slots]
        every = self.choices.stands.get((self.question.topic.pk, ""))
        return max((word.at for word in (*words, every) if word), default=None)

    def pace(self) -> str:
        own, general = self.choices.own(self.question.topic), self.choices.own(None)
        wanted = own.frequency or general.frequency
        return wanted if wanted in self.question.topic.frequencies else "now"

    def paused(self) -> datetime | None:
        own, general = self.choices.own(self.question.topic).pause_until, self.choices.own(None).pause_until
        heeded = {"all": [own, general], "topic": [own], "": []}[self.question.duty.pauses]
        return max((until for until in heeded if until), default=None)

    def language(self) -> str:
        return self.choices.wish(self.question.topic).language or self.root.language

    def wanted(self) -> list[Slot]:
        """In their order; those that they do not want are left out."""
        chosen, last_resort = self.choices.wish(self.question.topic).channels, self.question.duty.last_resort

        def place(slot: Slot) -> int:
            usual = slot.usual if slot.usual is not None else 50 + slot.no
            if not chosen:
                return 100 * (1 - self.choices.leaning(slot.kind)) + usual
            return chosen.index(slot.kind) + 1 if slot.kind in chosen else 500 + usual

        wanted = [s for s in self.question.slots if last_resort or (s.kind in chosen if chosen else s.usual is not None)]
        return sorted(wanted, key=place)


def decide(question: Question, customer: Customer) -> Decision:
    """What `judge.suppose` must come to."""
    person = Person(question, customer)
    send_at, late = when(question.wait, person.root.country, person.root.zone, person.pace())
    if (reason := gone(question, person)) is not None:
        return no(person, reason)
    if (refusal := closed(person)) is not None:
        return no(person, refusal[0], **refusal[1])
    return weigh(person, send_at, late)


def weigh(person: Person, send_at: datetime, late: dict[str, Any]) -> Decision:
    """They may have it: pause, doubles, time, caps, in this order; then the way."""
    question, message = person.question, person.question.message
    full = {cap: hits for cap in question.caps if len(hits := within(cap, person, send_at)) >= cap.most}
    picked, because = pick(person, full)
    paused = person.paused()
    if paused and paused > send_at:
        return held(person, Reason.PAUSED, paused, {"until": iso(paused)})
    if double := doubled(person, send_at):
        return no(person, Reason.DOUBLE, message=double.message_id, at=iso(double.send_at))
    if message.expires_at and send_at > message.expires_at:
        return no(person, Reason.TOO_LATE, **because, **late, at=iso(send_at))
    crowd = Crowd(person, {cap: hits for cap, hits in full.items() if cap.scope != "channel"})
    if crowd.closed:
        return held(person, crowd.reason, crowd.until, {"caps": crowd.because, "until": iso(crowd.until)})
    if not picked:
        until = min(hits[0].send_at + cap.span for cap, hits in full.items() if cap.scope == "channel" and on_slot(cap, question))
        return held(person, Reason.CHANNEL_CAP, until, {**because, **late, "until": iso(until)})
    told: dict[str, Any] = {
        "line": picked[0].line,
        "address": person.open(picked[0]) or "",
        "send_at": send_at,
        "displaced": crowd.displaced,
    }
    ladder = [slot.kind for slot in picked[1:]]
    return Decision(Outcome.SEND, chosen_by(person, picked[0]), person.language(), ladder=ladder, because={**because, **late}, **told)


def no(person: Person, reason: Reason, **because: Any) -> Decision:
    return Decision(Outcome.NO, reason, person.language(), because=because)


def gone(question: Question, person: Person) -> Reason | None:
    """Nobody to write to, or nothing to say."""
    if question.message.withdrawn_at:
        return Reason.WITHDRAWN
    if person.root.erased_at:
        return Reason.ERASED
    if Mark.objects.filter(customer__in=person.bases, what=Mark.What.DECEASED, lifted_at=None).exists():
        return Reason.DECEASED
    return None if question.slots else Reason.NO_LINE


def closed(person: Person) -> tuple[Reason, dict[str, Any]] | None:
    """No way is left after addresses, consent, suppression and choice, in this order."""
    slots = person.question.slots
    have = [slot for slot in slots if person.ways[slot]]
    allowed = [slot for slot in have if person.may(slot)]
    opened = [slot for slot in allowed if person.open(slot)]
    if not have:
        return Reason.NO_ADDRESS, {}
    if not allowed:
        at = person.said_at()
        if any(person.may(slot) for slot in slots):
            return Reason.YES_ELSEWHERE, {"at": iso(at)}
        return (Reason.SAID_NO, {"at": iso(at)}) if at else (Reason.NEVER_ASKED, {})
    if not opened:
        return Reason.BLOCKED, {"why": min(why for ways in person.ways.values() for _, why in ways if why is not None)}
    if not set(opened) & set(person.wanted()):
        return Reason.NOT_THEIR_CHANNEL, pick(person, {})[1] | late_of(person)
    return None


def late_of(person: Person) -> dict[str, Any]:
    return when(person.question.wait, person.root.country, person.root.zone, person.pace())[1]


def pick(person: Person, full: Iterable[Cap]) -> tuple[list[Slot], dict[str, Any]]:
    """The ways that are left, the best first; and what was wanted and passed by."""
    crowded = {cap.kind for cap in full if cap.scope == "channel"}
    left, passed = [], {}
    for slot in person.wanted():
        if not person.ways[slot]:
            passed[slot.kind] = "address"
        elif not person.may(slot):
            passed[slot.kind] = "words"
        elif not person.open(slot):
            passed[slot.kind] = "blocked"
        elif slot.kind in crowded:
            passed[slot.kind] = "cap"
        else:
            left.append(slot)
    told = {"wanted": [slot.kind for slot in person.wanted()] or None, "passed": passed or None}
    return left, {name: value for name, value in told.items() if value}


def chosen_by(person: Person, slot: Slot) -> Reason:
    topic = person.question.topic
    if slot.kind in person.choices.wish(topic).channels:
        return Reason.CHOSEN if person.choices.own(topic).channels else Reason.CHOSEN_FOR_ALL
    return Reason.TAKES_NOTICE if person.choices.leaning(slot.kind) > 0 else Reason.USUAL


def counts(cap: Cap, verdict: Verdict, topic: Topic, kinds: dict[int, str]) -> bool:
    message = verdict.message
    if message.withdrawn_at and verdict.send_at and verdict.send_at >= message.withdrawn_at:
        return False
    if cap.scope == "topic":
        return message.topic_id == topic.pk
    return message.topic.counts and (cap.scope == "all" or kinds.get(verdict.line_id or 0) == cap.kind)


def within(cap: Cap, person: Person, at: datetime) -> list[Any]:
    """Promises in the window before, and what is planned in the window after; the oldest first."""
    topic = person.question.topic
    return [v for v in person.promises if v.send_at and at - cap.span < v.send_at < at + cap.span and counts(cap, v, topic, person.kinds)]


def on_slot(cap: Cap, question: Question) -> bool:
    return cap.kind in {slot.kind for slot in question.slots}


class Crowd:
    """Caps that are full. What is planned, not taken and of less weight gives up its place; if that makes room, it is room."""

    def __init__(self, person: Person, full: dict[Cap, list[Verdict]]) -> None:
        question = person.question
        self.displaced: set[int] = set()
        self.closed, self.outranked, self.because = False, False, list[dict[str, Any]]()
        self.until = max((hits[0].send_at + cap.span for cap, hits in full.items() if hits[0].send_at), default=question.at)
        for cap, hits in full.items():
            planned = [v for v in hits if v.taken_at is None and v.send_at and v.send_at > question.at and v.message.withdrawn_at is None]
            weaker = [v for v in planned if weight(v) < question.priority]
            stronger = sorted((v for v in planned if weight(v) >= question.priority), key=lambda v: (v.send_at, v.message_id))
            self.closed |= len(hits) - len(weaker) >= cap.most
            self.outranked |= bool(stronger)
            self.displaced |= {v.pk for v in weaker}
            told = {"n": len(hits), "most": cap.most, "days": cap.span / timedelta(days=1)}
            self.because.append({**told, "message": stronger[-1].message_id} if stronger else told)

    @property
    def reason(self) -> Reason:
        return Reason.OUTRANKED if self.outranked else Reason.CAP


def weight(verdict: Verdict) -> int:
    own = verdict.message.priority
    return verdict.message.topic.priority if own is None else own


def doubled(person: Person, at: datetime) -> Verdict | None:
    """The newest promise that said the same; one that is said again on purpose has another occurrence."""
    question, found = person.question, []
    for verdict in person.promises:
        alike = verdict.occurrence == question.occurrence or "" in (verdict.occurrence, question.occurrence)
        if verdict.message_id == question.message.pk:
            alike = verdict.customer_id != person.root.pk and verdict.occurrence == question.occurrence
        near = verdict.send_at and at - question.double_span < verdict.send_at < at + question.double_span
        if verdict.message_id in question.same and alike and near:
            found.append(verdict)
    return found[-1] if found else None


def held(person: Person, reason: Reason, until: datetime, because: dict[str, Any]) -> Decision:
    expires = person.question.message.expires_at
    outcome = Outcome.NO if expires and until > expires else Outcome.HOLD
    return Decision(outcome, reason, person.language(), send_at=until, because=because)


def iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
