"""One thread: Maija asks in the chat, leaves, gets mail, answers it, walks in, gets an SMS, and a letter. Every wire is real."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from lanka.channels.chat.fake import Visitor
from lanka.channels.email.fake import Fake as Mail
from lanka.channels.letter.fake import Fake as PrintHouse
from lanka.channels.models import Line
from lanka.channels.sms.fake import Fake as Operator
from lanka.channels.store.fake import Till
from lanka.conversations.models import Conversation, State
from lanka.conversations.reply import reply
from lanka.core.clock import now
from lanka.customers.fact import learn
from lanka.customers.models import Customer, Identifier, Kind
from lanka.decide.reach import Way, bases_of, reach
from lanka.deliver.books import books
from lanka.deliver.models import Delivery
from lanka.people.models import User
from lanka.timeline.models import Event
from tests.loop.conftest import House, new_line, until

OURS, HERS, NUMBER = "asiakaspalvelu@pyorapolku.example", "maija.laine@example.fi", "+358405550134"


SHOP = "Pyörä & Polku\nUrho Kekkosen katu 1\n00100 HELSINKI"
HOME = {"street": "Mannerheimintie 5 A 12", "postcode": "00100", "town": "HELSINKI"}


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Town:
    mail: Mail
    operator: Operator
    print_house: PrintHouse
    lines: dict[str, Line]


@pytest.fixture
def town(house: House) -> Iterator[Town]:
    mail = Mail(("127.0.0.1", int(house.env["LANKA_SMTP_PORT"]))).start()
    operator = Operator().start()
    letters = Path(house.env["LANKA_HOME"]) / "letters"
    print_house = PrintHouse(letters, post_after=0.2).start()
    smpp = {"host": "127.0.0.1", "port": operator.smpp_port, "tls": False, "system_id": "lanka", "password": "secret"}
    lines = {
        "chat": new_line("chat", "Shop chat", offline_minutes=1),
        "email": new_line("email", OURS, address=OURS, smtp_host="127.0.0.1", smtp_port=mail.port, smtp_security="none"),
        "sms": new_line("sms", "+358405550100", gateway="smpp", sender="+358405550100", **smpp),
        "letter": new_line(
            "letter", "Letters", folder="letters", poll_seconds=1, return_address="Pyörä & Polku\nUrho Kekkosen katu 1\n00100 HELSINKI"
        ),
        "store": new_line("store", "Kamppi", api_key="till-key-of-kamppi-0001", trust_told=True),
    }
    until(lambda: listening(int(house.env["LANKA_SMTP_PORT"])), 60, "the mail listener")  # a line made now is found within seconds
    yield Town(mail, operator, print_house, lines)
    print_house.stop()
    operator.stop()
    mail.stop()


def way(customer: Customer, line: Line) -> Way:
    return next(way for way in reach(customer) if way.line_id == line.pk and way.ok)


def kinds(conversation: Conversation) -> list[str]:
    return list(Event.objects.filter(conversation_id=conversation.pk).order_by("id").values_list("kind", flat=True))


def answer(conversation: Conversation, line: Line, text: str, by: User) -> Event:
    chosen = way(conversation.customer, line)
    return reply(conversation, by=by, text=text, line_id=chosen.line_id, address=chosen.address)


def heard(conversation: Conversation, kind: str) -> Event:
    found = until(lambda: Event.objects.filter(conversation_id=conversation.pk, kind=kind).order_by("-id").first(), 30, kind)
    assert isinstance(found, Event)
    return found


def test_one_thread(house: House, town: Town) -> None:
    aino = User.objects.create_user("aino@pyorapolku.example", "x", name="Aino Virtanen")

    # she asks in the chat, and leaves an address that nobody has proven
    visitor = Visitor(f"{house.url}/c/{town.lines['chat'].token}/", page="https://pyorapolku.example/kuura", language="fi")
    visitor.say("Hei! Milloin tilaamani Kuura saapuu?", name="Maija Laine", email=HERS)
    conversation = until(lambda: Conversation.objects.select_related("customer").first(), what="the conversation")
    assert not Identifier.objects.filter(kind=Kind.EMAIL).exists()

    # she is gone when Aino answers there; the answer follows by mail
    answer(conversation, town.lines["chat"], "Hei Maija! Paketti lähtee varastolta huomenna.", aino)
    heard(conversation, "receipt.sent")
    Delivery.objects.update(changed_at=now() - timedelta(minutes=2))  # two minutes pass
    raw = until(lambda: town.mail.mailboxes.get(HERS), 60, "the mail")[0]
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Paketti lähtee varastolta" in body.get_content()

    # she answers it: the same conversation, and now the address is proven
    town.mail.send(
        HERS, str(mail["Reply-To"] or mail["From"]), f"VS: {mail['Subject']}", "Kiitos! Ehdin hakea sen huomenna.", in_reply_to=raw
    )
    until(lambda: Event.objects.filter(conversation_id=conversation.pk, kind="message.in").count() == 2, 20, "her answer")
    heard(conversation, "person.merged")
    assert len(bases_of(conversation.customer_id)) == 2
    assert Conversation.objects.count() == 1

    # she walks in and shows her card; the till knows her number
    till = Till(house.url, town.lines["store"].token, "till-key-of-kamppi-0001")
    till.visit(card="PP-20931", phone=NUMBER, email=HERS)
    visit = heard(conversation, "visit")
    assert visit.conversation_id == conversation.pk

    # Aino answers by SMS, which is delivered
    answer(conversation, town.lines["sms"], "Pyöräsi odottaa Kampissa.", aino)
    until(lambda: town.operator.phones.get(NUMBER), 20, "the SMS")
    assert town.operator.phones[NUMBER][0].text == "Pyöräsi odottaa Kampissa."
    heard(conversation, "receipt.delivered")

    # and a letter, printed and posted
    learn(
        conversation.customer,
        "address",
        {"street": "Mannerheimintie 5 A 12", "postcode": "00100", "town": "HELSINKI"},
        source="agent",
        by=aino,
    )
    answer(conversation, town.lines["letter"], "Kiitos käynnistäsi!\n\nLiitteenä ajo-ohjeet.", aino)
    letter = town.print_house.wait_for(1, "posted", 40)[0]
    assert letter.name == "Maija Laine"
    heard(conversation, "receipt.posted")

    conversation.refresh_from_db()
    assert conversation.state == State.WAITING
    assert set(conversation.channels) == {"chat", "email", "sms", "letter"}
    assert kinds(conversation).count("message.out") == 4
    assert books().balanced
