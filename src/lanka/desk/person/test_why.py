"""The person's page tells what was sent and why, and what would be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from lanka.channels.models import Line
from lanka.channels.registry import channel
from lanka.channels.settings import pack
from lanka.core import clock
from lanka.customers.models import Customer, Identifier, Kind, Topic
from lanka.decide.judge import judge
from lanka.decide.models import Message, Rules, Verdict
from lanka.decide.reasons import Reason
from lanka.decide.words import SENTENCES, explain
from lanka.people.models import User

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def maija(db: None) -> Customer:
    told: dict[str, Any] = {"address": "help@pyorapolku.example", "smtp_host": "127.0.0.1", "smtp_security": "none"}
    Line.objects.create(kind="email", name="Mail", settings=pack(channel("email").Settings(**told)))
    someone = Customer.objects.create(created_at=NOW, name="Maija Laine", language="fi", country="FI")
    Identifier.objects.create(kind=Kind.EMAIL, value="maija@laine.example", customer=someone, first_seen_at=NOW, source="test")
    return someone


def message(name: str, **about: Any) -> Message:
    care, _ = Topic.objects.get_or_create(key="care", basis="interest", names={"en": "Care reminders", "fi": "Hoitomuistutukset"})
    return Message.objects.create(name=name, topic=care, **{"sends_at": NOW, **about})


@pytest.fixture
def aino(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_user("aino@pyorapolku.example", "x", name="Aino", role="agent"))
    return client


def test_every_reason_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Reason)


def test_the_page_tells_why_and_why_not(aino: Client, maija: Customer) -> None:
    with clock.at(NOW):
        judge(message("Spring service", purpose="service"), [maija.pk])
        judge(message("Service again", purpose="service"), [maija.pk])
        page = aino.get(f"/desk/person/{maija.pk}/").content.decode()
    assert "Spring service" in page and "the first open channel of Care reminders" in page
    assert "They get the same already: “Spring service”" in page


def test_one_may_ask_what_would_be(aino: Client, maija: Customer) -> None:
    with clock.at(NOW):
        night = message("At night", sends_at=datetime(2026, 11, 20, 20, 0, tzinfo=UTC))
        part = aino.get(f"/desk/person/{maija.pk}/would/", {"message": night.pk}).content.decode()
        assert "From 21:00 to 08:00 it is quiet where they live" in part and not Verdict.objects.exists()
        assert aino.get(f"/desk/person/{maija.pk}/would/", {"message": "999999"}).status_code == 200


def test_a_cap_is_told_with_its_numbers_and_in_the_readers_language(maija: Customer) -> None:
    Rules.objects.create(at=NOW, caps=[{"days": 7, "most": 1}])
    with clock.at(NOW), translation.override("en"):
        judge(message("One"), [maija.pk])
        judge(message("Two"), [maija.pk])
        told = explain(Verdict.objects.select_related("message__topic").get(message__name="Two"))
    assert told.why.startswith("They have had enough messages for now. There is room again on 27 Nov")
    assert told.steps[0] == "1 within 7 days; at most 1."
