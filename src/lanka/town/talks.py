"""Conversations of the past: somebody asks, somebody answers, on the channels that these two would use."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from lanka.people.models import User
from lanka.town import catalogue
from lanka.town.book import Book, Entry, Talk, soon
from lanka.town.company import SHOP, Company
from lanka.town.hours import after, writing
from lanka.town.people import Person
from lanka.town.purchases import Bought
from lanka.town.words import Topic, coming, fitting, from_agent, from_customer, long_date, manners, money, say

LIKES = {  # trait: (channel, weight)
    "chatty": {"chat": 6, "email": 2, "sms": 2},
    "brief": {"chat": 4, "sms": 4, "email": 2},
    "mail": {"email": 8, "chat": 2},
    "phone": {"sms": 7, "email": 2, "chat": 1},
    "shop": {"sms": 4, "email": 4, "store": 3},
    "paper": {"store": 1},
}
PACE = {"chat": (1, 7), "sms": (4, 70), "email": (15, 420), "letter": (60, 500), "store": (30, 400)}  # opening minutes until an answer
SHOWN = {
    "chat": ("receipt.delivered", "receipt.read"),
    "sms": ("receipt.delivered",),
    "letter": ("receipt.printed", "receipt.posted"),
    "email": (),
}
STATES = {"chat": "read", "sms": "delivered", "letter": "handed", "email": "handed"}


@dataclass
class Script:
    """One topic for one person: what they will say and hear, and where."""

    person: Person
    topic: Topic
    fields: dict[str, str]
    channel: str
    agent: User
    team: str
    text: dict[str, Any] = field(init=False)
    reply: str = ""  # what answers the question that was chosen

    def __post_init__(self) -> None:
        self.text = self.topic.texts[self.person.language]

    def question(self, rng: Random) -> tuple[str, str]:
        """A subject that says no more than the question, and the question."""
        question, *answers = rng.choice(self.text["talk"])
        self.reply = rng.choice(answers)
        return self.say(rng.choice(fitting(self.text["subject"], question))), self.say(question)

    def say(self, template: str) -> str:
        return say(template, self.person, self.fields)


class Talks:
    def __init__(self, book: Book, company: Company, rng: Random, now: datetime, *, always: bool = False) -> None:
        """`always`: somebody is at work at every hour, as the demo is meant to be looked at at any."""
        self.book, self.company, self.rng, self.now, self.always = book, company, rng, now, always

    def working(self, person: Person, moment: datetime, minutes: float) -> datetime:
        return soon(moment, minutes * 60) if self.always else after(person.shop, moment, minutes)

    def script(self, person: Person, topic: Topic, at: datetime, bought: Bought | None, channel: str = "") -> Script:
        channel = channel or self._channel(person)
        agent, team = self._agent(person, topic)
        return Script(person, topic, self._fields(person, at, bought), channel, agent, team)

    def _channel(self, person: Person) -> str:
        has = {"email": person.email, "sms": person.phone, "chat": person.visitor, "store": True}
        likes = {kind: weight for kind, weight in LIKES[person.trait].items() if has[kind]} or {"store": 1}
        return self.rng.choices(list(likes), list(likes.values()))[0]

    def _agent(self, person: Person, topic: Topic) -> tuple[User, str]:
        staff = self.company.staff
        if person.shop == "krakow":
            return staff["katarzyna"], "Kraków"
        if person.language == "sv" or (person.shop == "turku" and self.rng.random() < 0.7):
            return staff["linnea"], "Turku"
        team = "Workshop" if topic.needs in ("bike", "ebike") else "Helsinki"
        return staff[self.rng.choice(("aino", "aino", "ville"))], team

    def _fields(self, person: Person, at: datetime, bought: Bought | None) -> dict[str, str]:
        rng, shop, language = self.rng, SHOP[person.shop], person.language
        grown = [model for model in person.rides if model != "pikku"]
        ride = (bought and bought.ride) or catalogue.BY_KEY[rng.choice(grown or ["kuura", "aalto", "helmi", "tuuli", "routa"])]
        fields = coming(rng, person, at) | {
            "bike": ride.name(language),
            "size": ride.size(person.size),
            "shop_in": shop.places[language][0],
            "shop_to": shop.places[language][1],
            "frame": f"PP{rng.randint(20, 26)}-{rng.randint(10_000, 99_999)}",
            "number": str(rng.randint(40_000, 48_000)),
            "code": f"JJFI64621{rng.randint(10**9, 10**10 - 1)}",
            "product": ride.name(language),
            "date": long_date(at - timedelta(days=rng.randint(20, 200)), person),
            "amount": money(ride.price, shop.currency, language),
        }
        if bought:
            part = next((item for item in bought.items if item.kind == "part"), bought.items[0])
            fields |= {
                "number": bought.order.number,
                "product": part.spoken(language) if not bought.ride else ride.name(language),
                "date": long_date(bought.order.at, person),
                "amount": money(bought.order.amount, bought.order.currency, language),
                "code": str(bought.order.parcel.get("code", fields["code"])),
            }
        return fields

    def whole(self, script: Script, at: datetime) -> Talk:
        """From the question to the closing."""
        rng = self.rng
        talk = self.ask(script, at)
        self.answer(talk, script, script.reply, first=True)
        for question, answer in rng.sample(script.text["more"], k=min(len(script.text["more"]), rng.choice((0, 0, 1, 1, 2)))):
            self.come_back(talk, script, question)
            self.answer(talk, script, answer)
        if rng.random() < 0.65:
            self.come_back(talk, script, rng.choice(manners()[script.person.language]["thanks"]))
            if script.channel == "chat" and rng.random() < 0.6:
                self.answer(talk, script, rng.choice(manners()[script.person.language]["welcome"]))
        closes = self.working(script.person, talk.last, rng.choice((3, 20, 200, 600)))
        self.book.add(Entry(script.person, closes, "closed", talk=talk, actor=script.agent))
        return talk

    def ask(self, script: Script, at: datetime) -> Talk:
        """At the counter somebody here writes it down; elsewhere it is their own message."""
        person, rng = script.person, self.rng
        subject, body = script.question(rng)
        subject = subject if script.channel in ("email", "store") else ""
        talk = self.book.open(person, at, subject)
        talk.row.team = self.company.teams[script.team] if rng.random() < 0.8 else None
        if script.channel == "store":
            self.book.add(Entry(person, at, "visit", "store", data={"store": SHOP[person.shop].name}))
            self.book.add(Entry(person, soon(at, 240), "note", talk=talk, actor=script.agent, text=self.heard(script, body)))
            return talk
        for part in self._parts(script, from_customer(rng, person, script.channel, body, first=True)):
            at = self.write(talk, script, part, at, subject) + timedelta(seconds=rng.randint(8, 40))
        return talk

    def heard(self, script: Script, words: str) -> str:
        """What was said at the counter, as a colleague writes it down."""
        return f"{manners()[script.person.language]['counter']}: {words}"

    def _parts(self, script: Script, text: str) -> list[str]:
        """The chatty send a sentence at a time."""
        if script.channel != "chat" or script.person.trait != "chatty":
            return [text]
        cut = text.replace("! ", "!\n").replace("? ", "?\n").replace(". ", ".\n").split("\n")
        return [part for part in (p.strip() for p in cut) if part]

    def write(self, talk: Talk, script: Script, text: str, at: datetime, subject: str = "") -> datetime:
        person = script.person
        address = {"email": person.email, "sms": person.phone, "chat": person.visitor}[script.channel]
        data = {
            "language": person.language,
            "address": address,
            "sender_name": person.name if script.channel != "sms" else "",
            "subject": subject,
        }
        self.book.add(Entry(person, at, "message.in", script.channel, talk, text=text, data=data))
        return at

    def come_back(self, talk: Talk, script: Script, question: str) -> None:
        """The customer goes on: at once in a chat, by the same channel later, or at the counter."""
        rng, person = self.rng, script.person
        at = soon(talk.last, rng.uniform(20, 150) if script.channel == "chat" else rng.uniform(300, 30_000))
        at = at if script.channel == "chat" else max(at, writing(rng, person.country, at))
        if script.channel in ("store", "letter"):
            self.book.add(Entry(person, after(person.shop, at, 60), "visit", "store", talk, data={"store": SHOP[person.shop].name}))
            self.book.add(
                Entry(person, soon(talk.last, 200), "note", talk=talk, actor=script.agent, text=self.heard(script, script.say(question)))
            )
            return
        subject = f"Re: {talk.row.subject}" if script.channel == "email" else ""
        self.write(talk, script, from_customer(rng, person, script.channel, script.say(question), first=False), at, subject)

    def answer(self, talk: Talk, script: Script, template: str, *, first: bool = False) -> Entry:
        rng, person, agent = self.rng, script.person, script.agent
        low, high = PACE[script.channel]
        at = self.working(person, talk.last, rng.uniform(low, high))
        if first:
            self.take(talk, script, at - timedelta(seconds=rng.randint(20, 50)))
        kind, moved = script.channel, False
        if kind == "chat" and person.email and (at - talk.last > timedelta(minutes=20) or (first and rng.random() < 0.12)):
            self.book.add(Entry(person, soon(talk.last, 90), "left", "chat", talk))
            at, kind, moved = max(at, soon(talk.last, 60)), "email", True
            script.channel = "email"
        if kind == "store":
            kind = script.channel = "sms" if person.phone and person.trait != "paper" else "letter"
        if first and rng.random() < 0.22:
            self.book.add(
                Entry(person, at - timedelta(seconds=5), "note", talk=talk, actor=agent, text=script.say(rng.choice(script.text["note"])))
            )
        return self.send(
            talk, script, kind, from_agent(person, kind, script.say(template), agent.public_name, first=first, moved=moved), at
        )

    def take(self, talk: Talk, script: Script, at: datetime) -> None:
        """Somebody takes it, and says with a word or two what it is about."""
        team = talk.row.team.name if talk.row.team else ""
        talk.row.assignee = script.agent
        data = {"to": script.agent.name, "team": team, "before": {"assignee": None, "team": talk.row.team_id}}
        self.book.add(Entry(script.person, at, "assigned", talk=talk, actor=script.agent, data=data))
        if self.rng.random() < 0.7:
            data = {"added": script.topic.tags, "removed": []}
            self.book.add(Entry(script.person, soon(at, 6), "tagged", talk=talk, actor=script.agent, data=data))

    def send(self, talk: Talk, script: Script, kind: str, text: str, at: datetime) -> Entry:
        person, rng = script.person, self.rng
        lines = [person.name, *person.address]
        address = {"email": person.email, "sms": person.phone, "chat": person.visitor, "letter": "\n".join(lines)}[kind]
        subject = talk.row.subject or script.say(script.text["subject"][0]) if kind in ("email", "letter") else ""
        data = {"subject": subject, "language": person.language, "address": address, "files": []}
        out = self.book.add(Entry(person, at, "message.out", kind, talk, script.agent, text=text, data=data, state=STATES[kind]))
        later = at
        for receipt in SHOWN[kind]:
            later = soon(later, {"letter": rng.uniform(7000, 30_000), "chat": rng.uniform(1, 30)}.get(kind, rng.uniform(2, 40)))
            if later < self.now:
                self.book.add(Entry(person, later, receipt, kind, talk, about=out, data={"address": address}))
        return out
