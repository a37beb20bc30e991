"""Their feet: they walk to a counter, and the shop's till tells Lanka over HTTP."""

from __future__ import annotations

from random import Random
from typing import Any
from uuid import uuid4

from lanka.town import catalogue
from lanka.town.company import SHOP, Shop
from lanka.town.dwellers import did
from lanka.town.models import Dweller, Kind


class Walk:
    def __init__(self) -> None:
        self.rng = Random()  # noqa: S311

    def start(self) -> None:
        """A till only calls."""

    def stop(self) -> None:
        """Nothing runs."""

    def collect(self) -> int:
        return 0

    def visit(self, person: Dweller, shop: str = "") -> None:
        """Shows the card, or says the phone number."""
        place = SHOP[shop or person.shop]
        self._tell(person, place, "visit", {})

    def buy(self, person: Dweller, shop: str = "", product: str = "") -> None:
        place, item = SHOP[shop or person.shop], catalogue.BY_KEY[product or "oil"]
        amount = catalogue.price(item, place.currency)
        name = f"{item.name(person.language)} {item.size(int(person.about['size']))}".strip()
        lines = [{"name": name, "quantity": 1, "amount": amount}]
        number = f"K{self.rng.randint(100_000, 999_999)}"
        self._tell(person, place, "purchase", {"order": number, "lines": lines, "amount": amount, "currency": place.currency})

    def fetch(self, person: Dweller, shop: str = "", order: str = "") -> None:
        self._tell(person, SHOP[shop or person.shop], "pickup", {"order": order})

    def _tell(self, person: Dweller, place: Shop, kind: str, data: dict[str, Any]) -> None:
        raise ValueError("the tills are not connected yet")


def walked(person: Dweller, kind: str, place: Shop, data: dict[str, Any]) -> None:
    words = ", ".join(str(line["name"]) for line in data.get("lines", [])) or str(data.get("order", ""))
    did(person, Kind.WALK, uuid4().hex, text=words, data={"what": kind, "shop": place.name, **data})
