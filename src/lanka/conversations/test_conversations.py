"""One conversation, any channel: what joins it, what begins another, and what the verbs leave behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lanka.channels.base import Refused
from lanka.channels.models import Line
from lanka.channels.registry import channel
from lanka.channels.settings import pack
from lanka.conversations.assign import assign
from lanka.conversations.close import close, reopen
from lanka.conversations.join import join
from lanka.conversations.merge import merge_conversations, split_conversations, with_merged
from lanka.conversations.models import Conversation, Mention, State
from lanka.conversations.note import note
from lanka.conversations.reply import reply
from lanka.conversations.snooze import snooze, wake_due
from lanka.conversations.tag import tag
from lanka.core import clock, threads
from lanka.customers.merge import merge
from lanka.customers.models import Customer
from lanka.deliver.models import Delivery
from lanka.people.models import User
from lanka.timeline.models import Event, MessageId

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nine_o_clock() -> Any:
    with clock.at(NOW):
        yield


@pytest.fixture
def sms(db: None) -> Line:
    settings = channel("sms").Settings(gateway="http", sender="+358405550100", url="https://gateway.example", token="t", webhook_secret="s")
    return Line.objects.create(kind="sms", name="Shop SMS", settings=pack(settings))


@pytest.fixture
def aino(db: None) -> User:
    return User.objects.create_user("aino@pyorapolku.example", "x", name="Aino Virtanen")


@pytest.fixture
def maija(db: None) -> Customer:
    return Customer.objects.create(created_at=NOW, name="Maija Laine", language="fi")


def says(who: Customer, line: Line, text: str, *, at: datetime = NOW, subject: str = "", **more: Any) -> Conversation:
    key = f"{who.pk}:{text}:{at}"
    event = join(who, at=at, channel=line.kind, line_id=line.pk, key=key, text=text, data={"subject": subject, "language": "fi"}, **more)
    assert event is not None
    return Conversation.objects.get(pk=event.conversation_id)


def kinds(conversation: Conversation) -> list[str]:
    return list(Event.objects.filter(conversation_id=conversation.pk).order_by("id").values_list("kind", flat=True))


def test_turning_up_elsewhere_goes_on_with_what_is_open(maija: Customer, sms: Line) -> None:
    mail = Line.objects.create(kind="letter", name="another")
    first = says(maija, sms, "Hei! Milloin Kuura saapuu?")
    again = says(maija, mail, "Kysyin aiemmin", at=NOW + timedelta(hours=5), subject="Kuura")
    assert again == first
    assert again.channels == ["sms", "letter"]
    assert again.subject == "Kuura"


def test_turning_up_after_four_days_with_something_closed_begins_anew(maija: Customer, sms: Line, aino: User) -> None:
    first = says(maija, sms, "Kiitos!")
    close(first, by=aino)
    assert says(maija, sms, "Hei taas", at=NOW + timedelta(days=4)) != first


def test_a_new_subject_in_an_old_thread_is_a_linked_conversation(maija: Customer, sms: Line) -> None:
    first = says(maija, sms, "Missä paketti?", subject="Paketti")
    token = threads.sign(str(first.pk))
    assert says(maija, sms, "Ja vielä", subject="VS: Re: paketti", thread=[token]) == first
    other = says(maija, sms, "Aivan muuta", subject="Talvisäilytys", thread=[token])
    assert other != first
    assert other.linked_to == first


def test_a_stranger_who_quotes_an_id_gets_in_nowhere(maija: Customer, sms: Line) -> None:
    first = says(maija, sms, "Missä paketti?", subject="Paketti")
    event = Event.objects.get(conversation_id=first.pk, kind="message.in")
    MessageId.objects.create(line_id=sms.pk, value="<abc@example.fi>", event=event)
    stranger = Customer.objects.create(created_at=NOW, name="Stranger")
    assert says(stranger, sms, "let me in", subject="Re: Paketti", replies_to=["<abc@example.fi>"]) != first
    assert says(stranger, sms, "let me in now", subject="Paketti", thread=[f"{first.pk}.aaaaaaaaaaaaaaaa"]) != first
    assert says(maija, sms, "minä", subject="Re: Paketti", replies_to=["<abc@example.fi>"], at=NOW + timedelta(days=9)) == first


def test_answering_sets_the_state_and_plans_the_delivery_once(maija: Customer, sms: Line, aino: User) -> None:
    conversation = says(maija, sms, "Hei!")
    assert conversation.waiting_since == NOW
    first = reply(conversation, by=aino, text="Hei Maija!", line_id=sms.pk, address="+358405550134", key="browser-1")
    again = reply(conversation, by=aino, text="Hei Maija!", line_id=sms.pk, address="+358405550134", key="browser-1")
    assert first == again
    assert Delivery.objects.count() == 1
    assert (conversation.state, conversation.assignee, conversation.waiting_since) == (State.WAITING, aino, None)
    with pytest.raises(Refused, match="nothing to send"):
        reply(conversation, by=aino, text="  ", line_id=sms.pk, address="+358405550134")


def test_a_message_wakes_a_snoozed_conversation_but_a_machine_does_not(maija: Customer, sms: Line, aino: User) -> None:
    conversation = says(maija, sms, "Hei!")
    snooze(conversation, by=aino, until=NOW + timedelta(days=1))
    join(maija, at=NOW, channel="sms", line_id=sms.pk, key="auto", text="Olen lomalla", data={"automatic": True})
    conversation.refresh_from_db()
    assert conversation.state == State.SNOOZED
    assert says(maija, sms, "Palasin").state == State.OPEN
    assert kinds(conversation) == ["message.in", "snoozed", "message.in", "message.in", "woken"]


def test_what_was_snoozed_wakes_when_its_moment_comes(maija: Customer, sms: Line, aino: User) -> None:
    conversation = says(maija, sms, "Hei!")
    with pytest.raises(ValueError, match="passed"):
        snooze(conversation, by=aino, until=NOW)
    snooze(conversation, by=aino, until=NOW + timedelta(hours=2))
    assert wake_due() == 0
    with clock.at(NOW + timedelta(hours=2)):
        assert (wake_due(), wake_due()) == (1, 0)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.snoozed_until) == (State.OPEN, None)


def test_joined_conversations_part_again_as_they_were(maija: Customer, sms: Line, aino: User) -> None:
    anna = Customer.objects.create(created_at=NOW, name="Anna Söderholm")
    one, two = says(maija, sms, "Hei!"), says(anna, sms, "Hej!")
    assign(two, by=aino, to=aino)
    merge_conversations(one, two, by=aino)
    assert with_merged(one) == [one.pk, two.pk]
    assert says(anna, sms, "Till?", thread=[threads.sign(str(two.pk))]) == one
    with pytest.raises(ValueError, match="itself"):
        merge_conversations(two, one, by=aino)
    split_conversations(two, by=aino)
    two.refresh_from_db()
    assert (two.state, two.assignee, two.merged_into) == (State.OPEN, aino, None)
    assert with_merged(one) == [one.pk]


def test_one_person_after_a_merge_has_one_conversation(maija: Customer, sms: Line, aino: User) -> None:
    visitor = Customer.objects.create(created_at=NOW)
    first = says(visitor, sms, "Hei, olen Maija")
    merge(maija, visitor, by=aino, why="same phone")
    assert says(maija, sms, "Minä taas") == first


def test_closing_reopening_tagging_and_asking_a_colleague(maija: Customer, sms: Line, aino: User) -> None:
    ville = User.objects.create_user("ville@pyorapolku.example", "x", name="Ville Korhonen")
    conversation = says(maija, sms, "Hei!")
    assert close(conversation, by=aino) is not None
    assert close(conversation, by=aino) is None
    assert reopen(conversation, by=aino) is not None
    assert tag(conversation, by=aino, add=["#Huolto ", "huolto"]) is not None
    assert conversation.tags == ["huolto"]
    assert tag(conversation, by=aino, add=["huolto"]) is None
    note(conversation, by=aino, text="@Ville mahtuuko huoltoon?")
    assert Mention.objects.get().user == ville
