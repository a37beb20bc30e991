"""Their feet: they walk to a counter, and the shop's till tells Lanka over HTTP."""

from __future__ import annotations

from random import Random
from typing import Any
from uuid import uuid4

import httpx

from lanka import config
from lanka.channels.models import Line
from lanka.channels.registry import view
from lanka.channels.store.fake import Till
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
        lines = [{"sku": item.key, "category": item.category, "name": name, "quantity": 1, "amount": amount}]
        number = f"K{self.rng.randint(100_000, 999_999)}"
        self._tell(person, place, "purchase", {"order": number, "lines": lines, "amount": amount, "currency": place.currency})

    def fetch(self, person: Dweller, shop: str = "", order: str = "") -> None:
        self._tell(person, SHOP[shop or person.shop], "pickup", {"order": order})

    def _tell(self, person: Dweller, place: Shop, kind: str, data: dict[str, Any]) -> None:
        """Raises ValueError when Lanka does not take it."""
        line = Line.objects.filter(kind="store", enabled=True).order_by("id").first()
        if line is None:
            raise ValueError("there is no till")
        till = Till(f"http://127.0.0.1:{config.PORT}", line.token, view(line).settings.api_key.get_secret_value(), store=place.name)
        try:
            till.post(kind, {"who": held(person), **till.place, **data})
        except httpx.HTTPError as error:
            raise ValueError(f"the till was not heard: {error}") from error
        finally:
            till.client.close()
        did(person, Kind.WALK, uuid4().hex, text=words(data), data={"what": kind, "shop": place.name, **data})


def held(person: Dweller) -> dict[str, str]:
    """What they show or say at the counter. Raises ValueError when there is nothing that the till could take."""
    for kind, value in (("card", person.card), ("phone", person.phone), ("email", person.email)):
        if value:
            return {kind: value}
    raise ValueError("they have no card, phone or address")


def words(data: dict[str, Any]) -> str:
    return ", ".join(str(line["name"]) for line in data.get("lines", [])) or str(data.get("order", ""))
