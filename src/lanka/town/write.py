"""The history into the empty database, set-based: customers, conversations, orders, then the timeline by COPY in the order of time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from lanka.channels.models import Line
from lanka.commerce.models import Order
from lanka.conversations.models import Conversation, Seen
from lanka.customers.models import Customer, Fact, Identifier, Kind
from lanka.customers.project import projection
from lanka.deliver.models import Attempt, Delivery
from lanka.people.models import User
from lanka.timeline.models import MessageId
from lanka.town.book import Book, Entry, Talk
from lanka.town.company import DOMAIN
from lanka.town.dwellers import settle
from lanka.town.people import Person, telegram_id, uses_telegram

BATCH = 2000
COLUMNS = "id, public_id, customer_id, at, recorded_at, kind, channel, line_id, conversation_id, actor_id, about_id, text, data"


class Writer:
    def __init__(self, people: Sequence[Person], lines: dict[str, Line], staff: Iterable[User]) -> None:
        self.people, self.lines, self.staff = people, lines, list(staff)
        self.ids: dict[int, int] = {}

    def write(self, book: Book) -> None:
        book.entries.sort(key=lambda entry: entry.at)
        self.customers(book)
        self.conversations(book.talks)
        self.orders(book)
        self.events(book.entries)
        self.messages(book.entries)
        self.seen(book.talks)
        settle(self.people, book.entries, message_id)

    def customers(self, book: Book) -> None:
        """The first event of somebody is when they were first met."""
        met: dict[int, Entry] = {}
        for entry in book.entries:
            met.setdefault(entry.person.number, entry)
        known = [person for person in self.people if person.number in met]
        rows = [customer(person, met[person.number].at - timedelta(seconds=1)) for person in known]
        for person, row in zip(known, Customer.objects.bulk_create(rows, BATCH), strict=True):
            self.ids[person.number] = row.pk
        sources = [(person, self.ids[person.number], met[person.number]) for person in known]
        Identifier.objects.bulk_create([row for source in sources for row in identifiers(*source)], BATCH)
        Fact.objects.bulk_create([row for source in sources for row in facts(*source)], BATCH)

    def conversations(self, talks: Sequence[Talk]) -> None:
        talks = sorted(talks, key=lambda talk: talk.row.created_at)
        for talk in talks:
            talk.row.customer_id = self.ids[talk.person.number]
        Conversation.objects.bulk_create([talk.row for talk in talks], BATCH)

    def orders(self, book: Book) -> None:
        for person, order in book.orders:
            order.customer_id = self.ids[person.number]
        Order.objects.bulk_create([order for _, order in book.orders], BATCH)

    def events(self, entries: Sequence[Entry]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('timeline_event', 'id')) FROM generate_series(1, %s)", [len(entries)])
            for entry, (number,) in zip(entries, sorted(cursor.fetchall()), strict=True):
                entry.id = number
            with cursor.copy(f"COPY timeline_event ({COLUMNS}) FROM STDIN") as copy:
                for entry in entries:
                    copy.write_row(self._row(entry))

    def _row(self, entry: Entry) -> tuple[Any, ...]:
        line = self.lines.get(entry.channel)
        talk = entry.talk.row.pk if entry.talk else None
        data = self._data(entry, line)
        about = entry.about.id if entry.about else None
        actor = entry.actor.pk if entry.actor else None
        return (entry.id, entry.public_id, self.ids[entry.person.number], entry.at, entry.at, entry.kind, entry.channel,
                line.pk if line else None, talk, actor, about, entry.text, json.dumps(data, ensure_ascii=False))  # fmt: skip

    def _data(self, entry: Entry, line: Line | None) -> dict[str, Any]:
        if entry.kind == "message.out" and line is None:
            return {**entry.data, "imported": True}
        if entry.kind.startswith("message.") and entry.channel == "email":
            return {**entry.data, "message_id": message_id(entry)}
        return entry.data

    def messages(self, entries: Sequence[Entry]) -> None:
        """What went out has its delivery and its attempt; mails have the ids by which answers find them."""
        out = [entry for entry in entries if entry.kind == "message.out" and entry.channel in self.lines]
        deliveries = [delivery(entry, self.ids[entry.person.number], self.lines[entry.channel]) for entry in out]
        Delivery.objects.bulk_create(deliveries, BATCH)
        Attempt.objects.bulk_create((attempt(row) for row in deliveries), BATCH)
        mails = [entry for entry in entries if entry.kind.startswith("message.") and entry.channel == "email"]
        if "email" in self.lines:
            line = self.lines["email"].pk
            MessageId.objects.bulk_create((MessageId(line_id=line, value=message_id(e), event_id=e.id) for e in mails), BATCH)

    def seen(self, talks: Sequence[Talk]) -> None:
        read = [talk for talk in talks if not talk.unread]
        Seen.objects.bulk_create(
            (Seen(user=user, conversation=talk.row, event_id=max(e.id for e in talk.entries)) for talk in read for user in self.staff),
            BATCH,
        )


def customer(person: Person, at: datetime) -> Customer:
    known = projection([("name", person.name), ("language", person.language), ("address", person.country), ("phone", person.phone or "")])
    return Customer(created_at=at, **known._asdict())


def source_of(entry: Entry) -> str:
    return entry.channel or "web"


def identifiers(person: Person, id: int, met: Entry) -> Iterable[Identifier]:
    account = f"telegram:{telegram_id(person.number)}" if person.phone and uses_telegram(person.number) and person.number else ""
    held = ((Kind.EMAIL, person.email), (Kind.PHONE, person.phone), (Kind.CARD, person.card), (Kind.VISITOR, person.visitor),
            (Kind.ACCOUNT, account))  # fmt: skip
    for kind, value in held:
        if value:
            yield Identifier(kind=kind, value=value, customer_id=id, first_seen_at=met.at, source=source_of(met))


def facts(person: Person, id: int, met: Entry) -> Iterable[Fact]:
    address = {"name": person.name, "street": person.street, "postcode": person.postcode, "town": person.city, "country": person.country}
    for kind, value in (("name", person.name), ("language", person.language), ("address", address)):
        yield Fact(customer_id=id, kind=kind, value=value, source=source_of(met), trust=2, at=met.at)


def message_id(entry: Entry) -> str:
    host = DOMAIN if entry.kind == "message.out" else re.sub(".*@", "", entry.person.email)
    return f"<{entry.public_id}@{host}>"


def delivery(entry: Entry, customer: int, line: Line) -> Delivery:
    """As `deliver.plan` would have kept it; handed over within seconds."""
    out = {"to": entry.data["address"], "to_name": entry.person.name, "text": entry.text, "subject": entry.data["subject"],
           "html": "", "files": [], "language": entry.person.language}  # fmt: skip
    return Delivery(event_id=entry.id, customer_id=customer, line=line, address=entry.data["address"], out=out, state=entry.state,
                    ref=str(entry.public_id), attempts=1, not_before=entry.at, planned_at=entry.at,
                    changed_at=entry.at + timedelta(seconds=2))  # fmt: skip


def attempt(row: Delivery) -> Attempt:
    return Attempt(delivery=row, number=1, at=row.planned_at, ended_at=row.changed_at, outcome="handed")
