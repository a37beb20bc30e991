"""STOP in four languages: heeded where messages are short, answered once, lifted by START."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lanka.channels.base import Inbound, Known
from lanka.channels.models import Line
from lanka.channels.registry import channel
from lanka.channels.settings import pack
from lanka.core.clock import now
from lanka.customers.models import Consent, Customer, Topic
from lanka.customers.standing import choices
from lanka.customers.starter import starter_topics
from lanka.decide.consent import grant, withdraw
from lanka.deliver.models import Delivery
from lanka.receive.message import take_message
from lanka.receive.stop_words import meaning
from lanka.timeline.models import Event

pytestmark = pytest.mark.django_db
PHONE = Known("phone", "+358405550134")
SMS = {"gateway": "http", "sender": "+358405550100", "url": "https://gateway.example", "token": "t", "webhook_secret": "s"}
MAIL = {"address": "help@pyorapolku.example", "smtp_host": "127.0.0.1", "smtp_security": "none"}


@pytest.fixture
def lines() -> dict[str, Line]:
    starter_topics()
    told: dict[str, dict[str, Any]] = {"sms": SMS, "email": MAIL, "chat": {}}
    return {k: Line.objects.create(kind=k, name=k, settings=pack(channel(k).Settings(**s))) for k, s in told.items()}


def writes(line: Line, text: str, sender: Known = PHONE, **more: Any) -> Customer:
    key = f"m{Event.objects.count()}"
    event = take_message(line, Inbound(key=key, at=now() + timedelta(seconds=1), sender=sender, text=text, language="fi", **more), 1)
    assert event is not None and event.conversation_id, "it stands in its conversation, as any message"
    return event.customer


def may(customer: Customer, key: str, kind: str) -> bool:
    return choices(customer).may(Topic.objects.get(key=key), kind)


@pytest.mark.parametrize("text", ["STOP", " stop. ", "Lopeta", "STOPP!", "Stop  all", "ZAKOŃCZ", "zakończ", "“Stop”"])
def test_the_word_alone_is_a_no(text: str) -> None:
    assert meaning(text) == "stop"


@pytest.mark.parametrize("text", ["Bussi ei pysähdy, stop-valo paloi", "Lopetatteko jo kuudelta?", "", "stop it at once please", "🙏"])
def test_a_sentence_is_no_stop(text: str) -> None:
    assert meaning(text) == ""


def test_stop_ends_what_may_be_ended_on_that_channel_alone(lines: dict[str, Line]) -> None:
    maija = writes(lines["sms"], "Moi, onko pyöräni valmis?")
    grant(maija, Topic.objects.get(key="offers"), by=None, source="till", proof={"method": "form"})
    writes(lines["sms"], "LOPETA")
    assert not may(maija, "offers", "sms") and not may(maija, "care", "sms")
    assert may(maija, "offers", "email") and may(maija, "deliveries", "sms")
    said = Consent.objects.filter(granted=False).first()
    assert said is not None and said.words == "LOPETA" and said.channel == "sms"
    assert said.proof == {"method": "stop-word", "event": Event.objects.get(kind="message.in", text="LOPETA").pk}


def test_it_is_answered_once_in_their_language(lines: dict[str, Line]) -> None:
    maija = writes(lines["sms"], "STOP")
    for _again in range(3):
        writes(lines["sms"], "STOP")
    answer = Delivery.objects.get()
    assert answer.address == "+358405550134" and "START" in answer.out["text"] and answer.out["language"] == "fi"
    assert choices(maija).stands


def test_start_lifts_what_stop_ended_and_nothing_else(lines: dict[str, Line]) -> None:
    maija = writes(lines["sms"], "Hei")
    grant(maija, Topic.objects.get(key="offers"), by=None, source="till", proof={"method": "form"})
    writes(lines["sms"], "STOP")
    withdraw(
        maija, Topic.objects.get(key="care"), channel="sms", by=None, source="agent", proof={"method": "spoken"}, at=now() + timedelta(2)
    )
    writes(lines["sms"], "Aloita")
    assert may(maija, "offers", "sms") and not may(maija, "care", "sms") and not may(maija, "news", "sms")
    assert Delivery.objects.count() == 2


def test_a_mail_or_a_chat_that_says_stop_is_read_by_a_person(lines: dict[str, Line]) -> None:
    maija = writes(lines["email"], "Stop", Known("email", "maija.laine@example.fi"))
    writes(lines["chat"], "stop", Known("visitor", "0190aaaa-aaaa-7aaa-9aaa-aaaaaaaaaaaa"))
    assert may(maija, "care", "email") and not Consent.objects.exists() and not Delivery.objects.exists()


def test_a_machine_that_says_stop_gets_no_answer(lines: dict[str, Line]) -> None:
    maija = writes(lines["sms"], "STOP", automatic=True)
    assert not may(maija, "care", "sms") and not Delivery.objects.exists()
