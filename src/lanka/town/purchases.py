"""Two years of buying: on the web with its parcels, in the shops with visits, and the services that follow a bicycle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from lanka.commerce.models import Order, Store
from lanka.town import catalogue
from lanka.town.book import Book, Entry, soon
from lanka.town.catalogue import Product
from lanka.town.company import SHOP
from lanka.town.hours import season, shopping, writing
from lanka.town.people import Person

HOW_MANY = {"chatty": (1, 4), "brief": (1, 3), "mail": (1, 5), "phone": (1, 3), "shop": (2, 5), "paper": (1, 3)}
LIKED = {"old": ("helmi", "aalto", "myrsky", "tuuli"), "young": ("kuura", "aalto", "sisu", "halla", "tuuli", "routa", "helmi")}
CARRIERS = {"FI": ("Posti", "JJFI6462130000"), "PL": ("InPost", "6302170000")}


@dataclass(frozen=True)
class Bought:
    """What conversations may be about."""

    person: Person
    order: Order
    items: Sequence[Product]
    web: bool

    @property
    def ride(self) -> Product | None:
        return next((item for item in self.items if item.rides), None)


class Shopping:
    def __init__(self, book: Book, stores: dict[str, Store], rng: Random, now: datetime) -> None:
        self.book, self.stores, self.rng, self.now = book, stores, rng, now
        self.number = 40_000

    def life(self, person: Person, since: datetime) -> list[Bought]:
        """All that one person bought since then."""
        rng, found = self.rng, list[Bought]()
        low, high = HOW_MANY[person.trait]
        days = sorted(season(rng, since, self.now - timedelta(days=4)) for _ in range(rng.randint(low, high)))
        for number, day in enumerate(days):
            items = self._basket(person, first=number == 0)
            web = rng.random() < {"shop": 0.05, "paper": 0, "phone": 0.25}.get(person.trait, 0.6)
            found.append(self.on_web(person, day, items) if web else self.in_shop(person, day, items))
        for bought in list(found):
            found += self._services(bought)
        return found

    def _basket(self, person: Person, *, first: bool) -> list[Product]:
        rng, items = self.rng, list[Product]()
        if (first and rng.random() < 0.62) or rng.random() < 0.08:
            model = rng.choice(LIKED["old" if person.born < 1965 else "young"])
            if 1978 < person.born < 1996 and rng.random() < 0.15:
                model = rng.choice(("karhu", "pikku"))
            items.append(catalogue.BY_KEY[model])
            person.rides.append(model)
        parts = [part for part in catalogue.PARTS if part.key not in ("battery", "charger")]
        items += rng.sample(parts, k=rng.choice((0, 1, 1, 2)) if items else rng.choice((1, 1, 2)))
        return items

    def order(self, person: Person, at: datetime, items: Sequence[Product], *, shop: str, status: str, number: str = "") -> Order:
        currency = SHOP[person.shop].currency
        lines: list[dict[str, Any]] = []
        for item in items:
            name = f"{item.name(person.language)} {item.size(person.size)}".strip()
            sold = {"sku": item.key, "category": item.category, "name": name}
            lines.append({**sold, "quantity": 1, "amount": catalogue.price(item, currency)})
        self.number += self.rng.randint(3, 11)
        order = Order(
            number=number or str(self.number),
            store=self.stores[shop] if shop else None,
            at=at,
            status=status,
            lines=lines,
            amount=sum(line["amount"] for line in lines),
            currency=currency,
        )
        self.book.orders.append((person, order))
        return order

    def in_shop(self, person: Person, day: datetime, items: Sequence[Product]) -> Bought:
        at = shopping(self.rng, person.shop, day)
        order = self.order(person, at, items, shop=person.shop, status="done")
        if any(item.rides for item in items) and self.rng.random() < 0.7:
            tried = shopping(self.rng, person.shop, day - timedelta(days=self.rng.randint(2, 9)))
            self.visit(person, tried, str(order.lines[0]["name"]))
        self._happened(person, at, "purchase", told(order, person.shop))
        return Bought(person, order, items, web=False)

    def visit(self, person: Person, at: datetime, tried: str = "") -> None:
        data = {"store": SHOP[person.shop].name, **({"tried": tried} if tried else {})}
        self._happened(person, at, "visit", data, text=tried)

    def on_web(self, person: Person, day: datetime, items: Sequence[Product], *, number: str = "", sent: bool = True) -> Bought:
        """Placed at home, sent two days later, there a few days after that; some are fetched at the shop."""
        at = writing(self.rng, person.country, day)
        order = self.order(person, at, items, shop="", status="done", number=number)
        self._happened(person, at, "order.placed", told(order, ""), channel="")
        if not sent:
            order.status = "paid"
            return Bought(person, order, items, web=True)
        carrier, prefix = CARRIERS[person.country]
        code = f"{prefix}{self.rng.randint(10_000_000, 99_999_999)}"
        leaves = shopping(self.rng, person.shop, at + timedelta(days=2))
        arrives = shopping(self.rng, person.shop, leaves + timedelta(days=self.rng.randint(1, 4)))
        fetched = self.rng.random() < 0.3
        steps = [(leaves, "sent"), (arrives, "ready" if fetched else "delivered")]
        for moment, status in steps:
            if moment < self.now:
                order.status = "done" if status == "delivered" else status
                order.parcel = {"carrier": carrier, "code": code, "status": status, "at": moment.isoformat()}
                self._happened(
                    person, moment, "order.status", {"order": order.number, "status": status, "carrier": carrier, "code": code}, channel=""
                )
        if (
            fetched
            and arrives < self.now
            and (walks := shopping(self.rng, person.shop, arrives + timedelta(days=self.rng.randint(0, 5)))) < self.now
        ):
            order.status = "done"
            self._happened(person, walks, "pickup", {"order": order.number, "store": SHOP[person.shop].name})
        return Bought(person, order, items, web=True)

    def _services(self, bought: Bought) -> list[Bought]:
        """The first service after two months, then one a year, if they are that kind."""
        ride, found = bought.ride, list[Bought]()
        if ride is None:
            return found
        moment, keys = bought.order.at + timedelta(days=self.rng.randint(50, 90)), ["first-service"]
        while moment < self.now - timedelta(days=3):
            if self.rng.random() < 0.6:
                items = [catalogue.BY_KEY[key] for key in keys]
                found.append(self.in_shop(bought.person, moment, items))
            moment += timedelta(days=self.rng.randint(280, 420))
            keys = [self.rng.choice(("service", "big-service", "storage" if moment.month in (10, 11) else "service"))]
            keys += ["battery-test"] if ride.kind == "ebike" and self.rng.random() < 0.3 else []
        return found

    def _happened(self, person: Person, at: datetime, kind: str, data: dict[str, Any], *, text: str = "", channel: str = "store") -> None:
        words = text or ", ".join(str(line["name"]) for line in data.get("lines", []))
        self.book.add(Entry(person, at, kind, channel, text=words, data=data))


def told(order: Order, shop: str) -> dict[str, Any]:
    place = {"store": SHOP[shop].name} if shop else {}
    return {"order": order.number, **place, "lines": order.lines, "amount": order.amount, "currency": order.currency}


def days_after(rng: Random, moment: datetime, low: float, high: float) -> datetime:
    return soon(moment, rng.uniform(low, high) * 86400)
