"""Who stands at the counter: a QR code of ours, a card, a number, an address, a name."""

from __future__ import annotations

from dataclasses import dataclass, field

from lanka.channels.base import Known
from lanka.customers.find import find
from lanka.customers.load import bases_of, roots_of
from lanka.customers.models import Customer, Identifier, Kind
from lanka.customers.normalise import normalise
from lanka.desk.counter.place import Place

HELD = (Kind.CARD, Kind.PHONE, Kind.EMAIL)  # the strongest first: what a counter can name somebody by


@dataclass(slots=True)
class Found:
    people: list[Customer] = field(default_factory=list)
    why: str = ""  # in words, where a code was refused
    suggest: dict[str, str] = field(default_factory=dict)  # for the newcomer's form


def look(place: Place, text: str) -> Found:
    text = text.replace("\0", "").strip()
    try:
        known = place.channel.qr_known(place.view, text)
    except ValueError as error:
        people = find(text, limit=12, country=place.line.country)
        exact = holder(Known("card", text), place.line.country) or holder(Known("phone", text), place.line.country)
        if exact:
            people = [exact]
        is_code = text.count(".") == 2 and len(text) > 30 and " " not in text
        return Found(people, "" if people or not is_code else str(error), {} if people or is_code else suggested(text))
    person = holder(known, place.line.country)
    return Found([person] if person else [], suggest={} if person else {known.kind: known.value})


def holder(known: Known, country: str) -> Customer | None:
    key = normalise(known, country)
    base = Identifier.objects.filter(kind=key[0], value=key[1]).values_list("customer_id", flat=True).first() if key else None
    if base is None:
        return None
    return Customer.objects.filter(pk=roots_of([base])[base], erased_at=None).first()


def suggested(text: str) -> dict[str, str]:
    """What was typed, in the field of the newcomer's form where it belongs."""
    if "@" in text:
        return {"email": text}
    if key := normalise(Known("phone", text)):
        return {"phone": text} if key[1] else {}
    return {"card": text} if any(letter.isdigit() for letter in text) else {"name": text}


def who_is(person: Customer) -> dict[str, str]:
    """The strongest thing this person is known by, as a till would say it; empty for one known by paper only."""
    held = Identifier.objects.filter(customer__in=bases_of([person.pk])[person.pk], kind__in=HELD).order_by("kind", "-first_seen_at")
    best = held.first()
    return {Kind(best.kind).name.lower(): best.address} if best else {}
