"""Machines that write: delivery reports of many servers, reading receipts, complaints, out-of-office."""

from __future__ import annotations

import pytest

from lanka.channels.base import Inbound, Item, Raw, Receipt
from lanka.channels.email import own
from lanka.channels.email.automatic import automatic
from lanka.channels.email.bounced import dsn
from lanka.channels.email.conftest import HELP, make_line
from lanka.channels.email.mime import headers
from lanka.channels.email.receive import items
from lanka.core import threads

OUT = "01977f5e-0000-7000-8000-000000000001"
OURS = own.message_id(OUT, "example.fi", threads.sign("42"))
SENT = f"From: {HELP}\r\nTo: helvi@example.fi\r\nSubject: Huolto\r\nMessage-ID: {OURS}\r\n\r\nHei!\r\n".encode()


def received(text: str | bytes, rcpt: str = HELP) -> list[Item]:
    body = text if isinstance(text, bytes) else text.encode()
    return list(items(make_line().settings, Raw(body, {"rcpt-to": rcpt, "mail-from": ""}, method="SMTP")))


def only(found: list[Item]) -> Receipt:
    assert len(found) == 1
    assert isinstance(found[0], Receipt)
    return found[0]


@pytest.mark.parametrize(
    ("status", "words", "permanent"),
    [
        ("5.1.1", "550 5.1.1 user unknown", True),
        ("5.1.2", "550 5.1.2 Host unknown", True),
        ("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", True),
        ("5.2.1", "550 5.2.1 account is disabled", True),
        ("5.0.0", "550 5.1.1 No such user", True),
        ("5.0.0", "550 Unknown user", True),
        ("5.7.1", "554 5.7.1 <x@y>: Recipient address rejected: user x does not exist", True),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied", True),
        ("5.2.2", "552 5.2.2 Mailbox full", False),
        ("5.7.1", "554 5.7.1 Message looks like spam", False),
        ("5.7.26", "550 5.7.26 Unauthenticated mail: DMARC", False),
        ("5.3.4", "552 5.3.4 message too big", False),
        ("5.4.7", "delivery expired", False),
        ("4.4.7", "message expired", False),
        ("4.2.2", "452 4.2.2 quota", False),
    ],
)
def test_which_bounces_are_for_ever(status: str, words: str, permanent: bool) -> None:
    found = only(received(dsn(SENT, "helvi@example.fi", to=HELP, status=status, words=words)))
    assert (found.ref, found.state, found.permanent) == (OUT, "bounced", permanent)


def test_delayed_is_no_bounce_and_delivered_is_a_receipt() -> None:
    late = only(received(dsn(SENT, "helvi@example.fi", to=HELP, action="delayed", status="4.4.1", words="connection timed out")))
    assert (late.state, late.permanent, late.data["kind"]) == ("sent", False, "delay")
    assert only(received(dsn(SENT, "helvi@example.fi", to=HELP, action="delivered", status="2.0.0", words="250 OK"))).state == "delivered"


def test_the_return_address_tells_which_message_bounced_even_if_the_report_does_not() -> None:
    address = own.plus(HELP, own.return_token(OUT))
    prose = b"Hi. This is the qmail-send program.\r\n<h@example.fi>: no such user (#5.1.1)\r\n"
    report = b"From: MAILER-DAEMON@x\r\nSubject: failure notice\r\n\r\n" + prose
    assert only(received(report, rcpt=address)).ref == OUT


def test_a_report_on_something_else_is_kept_as_a_message() -> None:
    (found,) = received(dsn(SENT.replace(OURS.encode(), b"<x@spam.example>"), "h@example.fi", to=HELP))
    assert isinstance(found, Inbound)
    assert found.automatic
    assert found.data["bounce"]["recipient"] == "h@example.fi"


def test_a_forged_id_is_only_worth_what_the_outbox_says() -> None:
    invented = OURS.replace(".", ".a", 1)[: len(OURS)]
    found = received(dsn(SENT.replace(OURS.encode(), invented.encode()), "h@example.fi", to=HELP))[0]
    assert not isinstance(found, Receipt) or found.ref != OUT


def test_several_recipients_make_several_receipts() -> None:
    one = dsn(SENT, "a@example.fi", to=HELP)
    more = b"Final-Recipient: rfc822; b@example.fi\r\nAction: failed\r\nStatus: 5.2.2\r\n\r\n"
    found = received(one.replace(b"Final-Recipient", more + b"Final-Recipient"))
    assert [(r.data["recipient"], r.permanent) for r in found if isinstance(r, Receipt)] == [
        ("b@example.fi", False),
        ("a@example.fi", True),
    ]
    assert len({r.key for r in found}) == 2


GMAIL = f"""From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: {HELP}
Subject: Delivery Status Notification (Failure)
X-Failed-Recipients: helvi@example.fi
In-Reply-To: {OURS}

** Address not found **

Your message wasn't delivered to helvi@example.fi because the address couldn't be found.

The response was:

550 5.1.1 The email account that you tried to reach does not exist.
"""
EXCHANGE = f"""From: postmaster@example.com
To: {HELP}
Subject: Undeliverable: Huolto
References: {OURS}

Delivery has failed to these recipients or groups:

helvi@example.fi
The email address you entered couldn't be found.

Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found'
"""
EXIM = f"""Return-Path: <>
From: Mail Delivery System <Mailer-Daemon@host.example.com>
To: {HELP}
Subject: Mail delivery failed: returning message to sender
X-Failed-Recipients: helvi@example.fi

This message was created automatically by mail delivery software.

  helvi@example.fi
    host mx.example.fi [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<helvi@example.fi>:
    550 5.1.1 User unknown

------ This is a copy of the message, including all the headers. ------

Message-ID: {OURS}
From: {HELP}
"""
POSTFIX = f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.com (Mail Delivery System)
To: {HELP}
Subject: Undelivered Mail Returned to Sender

This is the mail system at host mx.example.com.

I'm sorry to have to inform you that your message could not be delivered.

<helvi@example.fi>: host mx.example.fi said: 552 5.2.2 Over quota (in reply to RCPT TO command)

> Message-Id: {OURS}
"""
FINNISH = f"""From: postmaster@example.fi
To: {HELP}
Subject: Toimittamaton: Huolto
In-Reply-To: {OURS}

Viestiä ei voitu toimittaa vastaanottajalle helvi@example.fi: 550 5.1.1 tuntematon
"""


@pytest.mark.parametrize(("letter", "permanent"), [(GMAIL, True), (EXCHANGE, True), (EXIM, True), (POSTFIX, False), (FINNISH, True)])
def test_bounces_in_prose(letter: str, permanent: bool) -> None:
    found = only(received(letter))
    assert (found.ref, found.state, found.permanent, found.data["recipient"]) == (OUT, "bounced", permanent, "helvi@example.fi")


@pytest.mark.parametrize(
    "letter",
    [
        "From: maija@example.fi\nSubject: Undelivered parcel\n\nYour message could not be delivered to me: 550 kr was too much.",
        f"From: maija@example.fi\nSubject: failure notice\nIn-Reply-To: {OURS}\n\nThe brake has a failure.",
        "From: postmaster@example.fi\nSubject: New server\n\nWe move on Monday.",
    ],
)
def test_people_who_write_about_failures_are_people(letter: str) -> None:
    (found,) = received(letter)
    assert isinstance(found, Inbound)


def test_our_own_mail_that_comes_back_is_no_message() -> None:
    found = only(received(SENT))
    assert (found.ref, found.state, found.data) == (OUT, "delivered", {"loop": True})
    relayed = SENT.replace(b"Message-ID: " + OURS.encode(), f"Message-ID: <ses@relay>\r\nX-Lanka-Id: {OURS}".encode())
    assert only(received(relayed)).data == {"loop": True}


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated; type=x", "X-Autoreply: yes", "Precedence: bulk",
        "Precedence: auto_reply", "List-Id: <x.example>", "X-Auto-Response-Suppress: All", "Return-Path: <>",
        "From: no-reply@example.fi", "From: MAILER-DAEMON@x",
        "Subject: Out of Office: Huolto", "Subject: Automatic reply: Huolto", "Subject: Automaattinen vastaus: Huolto",
        "Subject: Poissaoloilmoitus", "Subject: Autosvar: Service", "Subject: Automatiskt svar: Service", "Subject: Frånvaro: Service",
        "Subject: Automatyczna odpowiedź: Serwis", "Subject: Odpowiedź automatyczna: Serwis", "Subject: Autoodpowiedź",
        "Subject: Automatische Antwort: Service", "Subject: Abwesenheitsnotiz: Service", "Subject: Re: Out of office",
    ],
)  # fmt: skip
def test_machines_are_known_by_their_headers_and_words(head: str) -> None:
    found, _ = headers(f"{head}\n\n".encode(), 0, len(head.encode()) + 2)
    sender = found.text("from") or "maija.laine@example.fi"
    assert automatic(found, sender, found.get("subject").decode().strip())


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: no", "Precedence: normal", "X-Autoreply: no", "Subject: Auton pyöräteline", "Subject: Poissa oleva osa",
        "Subject: Office bike is out of order", "Subject: Automatic gears", "Precedence: list\nX-Original-Sender: maija@example.fi",
        "Subject: Abwesende Teile?", "List-Unsubscribe: <mailto:x@example.fi>", "X-Auto-Response-Suppress: DR, NDR",
    ],
)  # fmt: skip
def test_people_are_not_machines(head: str) -> None:
    found, _ = headers(f"{head}\n\n".encode(), 0, len(head.encode()) + 2)
    assert not automatic(found, "maija.laine@example.fi", found.get("subject").decode().strip())
