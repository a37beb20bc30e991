"""Those who live in the town, and the devices as two years have left them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from lanka.core.clock import now
from lanka.town.book import Entry
from lanka.town.models import Dweller, Item, Kind
from lanka.town.people import Person

DEVICES = {"sms": Kind.SMS, "email": Kind.MAIL, "letter": Kind.LETTER}
KEPT = ("trait", "woman", "born", "street", "postcode", "city", "country", "first", "last", "rides", "size", "visitor")


def settle(people: Sequence[Person], entries: Sequence[Entry], message_id: Any) -> None:
    """Writes them with their messages. `entries` in the order of time."""
    last = {entry.person.number: entry.at for entry in entries}
    Dweller.objects.bulk_create([dweller(person, last.get(person.number)) for person in people], 1000)
    Item.objects.bulk_create(list(kept(entries, message_id)), 1000)


def dweller(person: Person, active_at: Any) -> Dweller:
    facts = asdict(person)
    return Dweller(
        number=person.number,
        name=person.name,
        language=person.language,
        town=person.city,
        shop=person.shop,
        email=person.email,
        phone=person.phone,
        card=person.card,
        about={name: facts[name] for name in KEPT},
        active_at=active_at,
    )


def kept(entries: Iterable[Entry], message_id: Any) -> Iterable[Item]:
    for entry in entries:
        if entry.channel in DEVICES and entry.kind.startswith("message."):
            mine = entry.kind == "message.in"
            yield Item(
                dweller_id=entry.person.number,
                kind=DEVICES[entry.channel],
                mine=mine,
                at=entry.at,
                key=f"past:{entry.public_id}",
                subject=entry.data.get("subject", ""),
                text=entry.text,
                data={"message_id": message_id(entry)} if entry.channel == "email" else {},
                opened_at=entry.at,
                reacted=True,
            )


def arrived(person: Dweller, kind: Kind, key: str, **fields: Any) -> Item | None:
    """Something new lies in a device. None: it lay there already."""
    item, new = Item.objects.get_or_create(key=f"{kind}:{key}"[:200], defaults={"dweller": person, "kind": kind, "at": now(), **fields})
    if not new:
        return None
    Dweller.objects.filter(pk=person.pk).update(active_at=item.at)
    return item


def did(person: Dweller, kind: Kind, key: str, **fields: Any) -> Item | None:
    """They did something themselves."""
    return arrived(person, kind, key, mine=True, reacted=True, opened_at=now(), **fields)


def person_of(one: Dweller) -> Person:
    """As the templates of `talk/` want them."""
    about = one.about
    return Person(one.number, about["first"], about["last"], about["woman"], about["born"], one.language, about["country"], about["city"],
                  about["street"], about["postcode"], one.shop, about["trait"], one.email, one.phone, one.card, "", about["size"],
                  list(about["rides"]))  # fmt: skip
