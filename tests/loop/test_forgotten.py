"""Maija asks to be forgotten after two years in every room. What is left in the whole database and in Lanka's folder: that somebody was."""

from __future__ import annotations

import email
import email.policy
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from psycopg import sql

from lanka.channels.base import File
from lanka.channels.chat.fake import Visitor
from lanka.channels.store.fake import Till
from lanka.commerce.models import Order
from lanka.conversations.models import Conversation, Draft
from lanka.conversations.note import note
from lanka.conversations.tag import tag
from lanka.core.clock import now
from lanka.core.erasing import parts, pointers
from lanka.core.models import Blob
from lanka.customers.fact import learn
from lanka.customers.forget import forget
from lanka.customers.merge import merge
from lanka.customers.models import Customer, Identifier, Kind, Topic
from lanka.customers.recognise import recognise
from lanka.customers.starter import starter_topics
from lanka.customers.unmerge import unmerge
from lanka.decide.consent import grant
from lanka.decide.models import Message, Outcome, Suppression, Verdict
from lanka.decide.reach import reach
from lanka.decide.suppress import lift, suppress
from lanka.deliver.models import Delivery
from lanka.outreach.build import build
from lanka.outreach.models import Crossing, Member, Moment
from lanka.outreach.save import make
from lanka.people.models import Audit, User
from lanka.timeline.models import Event
from lanka.timeline.record import record
from tests.loop.conftest import House, until
from tests.loop.test_maija import HERS, NUMBER, OURS, Town, answer, heard, town

__all__ = ["town"]
pytestmark = pytest.mark.django_db(transaction=True)
CARD, STREET, WORD = "PP-20931", "Mannerheimintie 5 A 12", "kuurankukka"
NEEDLES = ("maija", "laine", HERS, NUMBER.lstrip("+"), CARD, STREET, "mannerheimintie", WORD)
TOWN = ("town_", "django_migrations", "django_content_type")
PICTURE = File("pyörä.png", "image/png", b"\x89PNG\r\n\x1a\n" + WORD.encode())


def comes(house: House, town: Town, aino: User) -> Conversation:
    """By chat, mail with a file, the counter; answered by mail, SMS and letter."""
    visitor = Visitor(f"{house.url}/c/{town.lines['chat'].token}/", page="https://pyorapolku.example/kuura", language="fi")
    visitor.say(f"Hei! Missä on {WORD}?", name="Maija Laine", email=HERS)
    conversation = until(lambda: Conversation.objects.select_related("customer").first(), what="the conversation")
    answer(conversation, town.lines["chat"], f"Hei Maija! Sinun {WORD} lähtee huomenna.", aino)
    heard(conversation, "receipt.sent")
    Delivery.objects.update(changed_at=now() - timedelta(minutes=2))
    raw = until(lambda: town.mail.mailboxes.get(HERS), 60, "the mail")[0]
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    back = str(mail["Reply-To"] or mail["From"])
    town.mail.send(HERS, back, f"VS: {mail['Subject']}", f"Kiitos, {WORD}!", in_reply_to=raw, files=[PICTURE], name="Maija Laine")
    until(lambda: Event.objects.filter(kind="message.in", channel="email").exists(), 30, "her mail")
    till = Till(house.url, town.lines["store"].token, "till-key-of-kamppi-0001")
    till.visit(f"kokeili: {WORD}", card=CARD, phone=NUMBER, email=HERS)
    till.purchase([{"sku": "kuura-54", "name": "Kuura 54 cm", "quantity": 1, "amount": 129_900}], order="W-77001", card=CARD)
    until(Order.objects.exists, 20, "the purchase")
    conversation.refresh_from_db()
    return conversation


def is_known(conversation: Conversation, aino: User) -> None:
    """What the house itself has written about her since."""
    maija = conversation.customer
    learn(maija, "address", {"street": STREET, "postcode": "00100", "town": "HELSINKI"}, source="agent", by=aino)
    note(conversation, by=aino, text=f"Maija soittaa vielä, {WORD}")
    tag(conversation, by=aino, add=["kuura"])
    Draft.objects.create(user=aino, conversation=conversation, text=f"Hei Maija, {WORD}")
    starter_topics()
    offers = Topic.objects.get(key="offers")
    grant(maija, offers, by=None, channel="email", source="web", words=f"Kyllä, Maija Laine, {WORD}")
    segment = make("Suomenkieliset", {"is": "all", "rules": []}, by=aino)
    build(segment)
    Member.objects.get_or_create(segment=segment, customer=maija, defaults={"since": now()})
    Moment.objects.get_or_create(segment=segment, customer=maija, defaults={"at": now()})
    Crossing.objects.create(segment=segment, customer=maija, entered=True, at=now())
    message = Message.objects.create(name="Syyshuolto", topic=offers, sends_at=now())
    told = {"address": HERS, "because": {"name": "Maija"}, "decided_at": now()}
    Verdict.objects.create(message=message, customer=maija, outcome=Outcome.NO, reason=1, **told)
    suppress("email", HERS, f"wrote: no more, {WORD}")


def was_taken_for_another(conversation: Conversation, aino: User) -> Customer:
    """Eero stays; his page says that he was once taken for somebody."""
    eero = recognise([], at=now(), source="agent", name="Eero Väisänen").customer
    link = merge(conversation.customer, eero, by=aino, why=f"Maija sanoi, {WORD}")
    record(eero, "person.merged", actor=aino, text=f"Maija sanoi, {WORD}", data={"name": "Maija Laine", "link": link.pk})
    unmerge(link, by=aino, why="ei ollutkaan Maija")
    return eero


def rows_with(needle: str) -> list[str]:
    """Table: row, for every row of every table in which the word stands, as letters or as octets."""
    found = []
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if not table.startswith(TOWN):
                find = sql.SQL("SELECT t::text FROM {} t WHERE t::text ILIKE %s OR t::text ILIKE %s").format(sql.Identifier(table))
                cursor.execute(find, [f"%{needle}%", f"%{needle.encode().hex()}%"])
                found += [f"{table}: {row[:300]}" for (row,) in cursor.fetchall()]
    return found


def files_with(folder: Path, needle: str) -> list[str]:
    others = {"static", "house"}  # ours for everybody; the print house's own cellar
    kept = [path for path in folder.rglob("*") if path.is_file() and not others & set(path.relative_to(folder).parts)]
    return [str(path) for path in kept if needle.encode() in path.read_bytes().lower()]


def test_nothing_of_her_is_left(house: House, town: Town) -> None:
    aino = User.objects.create_user("aino@pyorapolku.example", "x", name="Aino Virtanen")
    conversation = comes(house, town, aino)
    is_known(conversation, aino)
    answer(conversation, town.lines["sms"], f"Pyöräsi odottaa, {WORD}.", aino)
    until(lambda: town.operator.phones.get(NUMBER), 30, "the SMS")
    answer(conversation, town.lines["letter"], f"Kiitos, Maija! {WORD}", aino)
    town.print_house.wait_for(1, "posted", 40)
    heard(conversation, "receipt.posted")
    eero = was_taken_for_another(conversation, aino)
    assert all(rows_with(needle) for needle in NEEDLES), "she is in every room"
    before = Blob.objects.count()

    done = forget(conversation.customer, by=aino, remote="192.0.2.7")

    assert before > Blob.objects.count() == 0
    assert {room for room, did in done.rooms.items() if any(did.values())} >= {
        *("receive", "outreach", "conversations", "deliver", "decide", "timeline", "customers", "channels", "core", "commerce"),
    }
    assert [line for needle in NEEDLES for line in rows_with(needle)] == []
    home = Path(house.env["LANKA_HOME"])
    assert [path for needle in NEEDLES for path in files_with(home, needle.lower())] == []
    told = Audit.objects.get(verb="customer.forgotten")
    assert (told.by, told.remote, told.detail["timeline"]["events"] > 10) == (aino, "192.0.2.7", True)
    assert "Maija" not in json.dumps(told.detail)
    assert Order.objects.get().amount == 129_900, "the books still add up"
    assert Customer.objects.get(pk=eero.pk).name == "Eero Väisänen"

    comes_back(town)


def comes_back(town: Town) -> None:
    """She is somebody new, and her address is still shut, as she wished, until she opens it."""
    assert not Suppression.objects.filter(value=HERS).exists()
    town.mail.send(HERS, OURS, "Kysymys", "Olen taas täällä", name="Maija Laine")
    who = until(lambda: Identifier.objects.filter(kind=Kind.EMAIL, value=HERS).first(), 30, "her mail").customer
    assert not Event.objects.filter(customer=who).exclude(kind="message.in").exists()
    ways = {way.line_id: way for way in reach(who)}
    assert not ways[town.lines["email"].pk].ok
    assert suppress("email", HERS, "again").value != HERS, "one reason stands already"
    assert lift("email", HERS) == 1
    assert next(way for way in reach(who) if way.line_id == town.lines["email"].pk).ok


def test_who_holds_something_of_customers_takes_part() -> None:
    """A new table with a column to a customer: its room needs an `erase` that lets go of it, or says in KEEPS why it stays."""
    rooms = dict(parts())
    assert list(rooms)[-1] == "core" and list(rooms).index("receive") < list(rooms).index("timeline"), "from the top floor down"
    own = apps.get_app_config("customers").label
    for model, column in pointers(Customer):
        room = model._meta.app_label
        assert room in rooms, f"{room} has {model.__name__}.{column} and no erase.py"
        words = Path(str(rooms[room].__file__)).read_text()  # type: ignore[attr-defined]
        assert room == own or model.__name__ in words, f"{room}/erase.py says nothing of {model.__name__}"
