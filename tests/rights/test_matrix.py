"""Every route for every role: who is nobody signs in first, who lacks the right hears 403, and nobody ever sees a crash.

A route that names no right fails here, unless it stands in PUBLIC with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, SlugConverter

from lanka.channels.models import Exchange
from lanka.people.models import Role, User
from lanka.people.rights import RIGHTS
from lanka.receive.models import Quarantine, RawItem
from tests.cast import Cast, cast
from tests.real_lines import SETTINGS

PUBLIC = {
    "home": "sends to the desk, which asks",
    "channels-css": "colours and icons of the channels",
    "manifest": "the name and the icons of the app",
    "worker": "the service worker's code",
    "language": "a cookie of one's own, before sign-in",
    "offline": "what the service worker shows without a network",
}
# allauth's own pages; the simulated world, in the demo only; what customers open by signed links (pages/test_pages.py)
ELSEWHERE = ("account/", "town/", "p/", "u/", "y/", "l/")
CHOSEN = {"bulk-close", "bulk-snooze", "bulk-assign", "bulk-tag"}  # refuse in words when nothing is chosen, and many to those who may not
ROLES = [None, *Role.values]
MISSING = 999_999


@dataclass(frozen=True)
class Route:
    name: str
    path: str
    converters: tuple[tuple[str, Any], ...]
    view: Any

    @property
    def right(self) -> str:
        return str(getattr(self.view, "right", ""))

    def address(self, number: int) -> str:
        url = self.path
        for name, converter in self.converters:
            url = url.replace(f"<{type_of(converter)}:{name}>", str(example(name, converter, number)))
        return "/" + url


def type_of(converter: Any) -> str:
    return {"IntConverter": "int", "SlugConverter": "slug", "StringConverter": "str"}[type(converter).__name__]


def example(name: str, converter: Any, number: int) -> object:
    if isinstance(converter, IntConverter):
        return 0 if name == "number" else number
    if isinstance(converter, SlugConverter):
        return {"view": "mine", "kind": "email", "what": "visit"}[name]
    return "a" * 64 if name == "sha256" else "photo.jpg"


def walk(patterns: list[Any], before: str = "", known: tuple[tuple[str, Any], ...] = ()) -> Iterator[Route]:
    for one in patterns:
        where, found = before + str(one.pattern), (*known, *one.pattern.converters.items())
        if where.startswith(ELSEWHERE):
            continue
        if isinstance(one, URLResolver):
            yield from walk(one.url_patterns, where, found)
        else:
            assert isinstance(one, URLPattern)
            yield Route(one.name or "", where, found, one.callback)


ROUTES = list(walk(get_resolver().url_patterns))
GUARDED = [route for route in ROUTES if route.name not in PUBLIC]


@pytest.fixture
def house(db: None) -> Cast:
    made = cast(SETTINGS)
    line = made.lines["store"]
    Exchange.objects.create(line=line, what="send", ok=False, said="hello", heard="no")
    for number in range(4):  # so that small numbers exist everywhere
        raw = RawItem.objects.create(
            line=line, key=f"k{number}", received_at=made.parcel.created_at, body=b"\xff\x00not json", path="visit"
        )
        Quarantine.objects.create(raw=raw, why="not json", trace="Traceback …")
    return made


def client_of(role: str | None) -> Client:
    client = Client(raise_request_exception=False)
    if role:
        client.force_login(User.objects.filter(role=role).order_by("pk")[0])
    return client


def test_every_route_names_its_right() -> None:
    assert len(ROUTES) > 60
    nameless = [route.path for route in GUARDED if not route.right]
    assert nameless == [], "wrap the view in needs(...), or say in PUBLIC why everybody may"
    unknown = [route.name for route in GUARDED if not any(route.right in rights for rights in RIGHTS.values())]
    assert unknown == []


def test_what_is_public_stays_short() -> None:
    assert {route.name for route in ROUTES} >= set(PUBLIC), "PUBLIC names a route that is gone"
    assert len(PUBLIC) <= 6


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", ROLES, ids=lambda role: role or "anonymous")
def test_everyone_gets_what_the_right_says(house: Cast, role: str | None, method: str) -> None:
    wrong, client = [], client_of(role)
    for route in GUARDED:
        for number in (MISSING, house.parcel.pk):
            answer = getattr(client, method)(route.address(number))
            if not as_expected(answer, role, route):
                wrong.append(f"{method} {route.address(number)}: {answer.status_code}, needs {route.right}")
    assert wrong == []


def as_expected(answer: Any, role: str | None, route: Route) -> bool:
    if role is None:
        return bool(answer.status_code == 302 and answer["Location"].startswith("/account/login/"))
    if route.right not in RIGHTS[role]:
        return bool(answer.status_code == 403)
    refused_in_words = route.name in CHOSEN and "HX-Trigger" in answer
    return bool(answer.status_code < 500 and (refused_in_words or answer.status_code != 403))


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_public_never_crashes(db: None, method: str) -> None:
    for route in ROUTES:
        if route.name in PUBLIC:
            assert getattr(client_of(None), method)(route.address(1)).status_code < 500, route.path


def test_an_account_out_of_use_is_nobody(house: Cast) -> None:
    client = client_of(Role.ADMINISTRATOR)
    User.objects.update(is_active=False)
    assert client.get("/desk/settings/lines/").status_code == 302
