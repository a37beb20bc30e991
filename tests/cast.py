"""The cast of every story: the bicycle shop Pyörä & Polku, those who work there, those who write, call and walk in.

`company()` makes those who work there and their lines; `cast()` adds the customers and what they said, over several
channels; `crowd(n)` adds conversations by the hundred. Everything is written with the factories below, so that a test of the
desk needs no provider.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lanka.channels.models import Line
from lanka.content.models import Answer, Brand
from lanka.conversations.models import Conversation, State
from lanka.core.clock import now
from lanka.customers.models import Customer, Identifier, Kind
from lanka.customers.names import search_words
from lanka.people.models import Role, Team, User
from lanka.timeline.models import Event

PASSWORD = "polkupyörä-2026"
_keys = itertools.count(1)


@dataclass
class Company:
    aino: User
    ville: User
    ben: User
    katarzyna: User
    sanna: User
    helsinki: Team
    krakow: Team
    brand: Brand
    lines: dict[str, Line]


@dataclass
class Cast(Company):
    maija: Customer
    piotr: Customer
    anna: Customer
    helvi: Customer
    eero: Customer
    parcel: Conversation  # Maija, over four channels
    creak: Conversation  # Piotr


def user(name: str, role: str = Role.AGENT, language: str = "en") -> User:
    first, _sep, last = name.partition(" ")
    plain = f"{first}.{last}".lower().translate(str.maketrans("äöåłó", "aoalo"))
    return User.objects.create_user(f"{plain}@pyorapolku.example", PASSWORD, name=name, role=role, language=language)


def line(kind: str, name: str, brand: Brand, settings: dict[str, Any] | None = None, country: str = "FI") -> Line:
    return Line.objects.create(kind=kind, name=name, brand_id=brand.pk, settings=settings or {}, country=country)


def company(settings: dict[str, dict[str, Any]] | None = None) -> Company:
    """`settings`: per kind, for tests that load the real channels."""
    brand = Brand.objects.create(
        name="Pyörä & Polku", tokens={"color": "#cf3336"}, return_address=["Pyörä & Polku", "Kamppi 1", "00100 HELSINKI"]
    )
    names = {"email": "Email", "chat": "Web chat", "sms": "SMS", "letter": "Letter", "store": "Shop counter"}
    lines = {kind: line(kind, name, brand, (settings or {}).get(kind)) for kind, name in names.items()}
    helsinki, krakow = Team.objects.create(name="Helsinki"), Team.objects.create(name="Kraków")
    made = Company(
        aino=user("Aino Virtanen"),
        ville=user("Ville Korhonen", Role.SUPERVISOR),
        ben=user("Ben Lindqvist", Role.COMMUNICATOR),
        katarzyna=user("Katarzyna Nowak"),
        sanna=user("Sanna Mäkelä", Role.ADMINISTRATOR),
        helsinki=helsinki,
        krakow=krakow,
        brand=brand,
        lines=lines,
    )
    helsinki.members.add(made.aino, made.ville)
    krakow.members.add(made.katarzyna)
    Answer.objects.create(
        key="opening-hours",
        title="Opening hours",
        texts={
            "fi": "Hei {{ name }}! Kampin myymälä on auki arkisin 10–19 ja lauantaisin 10–17.\n\n{{ agent }}",
            "en": "Hi {{ name }}! The Kamppi shop is open 10–19 on weekdays and 10–17 on Saturdays.\n\n{{ agent }}",
            "pl": "Dzień dobry {{ name }}! Sklep w Krakowie jest czynny 10–18.\n\n{{ agent }}",
        },
    )
    Answer.objects.create(
        key="return",
        title="Returning a bicycle",
        texts={
            "fi": "Hei {{ name }}! Palautusoikeus on 30 päivää, kuitti riittää.",
            "en": "Hi {{ name }}! You may return it within 30 days.",
        },
    )
    return made


def customer(name: str, language: str, *known: tuple[Kind, str], at: datetime | None = None) -> Customer:
    at = at or now() - timedelta(days=900)
    made = Customer.objects.create(name=name, language=language, created_at=at, search=search_words([name]))
    for kind, value in known:
        Identifier.objects.create(kind=kind, value=value, customer=made, first_seen_at=at, source="shop")
    return made


def conversation(who: Customer, subject: str = "", **fields: Any) -> Conversation:
    at = fields.pop("at", now())
    return Conversation.objects.create(
        **{"customer": who, "subject": subject, "language": who.language, "created_at": at, "last_at": at, **fields}
    )


def event(
    who: Customer, kind: str, at: datetime, *, channel: str = "", into: Conversation | None = None, by: User | None = None, **rest: Any
) -> Event:
    """One event, and in its conversation the row that shows it. A message knows the address it came from, as in the real house."""
    if kind == "message.in" and "address" not in rest.get("data", {}):
        rest["data"] = {**rest.get("data", {}), "address": address_on(who, channel)}
    made = Event.objects.create(
        customer=who,
        kind=kind,
        at=at,
        channel=channel,
        conversation_id=into.pk if into else None,
        actor=by,
        key=f"cast:{next(_keys)}",
        **rest,
    )
    if into and kind in ("message.in", "message.out"):
        shown(into, made)
    return made


def address_on(who: Customer, channel: str) -> str:
    kind = {"email": Kind.EMAIL, "sms": Kind.PHONE, "chat": Kind.VISITOR}.get(channel)
    return Identifier.objects.filter(customer=who, kind=kind).values_list("value", flat=True).first() or "" if kind else ""


def shown(row: Conversation, made: Event) -> None:
    outgoing = made.kind == "message.out"
    row.channel, row.preview, row.preview_out = made.channel, " ".join(made.text.split())[:200], outgoing
    row.channels = list(dict.fromkeys([*row.channels, made.channel]))
    row.last_at = max(row.last_at, made.at) if row.preview else made.at
    if outgoing:
        row.last_out_at, row.waiting_since = made.at, None
    else:
        row.last_in_at, row.waiting_since = made.at, row.waiting_since or made.at
    row.save()


def cast(settings: dict[str, dict[str, Any]] | None = None) -> Cast:
    from tests import stories

    made = company(settings)
    people = {
        "maija": customer(
            "Maija Laine", "fi", (Kind.EMAIL, "maija.laine@example.fi"), (Kind.PHONE, "+358405550134"), (Kind.CARD, "PP-20931")
        ),
        "piotr": customer("Piotr Kowalski", "pl", (Kind.EMAIL, "piotr.kowalski@example.pl"), (Kind.PHONE, "+48601555017")),
        "anna": customer("Anna Söderholm", "sv", (Kind.EMAIL, "anna.soderholm@example.fi")),
        "helvi": customer("Helvi Rautio", "fi"),
        "eero": customer("Eero Väisänen", "fi", (Kind.PHONE, "+358405550188")),
    }
    parcel = stories.parcel(made, people["maija"])
    creak = stories.creak(made, people["piotr"])
    stories.others(made, people)
    return Cast(**vars(made), **people, parcel=parcel, creak=creak)


FIRST = [
    "Aada",
    "Eino",
    "Helmi",
    "Leo",
    "Kerttu",
    "Onni",
    "Iida",
    "Väinö",
    "Zofia",
    "Jakub",
    "Ewa",
    "Marek",
    "Linnea",
    "Oskar",
    "Saga",
    "Hugo",
    "Tuulikki",
    "Yrjö",
]
LAST = [
    "Korhonen",
    "Mäkinen",
    "Nieminen",
    "Hämäläinen",
    "Wiśniewska",
    "Zieliński",
    "Lindström",
    "Sjöberg",
    "Äijälä",
    "Kärkkäinen",
    "Ylä-Outinen",
]
SAID = [
    "Hei, onko kaupunkipyörä Helmi 7 vielä varastossa?",
    "Milloin polkupyöränhuoltoajanvarausjärjestelmä taas toimii?",
    "Dzień dobry, czy mogę wymienić siodełko?",
    "Hej, min cykel har fått punktering. Har ni tid i dag?",
    "Can I get an invoice for order 48{n}?",
    "Kiitos, sain paketin!",
]


def crowd(made: Company, count: int) -> list[Conversation]:
    """Many small conversations of one message, the newest first made last."""
    kinds = ("email", "chat", "sms")
    rows = []
    for n in range(count):
        who = customer(f"{FIRST[n % len(FIRST)]} {LAST[n % len(LAST)]}", ("fi", "pl", "sv")[n % 3])
        row = conversation(who, at=now() - timedelta(minutes=7 * (count - n)), state=State.OPEN, assignee=made.aino if n % 3 == 0 else None)
        event(
            who,
            "message.in",
            row.created_at,
            channel=kinds[n % 3],
            into=row,
            text=SAID[n % len(SAID)].format(n=100 + n),
            line_id=made.lines[kinds[n % 3]].pk,
        )
        rows.append(row)
    return rows
