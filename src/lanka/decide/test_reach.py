"""The ways to reach somebody now: which are open, which is the best, and why the others are shut."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lanka.channels.models import Line, Online
from lanka.channels.registry import channel
from lanka.channels.settings import pack
from lanka.core import clock
from lanka.customers.models import Claim, Customer, Fact, Identifier, Kind
from lanka.decide.reach import Way, reach
from lanka.decide.suppress import lift, suppress
from lanka.timeline.record import record

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SETTINGS: dict[str, dict[str, Any]] = {
    "chat": {},
    "sms": {"gateway": "http", "sender": "+358405550100", "url": "https://gateway.example", "token": "t", "webhook_secret": "s"},
    "email": {"address": "help@pyorapolku.example", "smtp_host": "127.0.0.1", "smtp_security": "none"},
    "letter": {},
}


@pytest.fixture(autouse=True)
def nine_o_clock() -> Any:
    with clock.at(NOW):
        yield


@pytest.fixture
def lines(db: None) -> dict[str, Line]:
    return {k: Line.objects.create(kind=k, name=k, settings=pack(channel(k).Settings(**s))) for k, s in SETTINGS.items()}


@pytest.fixture
def maija(db: None) -> Customer:
    return Customer.objects.create(created_at=NOW, name="Maija Laine")


def known(customer: Customer, kind: Kind, value: str) -> None:
    Identifier.objects.create(kind=kind, value=value, customer=customer, first_seen_at=NOW, source="test")


def wrote(customer: Customer, line: Line, address: str, at: datetime) -> None:
    record(customer, "message.in", at=at, channel=line.kind, line_id=line.pk, text="Hei", data={"address": address})


def ways(customer: Customer) -> dict[str, Way]:
    return {way.channel: way for way in reach(customer)}


def test_a_stranger_can_be_reached_nowhere_and_is_told_why(maija: Customer, lines: dict[str, Line]) -> None:
    found = ways(maija)
    assert {name: (way.ok, way.why) for name, way in found.items()} == {
        "sms": (False, "no phone known"),
        "email": (False, "no email known"),
        "letter": (False, "no postal address known"),
    }


def test_the_best_is_where_they_wrote_last(maija: Customer, lines: dict[str, Line]) -> None:
    known(maija, Kind.PHONE, "+358405550134")
    known(maija, Kind.EMAIL, "maija.laine@example.fi")
    wrote(maija, lines["email"], "maija.laine@example.fi", NOW - timedelta(days=2))
    wrote(maija, lines["sms"], "+358405550134", NOW - timedelta(hours=1))
    assert (ways(maija)["sms"].best, ways(maija)["sms"].because) == (True, "they wrote there last")
    suppress("phone", "+358405550134", "STOP")
    assert (ways(maija)["sms"].ok, ways(maija)["sms"].why) == (False, "blocked: STOP")
    assert ways(maija)["email"].best
    lift("phone", "+358405550134")
    assert ways(maija)["sms"].best


def test_a_chat_is_open_while_they_are_there(maija: Customer, lines: dict[str, Line]) -> None:
    known(maija, Kind.VISITOR, "v-1")
    wrote(maija, lines["chat"], "v-1", NOW)
    assert ways(maija)["chat"].why == "not online now"
    Online.objects.create(line=lines["chat"], address="v-1", since=NOW, seen_at=NOW)
    assert ways(maija)["chat"].best


def test_who_left_only_an_unproven_address_is_answered_in_the_chat_and_it_follows(maija: Customer, lines: dict[str, Line]) -> None:
    known(maija, Kind.VISITOR, "v-1")
    wrote(maija, lines["chat"], "v-1", NOW)
    Claim.objects.create(customer=maija, kind=Kind.EMAIL, value="maija.laine@example.fi", at=NOW, source="chat")
    chat = ways(maija)["chat"]
    assert chat.ok
    assert chat.because == "they have left; what you write follows to maija.laine@example.fi"
    assert not ways(maija)["email"].ok, "nothing is sent there as if it were proven"


def test_paper_needs_a_street(maija: Customer, lines: dict[str, Line]) -> None:
    address = {"street": "Mannerheimintie 5", "postcode": "00100", "town": "HELSINKI"}
    Fact.objects.create(customer=maija, kind="address", value=address, source="agent", at=NOW)
    letter = ways(maija)["letter"]
    assert letter.ok
    assert letter.address == "Maija Laine\nMannerheimintie 5\n00100 HELSINKI"
    assert letter.because == "the least costly way that is open"


def test_a_line_that_is_switched_off_is_not_offered(maija: Customer, lines: dict[str, Line]) -> None:
    Line.objects.filter(kind="letter").update(enabled=False)
    assert "letter" not in ways(maija)
