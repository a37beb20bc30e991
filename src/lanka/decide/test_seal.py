"""An address that was shut stays shut after its owner was forgotten, for agents, campaigns and codes alike, and tells nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings as django_settings

from lanka.channels.models import Line
from lanka.channels.registry import channel
from lanka.channels.settings import pack
from lanka.core import clock
from lanka.customers.forget import forget
from lanka.customers.models import Customer, Fact, Identifier, Kind, Topic
from lanka.decide.judge import judge
from lanka.decide.models import Message, Outcome, Suppression, Verdict
from lanka.decide.reach import postal_lines, postal_of, reach
from lanka.decide.seal import MARK, seal
from lanka.decide.suppress import lift, suppress, suppressed
from lanka.decide.test_reach import SETTINGS
from lanka.people.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MAIL, HOME = "maija@laine.example", {"street": "Mannerheimintie 5", "postcode": "00100", "town": "HELSINKI"}


@pytest.fixture(autouse=True)
def house(db: None) -> Any:
    with clock.at(NOW):
        for kind, known in SETTINGS.items():
            Line.objects.create(kind=kind, name=kind, settings=pack(channel(kind).Settings(**known)))
        yield


def comes() -> Customer:
    maija = Customer.objects.create(created_at=NOW, name="Maija Laine", country="FI", language="fi")
    Identifier.objects.create(kind=Kind.EMAIL, value=MAIL, customer=maija, first_seen_at=NOW, source="test")
    Fact.objects.create(customer=maija, kind="address", value=HOME, source="test", at=NOW)
    return maija


def verdict(someone: Customer, way: str) -> Verdict:
    care, _new = Topic.objects.get_or_create(key=f"care-{way}", defaults={"basis": "interest", "channels": [way]})
    message = Message.objects.create(name="Spring", topic=care, sends_at=NOW)
    judge(message, [someone.pk])
    return Verdict.objects.get(message=message)


@pytest.mark.parametrize(("kind", "way"), [("email", "email"), ("postal", "letter")])
def test_forgotten_and_back_again(kind: str, way: str) -> None:
    first, sanna = comes(), User.objects.create_user("sanna@pyorapolku.example", name="Sanna")
    address = MAIL if kind == "email" else postal_lines(postal_of(first), first.name)
    assert verdict(first, way).outcome == Outcome.SEND, "without the seal it would be sent"
    suppress(kind, address, "never again")
    forget(first, by=sanna)
    kept = Suppression.objects.get()
    assert kept.value.startswith(MARK) and kept.why == ""
    again = comes()
    assert verdict(again, way).outcome == Outcome.NO
    assert lift(kind, address) == 1
    assert verdict(again, way).outcome == Outcome.SEND


def test_agents_and_codes_hear_it_too() -> None:
    forgotten = comes()
    suppress("email", MAIL, "never again")
    forget(forgotten, by=User.objects.create_user("sanna@pyorapolku.example", name="Sanna"))
    assert suppressed([("email", MAIL), ("email", "eero@example.fi")]) == {("email", MAIL): "closed before"}
    assert [way.ok for way in reach(comes()) if way.address == MAIL] == [False]


def test_without_the_key_nobody_can_try_addresses_against_it(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = seal("email", MAIL)
    monkeypatch.setattr(django_settings, "SECRET_KEY", "another")
    assert seal("email", MAIL) != mine
