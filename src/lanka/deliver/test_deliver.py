"""Intent before effect: what happens to a message when the provider takes it, refuses it, is away, or nobody knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lanka.channels.base import Closed, Misconfigured, Outbound, Receipt, Sent, Throttled, Unavailable, Uncertain, Unreachable
from lanka.channels.models import Exchange, Line
from lanka.channels.registry import channel
from lanka.channels.settings import pack
from lanka.core import clock
from lanka.core.ids import uuid7
from lanka.customers.models import Customer
from lanka.decide.models import Suppression
from lanka.deliver.again import send_again
from lanka.deliver.books import books
from lanka.deliver.claim import LEASE, claim
from lanka.deliver.journal import journal
from lanka.deliver.models import Attempt, Delivery, State
from lanka.deliver.plan import plan
from lanka.deliver.receipts import NotKnownYet, take_receipt
from lanka.deliver.recover import end_leases
from lanka.deliver.send import deliver_next
from lanka.people.models import User
from lanka.timeline.models import Event
from lanka.timeline.record import record

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
OUT = {"to": "+358405550134", "text": "Hei!", "sender": {"brand": "Pyörä & Polku", "name": "Aino", "tokens": {}}}
Provider = Callable[[Callable[[Outbound], Sent]], None]


@pytest.fixture
def line(db: None) -> Line:
    settings = channel("sms").Settings(gateway="http", sender="+358405550100", url="https://gateway.example", token="t", webhook_secret="s")
    return Line.objects.create(kind="sms", name="Shop SMS", settings=pack(settings))


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    """What the other side does: everything of ours is real up to the channel's `send`."""

    def behaves(send: Callable[[Outbound], Sent]) -> None:
        monkeypatch.setattr(type(channel("sms")), "send", lambda self, line, out: send(out))

    return behaves


def refuses(error: Exception) -> Callable[[Outbound], Sent]:
    def send(out: Outbound) -> Sent:
        raise error

    return send


def planned(line: Line) -> Delivery:
    maija = Customer.objects.create(created_at=NOW, name="Maija Laine")
    event = record(maija, "message.out", channel=line.kind, line_id=line.pk, text="Hei!", key=str(uuid7()))
    assert event is not None
    return plan(event, line, "+358405550134", dict(OUT), id=uuid7())


def now_it_is(delivery: Delivery) -> State:
    delivery.refresh_from_db()
    return State(delivery.state)


def events() -> list[str]:
    return list(Event.objects.exclude(kind="message.out").order_by("id").values_list("kind", flat=True))


def test_taken_delivered_and_read_in_any_order_and_twice(line: Line, provider: Provider) -> None:
    provider(lambda out: Sent(ref="gw-1", parts=2, cost=14))
    delivery = planned(line)
    assert deliver_next() == 1
    assert now_it_is(delivery) == State.HANDED
    assert (delivery.ref, delivery.parts, delivery.cost) == ("gw-1", 2, 14)
    for key, state in [("a", "read"), ("b", "delivered"), ("b", "delivered")]:
        take_receipt(line, Receipt(key=key, at=NOW, ref="gw-1", state=state))  # type: ignore[arg-type]
    assert now_it_is(delivery) == State.READ
    assert events() == ["receipt.sent", "receipt.read", "receipt.delivered"]
    assert books().balanced


def test_an_attempt_is_written_before_the_provider_is_called(line: Line, provider: Provider) -> None:
    seen: list[tuple[str, int]] = []

    def look(out: Outbound) -> Sent:
        row = Delivery.objects.get()
        seen.append((row.state, Attempt.objects.filter(ended_at=None).count()))
        return Sent(ref="x")

    provider(look)
    planned(line)
    deliver_next()
    assert seen == [(State.CLAIMED, 1)]


def test_away_is_tried_again_later_and_throttled_when_it_says(line: Line, provider: Provider) -> None:
    with clock.at(NOW):
        delivery = planned(line)
        provider(refuses(Unavailable("no answer")))
        deliver_next()
        assert (now_it_is(delivery), delivery.not_before) == (State.HELD, NOW + timedelta(seconds=5))
        assert deliver_next() == 0
    with clock.at(NOW + timedelta(seconds=6)):
        provider(refuses(Throttled("slowly", after=timedelta(seconds=40))))
        deliver_next()
        assert now_it_is(delivery) == State.HELD
    with clock.at(NOW + timedelta(minutes=2)):
        provider(lambda out: Sent(ref=f"third:{out.attempt}"))
        deliver_next()
    assert (now_it_is(delivery), delivery.ref) == (State.HANDED, "third:3")


@pytest.mark.parametrize(
    ("error", "state", "suppressed"),
    [
        (Unreachable("no such number"), State.FAILED, 1),
        (Misconfigured("wrong password"), State.FAILED, 0),
        (Closed("the window is shut"), State.FAILED, 0),
        (Uncertain("the line broke"), State.UNCERTAIN, 0),
        (RuntimeError("a bug in the channel"), State.UNCERTAIN, 0),
    ],
)
def test_each_error_ends_where_it_belongs(line: Line, provider: Provider, error: Exception, state: State, suppressed: int) -> None:
    provider(refuses(error))
    delivery = planned(line)
    deliver_next()
    assert now_it_is(delivery) == state
    assert Suppression.objects.count() == suppressed
    assert deliver_next() == 0, "never repeated by itself"
    assert Exchange.objects.get().ok is False


def test_a_worker_that_died_leaves_an_uncertain_message_that_a_person_sends_again(line: Line, provider: Provider) -> None:
    provider(lambda out: Sent(ref="second"))
    aino = User.objects.create_user("aino@pyorapolku.example", "x", name="Aino Virtanen")
    with clock.at(NOW):
        delivery = planned(line)
        (row,) = claim(line.pk)
        journal.begin()
        journal.began(row.id, row.attempt)  # and then the process was killed
        assert end_leases() == 0
    with clock.at(NOW + LEASE + timedelta(seconds=1)):
        assert end_leases() == 1
        settled = now_it_is(delivery)
        assert settled in (State.UNCERTAIN, State.PLANNED)  # planned again only where the provider honours our id
        if settled == State.UNCERTAIN:
            assert send_again(delivery, by=aino)
        deliver_next()
    assert (now_it_is(delivery), delivery.ref) == (State.HANDED, "second")
    assert Attempt.objects.count() == 2
    assert not send_again(delivery, by=aino)


def test_a_bounce_after_acceptance_is_the_last_word(line: Line, provider: Provider) -> None:
    provider(lambda out: Sent(ref="m1", state="delivered"))
    delivery = planned(line)
    deliver_next()
    assert now_it_is(delivery) == State.DELIVERED
    take_receipt(line, Receipt(key="dsn", at=NOW, ref="m1", state="bounced", why="mailbox unknown", permanent=True))
    assert (now_it_is(delivery), delivery.why) == (State.FAILED, "mailbox unknown")
    assert Suppression.objects.get().value == "+358405550134"


def test_a_receipt_for_nothing_of_ours_says_so(line: Line) -> None:
    with pytest.raises(NotKnownYet):
        take_receipt(line, Receipt(key="x", at=NOW, ref="nobody", state="delivered"))


def test_a_disabled_line_keeps_its_messages(line: Line, provider: Provider) -> None:
    provider(lambda out: Sent(ref="x"))
    planned(line)
    Line.objects.update(enabled=False)
    assert deliver_next() == 0
    Line.objects.update(enabled=True)
    assert deliver_next() == 1


def test_the_books_show_a_message_without_delivery(line: Line) -> None:
    planned(line)
    assert books().balanced
    record(Customer.objects.get(), "message.out", text="lost?")
    result: Any = books()
    assert (result.balanced, result.without_delivery) == (False, 1)
