"""The counter: what happens in a shop, told by its tills over HTTP or by a counter page of our own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop as _

from lanka.channels.base import Capabilities, Channel, Item, Known, LineView, Raw, Step
from lanka.channels.store import qr, understand
from lanka.channels.store.api import app
from lanka.channels.store.settings import Settings
from lanka.core import clock

SHORTEST_KEY = 16


class Store(Channel):
    kind = "store"
    name = _("Store")
    color = "oklch(60% 0.14 310)"
    Settings = Settings

    def can(self, line: LineView) -> Capabilities:
        return Capabilities(address="card", speaks=False)

    def receive(self, line: LineView, raw: Raw) -> Iterable[Item]:
        return understand.happenings(line, raw)

    def serve(self) -> Any:
        return app()

    def raw_for(self, kind: str, *, who: Mapping[str, str], key: str, at: datetime | None = None, **more: Any) -> Raw:
        """For a counter page: the same stored thing that a till's POST makes. See `said.Said` for the fields."""
        return understand.raw_for(kind, who=who, key=key, at=at, **more)

    def qr_token(self, line: LineView, known: Known) -> str:
        """What this customer's QR code says; `qr.svg` draws it."""
        return qr.token(line.settings.qr_secret.get_secret_value(), known, at=clock.now())

    def qr_known(self, line: LineView, text: str) -> Known:
        """Who shows this code. Raises qr.NotOurs, in words for the clerk."""
        return qr.read(line.settings.qr_secret.get_secret_value(), text, at=clock.now(), minutes=line.settings.qr_minutes)

    def check(self, line: LineView) -> Iterator[Step]:
        strong = len(line.settings.api_key.get_secret_value()) >= SHORTEST_KEY
        yield Step("API key", strong, "", "" if strong else f"choose one of at least {SHORTEST_KEY} characters, and give it to the tills")
        known = Known("card", "PP-20931")
        yield Step("sign and read a QR code", self.qr_known(line, self.qr_token(line, known)) == known)
        safe = line.public_url.startswith("https://")
        words = f"tills post to {line.public_url}/c/{line.token}/visit"
        yield Step(
            "address",
            True,
            words if safe else f"{words}; without https the API key can be read on the way: use it in the shop's own network only",
        )
