"""Out: what a mail of ours looks like, and every way a server can say no."""

from __future__ import annotations

import socket
import ssl
from typing import Any

import pytest

from lanka import config
from lanka.channels.base import (
    Closed,
    Misconfigured,
    Refused,
    Throttled,
    Unavailable,
    Uncertain,
    Unreachable,
)  # fmt: skip
from lanka.channels.email import connection, own, send
from lanka.channels.email.conftest import HELP, make_line
from lanka.channels.email.fake import Fake
from lanka.channels.email.test_compose import ID, out, read
from lanka.core import threads


@pytest.fixture(autouse=True)
def _no_session_left() -> Any:
    yield
    for kept in send.sessions.of.values():
        connection.quietly_closed(kept.session)
    send.sessions.of.clear()


def test_a_mail_arrives_and_can_be_answered() -> None:
    token = threads.sign("42")
    with Fake() as fake:
        line = make_line(smtp_port=fake.port)
        sent = send.send(
            line, out(thread=token, replies_to=("<a@x>", "<b@x>"), to_name="Maija Laine", html="<p>Pyöräsi on <b>valmis</b>!</p>")
        )
        (raw,) = fake.mailboxes["maija.laine@example.fi"]
    mail = read(raw)
    assert mail["From"] == f'"Aino, Pyörä & Polku" <{HELP}>'
    assert mail["To"] == "Maija Laine <maija.laine@example.fi>"
    assert mail["Subject"] == "Re: Pyöräsi"
    assert sent.ref == mail["Message-ID"] == mail["X-Lanka-Id"]
    assert own.outbound_of(sent.ref) == ID
    assert own.thread_of(sent.ref) == token
    assert mail["Reply-To"].addresses[0].addr_spec == own.plus(HELP, token)
    assert (mail["In-Reply-To"], mail["References"]) == ("<b@x>", "<a@x> <b@x>")
    assert mail["Content-Language"] == "en"
    assert mail.get_body(("plain",)).get_content().strip() == "Pyöräsi on valmis!"
    assert "<b>valmis</b>" in mail.get_body(("html",)).get_content()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) < 999


@pytest.mark.parametrize(
    ("to", "error", "words"),
    [
        ("bounce@example.fi", Unreachable, "550 5.1.1"),
        ("full@example.fi", Throttled, "452 4.2.2"),
        ("spam@example.fi", Refused, "554 5.7.1"),
        ("drop-before@example.fi", Unavailable, "broke at RCPT"),
        ("drop-after-data@example.fi", Uncertain, "after the mail was handed over"),
    ],
)
def test_a_server_that_says_no(to: str, error: type[Exception], words: str) -> None:
    with Fake() as fake:
        line = make_line(smtp_port=fake.port)
        with pytest.raises(error, match=words):
            send.send(line, out(to))
        assert send.send(line, out()).ref  # the next one goes


@pytest.mark.parametrize(
    ("code", "text", "error"),
    [
        (550, "5.7.1 relaying denied", Misconfigured),
        (530, "5.7.0 authentication required", Misconfigured),
        (552, "5.2.2 mailbox full", Closed),
        (550, "5.1.1 user unknown", Unreachable),
        (553, "sorry", Unreachable),
        (554, "5.7.1 recipient rejected", Unreachable),
    ],
)
def test_refused_recipients(code: int, text: str, error: type[Exception]) -> None:
    assert type(send.refused_recipient(code, f"{code} {text}")) is error


def test_refused_contents() -> None:
    assert type(send.refused_content("554 5.7.1 spam")) is Refused
    assert type(send.refused_content("550 5.1.1 user unknown")) is Unreachable
    assert type(send.refused_content("552 5.2.2 full")) is Closed


def test_a_session_is_used_again() -> None:
    with Fake() as fake:
        line = make_line(smtp_port=fake.port)
        for _ in range(5):
            send.send(line, out())
        assert fake.sessions == 1
        send.sessions.of[line.id].used = 0.0
        send.send(line, out())
        assert fake.sessions == 1  # asked, and alive
        send.sessions.of[line.id].sent = send.MOST
        send.send(line, out())
        send.send(line, out())
        assert fake.sessions == 2
        send.send(make_line(smtp_port=fake.port, sender_name="Other"), out())
        assert fake.sessions == 3  # other settings, another session


def test_a_session_that_died_meanwhile_is_replaced() -> None:
    with Fake() as fake:
        line = make_line(smtp_port=fake.port)
        send.send(line, out())
        kept = send.sessions.of[line.id]
        kept.session.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]
        kept.used = 0.0
        assert send.send(line, out()).ref
        assert fake.sessions == 2


def test_signing_in_and_starttls(server_tls: ssl.SSLContext, client_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send, "tls_context", client_tls)
    with Fake(users={"apua": "quiet-bell"}, tls=server_tls) as fake:
        known = {"smtp_host": "localhost", "smtp_port": fake.port, "smtp_security": "starttls", "smtp_user": "apua"}
        assert send.send(make_line(smtp_password="quiet-bell", **known), out()).ref
        with pytest.raises(Misconfigured, match="sign-in"):
            send.send(make_line(smtp_password="wrong", **known), out())


def test_a_certificate_that_nobody_vouches_for(server_tls: ssl.SSLContext) -> None:
    with Fake(tls=server_tls) as fake, pytest.raises(Misconfigured, match="certificate"):
        send.send(make_line(smtp_host="localhost", smtp_port=fake.port, smtp_security="starttls"), out())


def test_no_starttls_where_it_is_wanted() -> None:
    with Fake() as fake, pytest.raises(Misconfigured, match="STARTTLS"):
        send.send(make_line(smtp_port=fake.port, smtp_security="starttls"), out())


def test_nobody_there() -> None:
    with Fake() as fake:
        port = fake.port
    with pytest.raises(Unavailable, match="cannot be reached"):
        send.send(make_line(smtp_port=port), out())


def test_hosts_that_admins_type_lead_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "DEMO", False)
    monkeypatch.setenv("LANKA_ALLOW_PRIVATE", "0")
    for host in ("127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]".strip("[]")):
        with pytest.raises(Misconfigured, match="private network"):
            send.send(make_line(smtp_host=host), out())


def test_a_return_address_for_each_message() -> None:
    with Fake() as fake:
        send.send(make_line(smtp_port=fake.port, return_addresses=True), out())
        send.send(make_line(smtp_port=fake.port), out())
    assert own.tokens(fake.senders[:1]) == ([], [ID])
    assert fake.senders[1] == HELP
