"""Where this tablet stands: one line that counters use, and one shop. Remembered by the browser, not by who is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable
from urllib.parse import quote, unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from lanka.channels.base import Channel, Known, LineView, Raw
from lanka.channels.models import Line
from lanka.channels.registry import all_channels, view
from lanka.commerce.models import Store

COOKIE = "lanka_counter"


@runtime_checkable
class Counts(Protocol):
    """What a channel has that a counter page can speak for."""

    def raw_for(self, kind: str, *, who: Mapping[str, str], key: str, at: datetime | None = None, **more: Any) -> Raw: ...

    def qr_known(self, line: LineView, text: str) -> Known: ...


@dataclass(frozen=True, slots=True)
class Place:
    line: Line
    shop: str
    channel: Counts

    @property
    def key(self) -> str:
        return f"{self.line.pk}:{self.shop}"

    @property
    def view(self) -> LineView:
        return view(self.line)


def counters() -> list[tuple[Line, Channel]]:
    kinds = {kind: one for kind, one in all_channels().items() if isinstance(one, Counts)}
    return [(line, kinds[line.kind]) for line in Line.objects.filter(kind__in=kinds, enabled=True).order_by("pk")]


def places() -> list[Place]:
    """Every counter line with every shop; a line that names its own shop stands there only."""
    shops = list(Store.objects.order_by("name").values_list("name", flat=True))
    found = []
    for line, channel in counters():
        own = str(line.settings.get("store") or "")
        for shop in [own] if own else shops or [""]:
            assert isinstance(channel, Counts)
            found.append(Place(line, shop, channel))
    return found


def place_of(request: HttpRequest, among: list[Place]) -> Place | None:
    """The remembered one; the only one where there is no choice; else None."""
    wanted = unquote(request.COOKIES.get(COOKIE, ""))
    found = next((one for one in among if one.key == wanted), None)
    return found or (among[0] if len(among) == 1 else None)


def remember(response: HttpResponse, place: Place) -> None:
    response.set_cookie(COOKIE, quote(place.key), max_age=365 * 86_400, samesite="Lax", secure=settings.HTTPS, httponly=True)
