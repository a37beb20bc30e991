"""It bounced, came back, or nobody stirred: the message goes the next way, and the thread tells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from lanka.channels.base import Receipt, Sent
from lanka.channels.email.fake import Fake
from lanka.channels.models import Line
from lanka.channels.registry import channel
from lanka.channels.settings import pack
from lanka.core import clock
from lanka.customers.models import Consent, Customer, Identifier, Kind, Topic
from lanka.decide.judge import judge
from lanka.decide.models import Message, Suppression, Verdict
from lanka.deliver.books import of
from lanka.deliver.conftest import NOW, make_message
from lanka.deliver.fallback import fall_back_due
from lanka.deliver.models import Delivery, State
from lanka.deliver.promise import promise_due
from lanka.deliver.receipts import take_receipt
from lanka.deliver.send import deliver_next
from lanka.timeline.models import Event
from lanka.timeline.record import record


@pytest.fixture(autouse=True)
def friday() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def texts(db: None, monkeypatch: pytest.MonkeyPatch) -> Line:
    settings = channel("sms").Settings(gateway="http", sender="+358405550100", url="https://gateway.example", token="t", webhook_secret="s")
    monkeypatch.setattr(type(channel("sms")), "send", lambda self, line, out: Sent(ref=f"sms-{out.to}", parts=1, cost=7))
    return Line.objects.create(kind="sms", name="Shop SMS", settings=pack(settings))


@pytest.fixture
def service(line: Line, texts: Line) -> Message:
    """By mail first, then by text message; two days of silence are enough."""
    made = make_message()
    Topic.objects.filter(pk=made.topic_id).update(channels=["email", "sms"], fallback_hours=48)
    made.refresh_from_db()
    return made


def person(message: Message, email: str, phone: str = "+358405550134") -> Customer:
    who = Customer.objects.create(created_at=NOW, name="Maija Laine", country="FI", language="fi")
    for kind, value in ((Kind.EMAIL, email), (Kind.PHONE, phone)):
        Identifier.objects.create(kind=kind, value=value, customer=who, first_seen_at=NOW, source="test")
    Consent.objects.create(customer=who, topic=message.topic, granted=True, source="test", at=NOW - timedelta(days=9))
    judge(message, [who.pk])
    return who


def go() -> None:
    while promise_due() or deliver_next() or fall_back_due():
        pass


def at(moment: datetime) -> None:
    with clock.at(moment):
        go()


def test_a_bounce_sends_the_text_message(smtp: Fake, service: Message) -> None:
    maija = person(service, "bounce@example.fi")
    go()
    first, second = Delivery.objects.order_by("rung")
    assert (first.state, second.state, second.address) == (State.FAILED, State.HANDED, "+358405550134")
    said = Event.objects.filter(customer=maija, kind="message.out").order_by("id").last()
    assert said is not None and said.data["fallback"] == {"from": "email", "why": "failed"}
    account = of([service.pk])
    assert (account.planned, account.sent, account.failed, account.balanced) == (1, 1, 0, True), "one person, counted by the last way"
    go()
    assert Delivery.objects.count() == 2


def test_a_bounce_that_comes_later_does_too(smtp: Fake, line: Line, service: Message) -> None:
    person(service, "maija@example.fi")
    go()
    row = Delivery.objects.get()
    take_receipt(line, Receipt(key="dsn", at=NOW, ref=str(row.public_id), state="bounced", why="mailbox unknown", permanent=True))
    go()
    assert list(Delivery.objects.order_by("rung").values_list("state", flat=True)) == [State.FAILED, State.HANDED]
    assert Suppression.objects.filter(value="maija@example.fi").exists()


def test_silence_until_the_deadline_sends_the_text_message_and_a_sign_of_life_does_not(smtp: Fake, line: Line, service: Message) -> None:
    quiet, reader, writer = (
        person(service, f"{name}@example.fi", f"+35840555013{n}") for n, name in enumerate(("quiet", "reader", "writer"))
    )
    go()
    read = Delivery.objects.get(customer=reader)
    take_receipt(line, Receipt(key="mdn", at=NOW, ref=str(read.public_id), state="read"))
    at(NOW + timedelta(hours=47))
    assert Delivery.objects.count() == 3
    with clock.at(NOW + timedelta(hours=47)):
        record(writer, "message.in", text="Kiitos!")
    at(NOW + timedelta(hours=49))
    assert Delivery.objects.filter(rung=1).values_list("customer", flat=True).get() == quiet.pk
    assert Event.objects.filter(customer=quiet, kind="message.out").order_by("id").last().data["fallback"]["why"] == "silent"  # type: ignore[union-attr]


def test_when_no_way_is_left_the_verdict_says_so_and_the_books_balance(smtp: Fake, service: Message, texts: Line) -> None:
    Line.objects.filter(pk=texts.pk).update(enabled=False)
    maija = person(service, "bounce@example.fi")
    Verdict.objects.update(ladder=["sms"])
    go()
    assert Delivery.objects.get().state == State.FAILED
    assert Verdict.objects.get(customer=maija).outcome != 1
    account = of([service.pk])
    assert (account.planned, account.failed, account.balanced) == (1, 1, True)
