"""What is open on the desk now: new questions, answers awaited, the snoozed, and those who come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from lanka.town.book import Book, Entry, Talk, soon
from lanka.town.company import Company
from lanka.town.hours import after, writing
from lanka.town.people import Person
from lanka.town.purchases import Bought
from lanka.town.talks import Script, Talks
from lanka.town.words import from_customer, manners, topics

SLA = {"chat": 45, "sms": 120, "email": 480}  # minutes until an answer is due
DUE_SOON = 70  # minutes: only those are marked, the rest is not urgent yet
STATES = ("new",) * 13 + ("taken",) * 6 + ("back",) * 8 + ("waiting",) * 7 + ("snoozed",) * 4 + ("pushing",) * 2
CAST = (  # number, topic, channel, state, minutes ago
    (1, "service", "sms", "new", 6),
    (2, "stock", "email", "taken", 23),
    (4, "warranty", "sms", "snoozed", 95),
)


@dataclass(frozen=True)
class Wish:
    """What is to be open; empty words: anything."""

    state: str
    minutes: float  # since the customer's last message
    topic: str = ""
    channel: str = ""


class Present:
    def __init__(self, company: Company, rng: Random, now: datetime) -> None:
        self.company, self.rng, self.now = company, rng, now

    def fill(self, book: Book, people: Sequence[Person], bought: dict[int, list[Bought]]) -> None:
        for number, topic, channel, state, minutes in CAST:
            self._add(book, people[number], bought[number], Wish(state, minutes, topic, channel))
        able = [person for person in people[5:] if person.email or person.phone]
        chosen = self.rng.sample(able, k=min(len(STATES), len(able)))
        for n, (person, state) in enumerate(zip(chosen, STATES, strict=False)):
            ago = 2.0 + n * 3 if state == "new" else self.rng.uniform(8, 300)
            self._add(book, person, bought[person.number], Wish(state, ago))

    def _add(self, book: Book, person: Person, bought: Sequence[Bought], wish: Wish) -> None:
        """Tries in a book of its own until nothing lies in the future."""
        had = self.rng.choice(bought) if bought else None
        for earlier in range(1, 40):
            page = Book()
            talk = self._talk(Talks(page, self.company, self.rng, self.now, always=True), person, had, wish, earlier)
            if talk.last <= self.now - timedelta(seconds=40):
                book.entries += page.entries
                book.talks += page.talks
                return

    def _talk(self, talks: Talks, person: Person, had: Bought | None, wish: Wish, earlier: int) -> Talk:
        topic = topics()[wish.topic or self._topic(person, had)]
        asked = soon(self.now, -60 * wish.minutes)
        if wish.state in ("back", "waiting", "snoozed", "pushing"):
            asked = (
                writing(self.rng, person.country, soon(self.now, -86400 * earlier * 0.6))
                if earlier > 3
                else soon(self.now, -7200 * (earlier + 1))
            )
        script = talks.script(person, topic, asked, had, wish.channel or self._typed(person))
        talk = talks.ask(script, asked)
        getattr(self, f"_{wish.state}")(talks, talk, script, wish.minutes)
        self._due(talk, script)
        return talk

    def _topic(self, person: Person, had: Bought | None) -> str:
        if had and had.web and self.now - had.order.at < timedelta(days=12):
            return self.rng.choice(("delivery", "delivery", "return"))
        keys = ["size", "stock", "testride", "benefit", "child", "hours"] + (
            ["service", "warranty", "spare", "storage"] if person.rides else []
        )
        keys += ["battery"] * 2 if any(model in ("myrsky", "tuuli", "karhu") for model in person.rides) else []
        return self.rng.choice(keys)

    def _typed(self, person: Person) -> str:
        kinds = [kind for kind, has in (("chat", person.visitor), ("email", person.email), ("sms", person.phone)) if has]
        return self.rng.choice(kinds)

    def _new(self, talks: Talks, talk: Talk, script: Script, minutes: float) -> None:
        talk.unread = True
        if script.channel == "chat" and minutes > 12:
            talks.book.add(Entry(script.person, soon(talk.last, 200), "left", "chat", talk))

    def _taken(self, talks: Talks, talk: Talk, script: Script, minutes: float) -> None:
        talk.unread = self.rng.random() < 0.5
        talks.take(talk, script, min(soon(talk.last, 90), soon(self.now, -60)))

    def _waiting(self, talks: Talks, talk: Talk, script: Script, minutes: float) -> None:
        talks.answer(talk, script, script.reply, first=True)

    def _back(self, talks: Talks, talk: Talk, script: Script, minutes: float) -> None:
        self._waiting(talks, talk, script, minutes)
        question = script.say(self.rng.choice(script.text["more"])[0])
        self._write(talks, talk, script, question, minutes)

    def _pushing(self, talks: Talks, talk: Talk, script: Script, minutes: float) -> None:
        """Nobody has answered, and they write again."""
        self._write(talks, talk, script, script.say(self.rng.choice(manners()[script.person.language]["again"])), minutes)

    def _snoozed(self, talks: Talks, talk: Talk, script: Script, minutes: float) -> None:
        self._waiting(talks, talk, script, minutes)
        until = after(script.person.shop, self.now, self.rng.choice((90, 240, 540, 1100)))
        data = {"until": until.isoformat()}
        talks.book.add(Entry(script.person, soon(talk.last, 60), "snoozed", talk=talk, actor=script.agent, data=data))

    def _write(self, talks: Talks, talk: Talk, script: Script, words: str, minutes: float) -> None:
        talk.unread = True
        text = from_customer(self.rng, script.person, script.channel, words, first=False)
        at = max(soon(self.now, -60 * minutes), soon(talk.last, 120))
        talks.write(talk, script, text, at, f"Re: {talk.row.subject}" if talk.row.subject else "")

    def _due(self, talk: Talk, script: Script) -> None:
        if talk.row.state == "open" and talk.row.waiting_since and talk.row.channel in SLA:
            due = soon(talk.row.waiting_since, 60 * SLA[talk.row.channel])
            talk.row.due_at = due if self.now < due < soon(self.now, 60 * DUE_SOON) else None
