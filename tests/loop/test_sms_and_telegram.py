"""The same loop over an operator's SMPP server and over a bot: real processes, real protocols, somebody killed in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lanka.channels.sms.fake import Fake as Operator
from lanka.channels.telegram.fake import Fake as BotApi
from lanka.conversations.models import Conversation
from lanka.conversations.reply import reply
from lanka.decide.reach import reach
from lanka.people.models import User
from lanka.receive.models import Quarantine
from lanka.timeline.models import Event
from tests.loop import conftest
from tests.loop.conftest import House, new_line

MAIJA, SHOP = "+358405550134", "+358457500100"
LONG = "Moi! Ostin teiltä toukokuussa sinisen kaupunkipyörän, ja nyt takavaihtaja rahisee. Voisiko sen tuoda Kamppiin säätöön? " * 2


def until(true: Callable[[], Any], what: str) -> Any:
    return conftest.until(true, 60, what)


@pytest.fixture
def operator() -> Iterator[Operator]:
    fake = Operator().start()
    yield fake
    fake.stop()


@pytest.fixture
def bots() -> Iterator[BotApi]:
    fake = BotApi().start()
    yield fake
    fake.stop()


def aino() -> User:
    return User.objects.create_user("aino@pyorapolku.example", "x", name="Aino Virtanen")


def answer(conversation: Conversation, line_id: int, text: str) -> None:
    way = next(way for way in reach(conversation.customer) if way.line_id == line_id)
    assert way.ok, way.why
    reply(conversation, by=aino(), text=text, line_id=line_id, address=way.address)


def test_a_long_message_over_a_killed_listener_and_the_receipt_of_the_answer(house: House, operator: Operator) -> None:
    wanted = {
        "sender": SHOP,
        "host": "127.0.0.1",
        "port": operator.smpp_port,
        "tls": False,
        "system_id": "lanka",
        "password": "secret",
        "price": 7,
    }
    line = new_line("sms", "Shop SMS", **wanted)
    until(lambda: operator.peers, "the listener's session")
    house.kill("listen")
    operator.send(MAIJA, SHOP, LONG)
    house.start("listen")
    conversation = until(lambda: Conversation.objects.select_related("customer").first(), "the conversation")
    assert Event.objects.get(kind="message.in").text == LONG.strip() or Event.objects.get(kind="message.in").text == LONG

    answer(conversation, line.pk, "Hei Maija! Tuo pyörä Kamppiin vaikka huomenna. " * 4)
    until(lambda: operator.phones[MAIJA], "the answer on the phone")
    assert [message.segments for message in operator.phones[MAIJA]] == [2]
    until(lambda: Event.objects.filter(kind="receipt.delivered").exists(), "the receipt")
    assert Event.objects.filter(kind="message.in").count() == 1
    assert not Quarantine.objects.exists()


def test_a_photo_for_the_bot_and_a_button_for_maija(house: House, bots: BotApi) -> None:
    line = new_line("telegram", "Bot", token=bots.token, api=bots.url, delivery="webhook")
    until(lambda: bots.webhook, "the registration of the webhook")
    bots.webhook["url"] = f"{house.url}/in/{line.token}/"
    bots.write_file(40555134, "photo", b"\xff\xd8\xff\xe0jpeg")
    bots.update(message={"text": "rubbish"})
    message = until(lambda: Event.objects.filter(kind="message.in").first(), "the photo")
    assert [(file["content_type"], file["size"]) for file in message.data["files"]] == [("image/jpeg", 8)]
    conversation = Conversation.objects.select_related("customer").get()
    answer(conversation, line.pk, "Kiitos kuvasta!")
    until(lambda: len(bots.phones[40555134]) == 2, "the answer in the chat")
    until(lambda: Quarantine.objects.count() == 1, "the quarantine of what nobody understands")
    assert [status for status, _body in bots.answers] == [200, 200]
