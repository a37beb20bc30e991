"""What arrives is kept, understood once, or quarantined and replayed: on a line whose webhooks are signed."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lanka.channels.base import Raw
from lanka.channels.models import Line
from lanka.channels.registry import channel, view
from lanka.channels.settings import pack
from lanka.conversations.models import Conversation
from lanka.conversations.reply import reply
from lanka.core import clock, pool
from lanka.deliver.models import Delivery, State
from lanka.people.models import User
from lanka.receive.models import Quarantine, RawItem
from lanka.receive.store import Store
from lanka.receive.understand import dismiss, replay, understand_next
from lanka.timeline.models import Event

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def line(db: None) -> Line:
    settings = channel("sms").Settings(
        gateway="http", sender="+358405550100", url="https://gateway.example", token="t", webhook_secret="s3cret"
    )
    return Line.objects.create(kind="sms", name="Shop SMS", settings=pack(settings))


@pytest.fixture
def sanna(db: None) -> User:
    return User.objects.create_user("sanna@pyorapolku.example", "x", name="Sanna Mäkelä", role="administrator")


def arrives(line: Line, body: Any, key: str = "k1", at: datetime = NOW) -> RawItem:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return RawItem.objects.create(line=line, key=key, received_at=at, body=data, headers={"content-type": "application/json"})


def sms(id: str, text: str, sender: str = "+358405550134") -> dict[str, Any]:
    return {"id": id, "from": sender, "to": "+358405550100", "text": text}


def understand_all() -> None:
    while understand_next():
        pass


def test_a_batch_of_two_is_two_messages_in_one_conversation(line: Line) -> None:
    arrives(line, {"messages": [sms("1", "Hei!"), sms("2", "Onko Kuura valmis?")]})
    understand_all()
    conversation = Conversation.objects.get()
    texts = Event.objects.filter(kind="message.in", conversation_id=conversation.pk).order_by("at", "id").values_list("text", flat=True)
    assert list(texts) == ["Hei!", "Onko Kuura valmis?"]
    assert RawItem.objects.get().items == 2


def test_the_same_message_in_another_delivery_is_still_one(line: Line) -> None:
    arrives(line, {"messages": [sms("1", "Hei!")]}, key="first")
    arrives(line, {"messages": [sms("1", "Hei!")], "note": "the provider tried again"}, key="second")
    understand_all()
    assert Event.objects.filter(kind="message.in").count() == 1


def test_what_cannot_be_understood_is_shown_and_replayed(line: Line, sanna: User) -> None:
    raw = arrives(line, b"\xff\xfe not json")
    understand_all()
    kept = Quarantine.objects.get(raw=raw)
    assert "not what a gateway sends" in kept.why
    assert not understand_next(), "it must not block the queue"

    RawItem.objects.filter(pk=raw.pk).update(body=json.dumps({"messages": [sms("9", "Toimiiko nyt?")]}).encode())
    raw.refresh_from_db()
    assert replay(raw, by=sanna)
    kept.refresh_from_db()
    assert (kept.settled_how, kept.settled_by) == ("replayed", sanna)
    assert Event.objects.get(kind="message.in").text == "Toimiiko nyt?"


def test_a_replay_that_fails_again_stays_in_quarantine(line: Line, sanna: User) -> None:
    raw = arrives(line, b"nonsense")
    understand_all()
    assert not replay(raw, by=sanna)
    kept = Quarantine.objects.get(raw=raw)
    assert (kept.tries, kept.settled_at) == (2, None)
    dismiss(raw, by=sanna)
    assert Quarantine.objects.get(raw=raw).settled_how == "dismissed"
    assert RawItem.objects.filter(pk=raw.pk).exists(), "dismissed is not deleted"


def answered(line: Line, by: User) -> Delivery:
    arrives(line, {"messages": [sms("1", "Hei!")]})
    understand_all()
    conversation = Conversation.objects.select_related("customer").get()
    event = reply(conversation, by=by, text="Hei Maija!", line_id=line.pk, address="+358405550134")
    return Delivery.objects.get(event=event)


def test_a_receipt_that_overtakes_the_hand_over_waits_for_it(line: Line, sanna: User) -> None:
    delivery = answered(line, sanna)
    with clock.at(NOW):
        raw = arrives(line, {"receipts": [{"id": "r1", "message": "gw-77", "state": "delivered"}]}, key="receipt")
        understand_next()
        raw.refresh_from_db()
        assert raw.understood_at is None
        assert raw.not_before is not None
    Delivery.objects.filter(pk=delivery.pk).update(ref="gw-77", state=State.HANDED)
    with clock.at(NOW + timedelta(seconds=5)):
        understand_all()
    delivery.refresh_from_db()
    assert delivery.state in (State.DELIVERED, State.HANDED)


def test_a_receipt_for_nothing_of_ours_ends_in_quarantine(line: Line) -> None:
    with clock.at(NOW):
        arrives(line, {"receipts": [{"id": "r1", "message": "stranger", "state": "delivered"}]}, at=NOW - timedelta(minutes=10))
        understand_all()
    assert Quarantine.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_stored_in_groups_and_the_second_delivery_is_not_new() -> None:
    settings = channel("sms").Settings(
        gateway="http", sender="+358405550100", url="https://gateway.example", token="t", webhook_secret="s3cret"
    )
    line = view(Line.objects.create(kind="sms", name="Shop SMS", settings=pack(settings)))

    async def story() -> tuple[list[bool], bool]:
        async with pool.opened(2):
            store = Store()
            running = asyncio.create_task(store.run())
            raws = [Raw(b"{}", {"authorization": "secret", "x-a": "b\0c"}, key=f"k{n % 50}") for n in range(100)]
            first = await asyncio.gather(*(store.put(line, raw) for raw in raws))
            again = await store.put(line, raws[0])
            running.cancel()
            return first, again

    first, again = asyncio.run(story())
    assert (sum(first), again) == (50, False)
    assert RawItem.objects.count() == 50
    assert RawItem.objects.first().headers == {"x-a": "bc"}  # type: ignore[union-attr]
