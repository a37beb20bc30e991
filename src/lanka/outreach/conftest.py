"""A shop whose people buy and visit: what the stories of segments are told with."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from lanka.commerce.models import Order
from lanka.core import clock
from lanka.customers.models import Customer, Fact
from lanka.outreach import follow
from lanka.outreach.build import build
from lanka.outreach.fits import fitting
from lanka.outreach.models import Member, Segment
from lanka.outreach.save import make
from lanka.timeline.models import Cursor, Event
from lanka.timeline.record import record

DAY = timedelta(days=1)
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BICYCLE = {"is": "bought", "what": "category", "value": "bicycle"}
SERVICE = {"is": "bought", "what": "category", "value": "service"}
REMIND = {
    "is": "all",
    "rules": [{**BICYCLE, "when": "before", "n": 6, "unit": "months"}, {**SERVICE, "no": True, "when": "within", "n": 6}],
}
numbers = count(1)


@pytest.fixture
def nine_o_clock() -> Iterator[None]:
    with clock.at(NOW):
        yield


def person(name: str, language: str = "fi", at: datetime = NOW - 900 * DAY) -> Customer:
    made = Customer.objects.create(name=name, language=language, created_at=at)
    for kind, value in (("name", name), ("language", language)):
        Fact.objects.create(customer=made, kind=kind, value=value, source="shop", at=at)
    return made


def buys(who: Customer, category: str, at: datetime, amount: int = 10_000, currency: str = "EUR") -> None:
    lines = [{"name": f"Some {category}", "category": category, "sku": category[:3], "quantity": 1, "amount": amount}]
    Order.objects.create(number=f"N{next(numbers)}", customer=who, at=at, status="done", lines=lines, amount=amount, currency=currency)
    record(who, "purchase", at=at)


def segment(rule: dict[str, Any], name: str = "") -> Segment:
    return build(make(name or f"S{next(numbers)}", rule, by=None))


def inside(one: Segment) -> set[str]:
    return set(Member.objects.filter(segment=one).values_list("customer__name", flat=True))


def whole(rule: dict[str, Any]) -> set[str]:
    """Names of all who fit."""
    return set(
        Customer.objects.filter(pk__in=fitting(rule, list(Customer.objects.values_list("pk", flat=True)))).values_list("name", flat=True)
    )


def catch_up() -> None:
    """All news read. Somebody else's open transaction in the same server holds every reader up: waited for."""
    end = time.monotonic() + 60
    while follow.keep_current() or unread():
        assert time.monotonic() < end
        time.sleep(0.01)


def unread() -> bool:
    cursor, last = Cursor.objects.filter(reader="segments").first(), Event.objects.order_by("transaction", "pk").last()
    return bool(cursor and last and (cursor.transaction, cursor.event_id) < (last.transaction, last.pk))
