"""The company speaks to many: from the verdict to the mailbox, and what each person's thread tells of it."""

from __future__ import annotations

import email
import re
from collections.abc import Callable
from email.policy import default

from lanka.channels.email.fake import Fake
from lanka.core.clock import now
from lanka.customers.models import Customer, Fact
from lanka.decide.models import Message, Outcome, Verdict
from lanka.deliver.books import of
from lanka.deliver.models import Attempt, Delivery, State
from lanka.deliver.promise import promise_due
from lanka.deliver.send import deliver_next
from lanka.deliver.withdraw import withdraw_due
from lanka.timeline.models import Event

People = Callable[..., list[Customer]]


def send_all() -> int:
    while promise_due():
        pass
    sent = 0
    while done := deliver_next():
        sent += done
    return sent


def mail_of(smtp: Fake, address: str) -> email.message.EmailMessage:
    (raw,) = smtp.mailboxes[address]
    return email.message_from_bytes(raw, policy=default)  # type: ignore[return-value]


def test_a_verdict_becomes_a_mail_and_stands_on_the_thread(smtp: Fake, people: People, message: Message) -> None:
    maija, eero = people("Maija Laine", "Eero Niemi")
    assert send_all() == 2
    mail = mail_of(smtp, "maija.laine@example.fi")
    assert mail["Subject"] == "Maija, pyöräsi kaipaa huoltoa"
    assert "Hei Maija!" in mail.get_body(("html",)).get_content() and "Hei Maija!" in mail.get_body(("plain",)).get_content()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" and "/u/" in mail["List-Unsubscribe"]
    events = Event.objects.filter(customer=maija).order_by("id")
    assert [(event.kind, event.text) for event in events] == [("message.out", "Maija, pyöräsi kaipaa huoltoa"), ("receipt.sent", "")]
    assert events[0].data["message"] == message.pk and events[1].about_id == events[0].pk
    row = Delivery.objects.get(customer=eero)
    assert (row.state, row.message_id, row.values["person"]["first_name"]) == (State.HANDED, message.pk, "Eero")
    assert row.out == {}, "made from the version and the values, not kept as two kilobytes of HTML"


def test_a_repeat_makes_nothing_twice(smtp: Fake, people: People) -> None:
    people(count=7)
    assert promise_due(5) == 5
    assert promise_due(5) == 2
    assert promise_due() == 0
    Verdict.objects.update(taken_at=None)  # as if the mark were lost: the unique delivery still holds
    try:
        promise_due()
    except Exception as error:
        assert "event_once" in str(error) or "delivery_once" in str(error)
    assert Delivery.objects.count() == 7


def test_what_is_held_paused_withdrawn_or_not_due_stays(people: People, message: Message) -> None:
    people("Held", outcome=Outcome.HOLD)
    people("No", outcome=Outcome.NO)
    people("Later", send_at=now().replace(year=2030))
    assert promise_due() == 0
    people("Maija Laine")
    Message.objects.update(paused_at=now())
    assert promise_due() == 0
    Message.objects.update(paused_at=None)
    assert promise_due() == 1
    Message.objects.update(paused_at=now())
    assert deliver_next() == 0, "a pause also holds what stands in the outbox"
    Message.objects.update(paused_at=None, withdrawn_at=now())
    people("Too late")
    assert (promise_due(), deliver_next()) == (0, 0)


def test_a_field_that_is_missing_is_found_before_sending(smtp: Fake, people: People) -> None:
    people("", address="nameless@example.fi")
    assert send_all() == 1
    row = Delivery.objects.get()
    assert row.state == State.FAILED and "person.first_name" in row.why
    assert smtp.mailboxes == {}
    assert Attempt.objects.get().outcome == "refused"


def test_links_are_our_own_unless_the_topic_or_the_person_says_no(smtp: Fake, people: People, message: Message) -> None:
    _, eero = people("Maija Laine", "Eero Niemi")
    Fact.objects.create(customer=eero, kind="tracking", value="no", source="preference-centre", at=now())
    send_all()
    tracked = mail_of(smtp, "maija.laine@example.fi").get_body(("html",)).get_content()
    assert re.search(r"/l/[\w-]{24}\"", tracked) and "pyorapolku.example/varaa" not in tracked
    assert "https://pyorapolku.example/varaa" in mail_of(smtp, "eero.niemi@example.fi").get_body(("html",)).get_content()


def test_the_books_of_a_message_balance_at_every_moment(smtp: Fake, people: People, message: Message) -> None:
    people(count=3)
    people("Gone", address="bounce@example.fi")
    people("Held", outcome=Outcome.HOLD)
    account = of([message.pk])
    assert (account.planned, account.pending, account.balanced) == (4, 4, True)
    promise_due(2)
    assert of([message.pk]).balanced
    send_all()
    account = of([message.pk])
    assert (account.planned, account.sent, account.failed, account.pending) == (4, 3, 1, 0)
    people("Late", "Later")
    promise_due(1)
    Message.objects.update(withdrawn_at=now())
    assert withdraw_due() == 1
    account = of([message.pk])
    assert (account.planned, account.suppressed, account.balanced) == (6, 2, True)
    assert Event.objects.get(kind="receipt.suppressed").text == "withdrawn"
