"""What the customers have chosen over two years: at the counter, in the web shop, by links in mails, by STOP on their phones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from lanka.customers.models import Consent, Preference, Topic, Wording
from lanka.customers.starter import starter_topics
from lanka.decide.imply import imply
from lanka.town.book import Book, Entry
from lanka.town.people import Person

LIKES = {"brief": ["sms"], "chatty": ["email", "sms"], "mail": ["email"], "phone": ["sms", "email"], "shop": ["email"], "paper": ["letter"]}


@dataclass
class Word:
    """One row to be: of the ledger when `granted` says something, else a wish."""

    person: Person
    topic: str
    at: datetime
    source: str
    granted: bool | None = None
    channel: str = ""
    proof: dict[str, Any] = field(default_factory=dict)
    wish: dict[str, Any] = field(default_factory=dict)


def choose(people: Sequence[Person], book: Book, now: datetime, seed: int = 20931) -> list[Word]:
    """Decides, and puts it on the timeline to be. The cast first; the same words every time."""
    starter_topics()
    rng, met = Random(seed), first_met(book)  # noqa: S311
    words = [word for person in people if person.number in met for word in of(person, met[person.number], now, rng)]
    words = [word for word in words if word.at < now]
    names = dict(Topic.objects.values_list("key", "names"))
    for word in words:
        book.add(entry(word, names))
    return words


def first_met(book: Book) -> dict[int, datetime]:
    met: dict[int, datetime] = {}
    for one in book.entries:
        met[one.person.number] = min(one.at, met.get(one.person.number, one.at))
    return met


def of(person: Person, met: datetime, now: datetime, rng: Random) -> Iterator[Word]:
    joined = met + timedelta(minutes=rng.randint(2, 30))
    if person.number == 0:  # Maija: said yes at the counter, and has chosen nothing else yet
        yield Word(person, "offers", joined, "till", True, proof={"method": "form"})
    elif person.number == 4:  # Eero wants to be left alone
        for topic in ("offers", "news", "care"):
            yield Word(person, topic, joined + timedelta(days=3), "preference-centre", False, proof={"method": "signed-link"})
    else:
        yield from consents(person, joined, now, rng)
        yield from wishes(person, joined, now, rng)


def consents(person: Person, joined: datetime, now: datetime, rng: Random) -> Iterator[Word]:
    """Half like offers, a third the news; some change their minds in the way that their channel offers."""
    source = "till" if person.card and rng.random() < 0.6 else "web-shop"
    for topic, share in (("offers", 0.55), ("news", 0.34)):
        if rng.random() > share:
            continue
        proof = {"method": "double-opt-in" if person.email and topic == "offers" else "form"}
        yield Word(person, topic, joined, source, True, proof=proof)
        if rng.random() < 0.14:
            yield changed_mind(person, topic, later(rng, joined, now), rng)
    if rng.random() < 0.06:
        yield Word(person, "care", later(rng, joined, now), "preference-centre", False, proof={"method": "signed-link"})


def changed_mind(person: Person, topic: str, at: datetime, rng: Random) -> Word:
    if person.phone and rng.random() < 0.35:
        return Word(person, topic, at, "sms", False, "sms", {"method": "stop-word"})
    if person.email:
        return Word(person, topic, at, "unsubscribe", False, "email", {"method": "one-click", "address": person.email})
    return Word(person, topic, at, "agent", False, proof={"method": "spoken"})


def wishes(person: Person, joined: datetime, now: datetime, rng: Random) -> Iterator[Word]:
    """Bills on paper for those who like paper, and for one in ten; a way of one's own for one in four; less often for some."""
    if person.trait == "paper" or rng.random() < 0.1:
        yield Word(person, "invoices", joined, "agent", wish={"channels": ["letter"]})
    if rng.random() < 0.25:
        kinds = [kind for kind in LIKES[person.trait] if person.email or kind != "email"]
        yield Word(person, "deliveries", later(rng, joined, now), "preference-centre", wish={"channels": kinds or ["letter"]})
    if rng.random() < 0.12:
        yield Word(person, "offers", later(rng, joined, now), "preference-centre", wish={"frequency": "weekly"})


def later(rng: Random, joined: datetime, now: datetime) -> datetime:
    return joined + (now - joined) * rng.uniform(0.1, 0.97)


def entry(word: Word, names: Mapping[str, Any]) -> Entry:
    data: dict[str, Any] = {"topic": word.topic, "names": names[word.topic], "source": word.source}
    if word.granted is None:
        return Entry(word.person, word.at, "preference", data=data | {"channels": [], "language": "", "pause_until": ""} | word.wish)
    kind = "consent.granted" if word.granted else "consent.withdrawn"
    return Entry(word.person, word.at, kind, word.channel, data=data | {"channel": word.channel, "method": word.proof["method"]})


def write(words: Sequence[Word], ids: Mapping[int, int]) -> None:
    """The ledger and the wishes, then what two years of answers and silence imply."""
    topics = {topic.key: topic for topic in Topic.objects.all()}
    wordings = {(one.topic.key, one.language): one for one in Wording.objects.select_related("topic")}
    said = [word for word in words if word.granted is not None]
    Consent.objects.bulk_create(
        Consent(
            customer_id=ids[word.person.number],
            topic=topics[word.topic],
            channel=word.channel,
            granted=bool(word.granted),
            wording=wordings.get((word.topic, word.person.language)) if word.granted else None,
            words="STOP" if word.proof["method"] == "stop-word" else "",
            proof=word.proof,
            source=word.source,
            at=word.at,
        )
        for word in said
    )
    wished = {(word.person.number, word.topic): word for word in words if word.granted is None}  # one a topic: the last
    Preference.objects.bulk_create(
        Preference(customer_id=ids[number], topic=topics[topic], source=word.source, at=word.at, **word.wish)
        for (number, topic), word in wished.items()
    )
    imply(set(ids.values()))
