"""A mailbox of Pyörä & Polku: what becomes of a mail, from the bytes to what the house is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from lanka.channels.base import Checks, Inbound, Known, Listens, NotUnderstood, Polls, Raw
from lanka.channels.email import Email, own
from lanka.channels.email.conftest import HELP, make_line
from lanka.core import threads

OUT = "01977f5e-0000-7000-8000-000000000001"
TOKEN = threads.sign("42")
OURS = own.message_id(OUT, "pyorajapolku.example.fi", TOKEN)
AT = datetime(2025, 3, 3, 8, 0, tzinfo=UTC)


def came(text: str = "Hei!", *, rcpt: str = HELP, raw: dict[str, Any] | None = None, **headers: str) -> Inbound:
    fields = {"From": "Maija Laine <maija.laine@example.fi>", "To": HELP, "Subject": "Ketju", "Message-ID": "<m1@example.fi>"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    body = "".join(f"{name}: {value}\r\n" for name, value in fields.items()) + f"\r\n{text}\r\n"
    told = Raw(body.encode(), {"mail-from": "maija.laine@example.fi", "rcpt-to": rcpt}, "SMTP", received_at=AT, **(raw or {}))
    (found,) = Email().receive(make_line(), told)
    assert isinstance(found, Inbound)
    return found


def test_maija_writes() -> None:
    found = came()
    assert found.sender == Known("email", "maija.laine@example.fi", True)
    assert (found.sender_name, found.subject, found.text, found.at, found.to) == ("Maija Laine", "Ketju", "Hei!", AT, HELP)
    assert (found.automatic, found.thread, found.replies_to, found.message_id) == (False, (), (), "<m1@example.fi>")


def test_an_answer_to_our_plus_address_proves_its_thread() -> None:
    assert came(rcpt=own.plus(HELP, TOKEN)).thread == (TOKEN,)
    assert came(To=own.plus(HELP, TOKEN).upper()).thread == (TOKEN,)
    assert came(X_Original_To=own.plus(HELP, TOKEN)).thread == (TOKEN,)


def test_an_answer_to_our_message_id_proves_its_thread() -> None:
    assert came(In_Reply_To=OURS).thread == (TOKEN,)
    found = came(References=f"<first@x> {OURS} <third@x>", In_Reply_To="<third@x>")
    assert found.thread == (TOKEN,)
    assert found.replies_to == ("<third@x>", OURS, "<first@x>")


@pytest.mark.parametrize("rcpt", ["apua+42.aaaaaaaaaaaaaaaa@pyorajapolku.example.fi", "apua+42@pyorajapolku.example.fi"])
def test_what_a_stranger_invents_proves_nothing(rcpt: str) -> None:
    invented = OURS.replace("42", "43")
    found = came(rcpt=rcpt, In_Reply_To=invented, Subject="Re: [Ticket#42] Ketju")
    assert found.thread == ()
    assert found.replies_to == (invented,)  # a hint: the house asks whether the sender takes part


def test_others_who_read_it_are_participants() -> None:
    found = came(To=f"{HELP}, Anna <anna.soderholm@example.fi>", Cc="undisclosed-recipients:;, maija.laine@example.fi, broken")
    assert found.participants == (Known("email", "anna.soderholm@example.fi", False),)


def test_a_sender_without_an_address_is_kept() -> None:
    assert came(From="Jokin outo").sender == Known("email", "maija.laine@example.fi", False)  # the envelope knew
    assert came(From="<MAILER@localhost>").sender.kind == "account"


def test_the_key_holds_id_and_content() -> None:
    assert came().key == came(Received="by mx; Mon, 3 Mar 2025 09:20:00 +0200").key
    assert came().key != came("Moi!").key
    assert came().key != came(Message_ID="<m2@example.fi>").key
    assert len(came(Message_ID=f"<{'x' * 900}@example.fi>").key) <= 200


def test_our_own_address_as_sender_is_never_answered() -> None:
    assert came(From=HELP).automatic
    assert came(From=own.plus(HELP, "x")).automatic


def test_a_bookmark_is_no_mail_and_nothing_is_not_understood() -> None:
    assert list(Email().receive(make_line(), Raw(b'{"uid": 7}', method="MARK"))) == []
    for body in (b"", b" \r\n", b"\x00\xff" * 40):
        with pytest.raises(NotUnderstood):
            list(Email().receive(make_line(), Raw(body)))


def test_without_a_clock_of_the_house_the_mails_own_date_counts() -> None:
    (found,) = Email().receive(make_line(), Raw(b"From: a@example.fi\r\nDate: Mon, 3 Mar 2025 10:00:00 +0200\r\n\r\nHei"))
    assert isinstance(found, Inbound)
    assert found.at == AT


def test_powers_and_capabilities() -> None:
    channel = Email()
    assert isinstance(channel, Listens)
    assert isinstance(channel, Polls)
    assert isinstance(channel, Checks)
    can = channel.can(make_line(size_limit=10))
    assert (can.address, can.speaks, can.listens, can.file_limit) == ("email", True, True, 7_000_000)
    assert not channel.can(make_line(smtp_host="")).speaks
    assert not channel.can(make_line(incoming="none")).listens


def test_tokens_fit_an_address() -> None:
    assert own.plus(HELP, TOKEN) == f"apua+{TOKEN}@pyorajapolku.example.fi"
    assert own.plus("a" * 60 + "@example.fi", TOKEN) == "a" * 60 + "@example.fi"
    assert own.tokens([own.plus(HELP, own.return_token(OUT))]) == ([], [OUT])
    assert own.message_id("no uuid!", "x.fi") == "<no-uuid-@x.fi>"
    assert own.outbound_of("<no-uuid-@x.fi>") == ""
