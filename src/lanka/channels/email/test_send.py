"""Out: what a mail of ours looks like, and every way a server can say no."""

from __future__ import annotations

import email
import socket
import ssl
import time
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import dkim as judge
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from lanka import config
from lanka.channels.base import (
    Closed,
    File,
    Misconfigured,
    Outbound,
    Refused,
    Sender,
    Throttled,
    Unavailable,
    Uncertain,
    Unreachable,
)  # fmt: skip
from lanka.channels.email import connection, own, send, sign
from lanka.channels.email.compose import composed
from lanka.channels.email.conftest import HELP, make_line
from lanka.channels.email.fake import Fake
from lanka.channels.email.parse import parse
from lanka.core import threads

ID = "01977f5e-0000-7000-8000-000000000001"


def out(to: str = "maija.laine@example.fi", **more: Any) -> Outbound:
    return Outbound(
        **{"id": ID, "to": to, "text": "Pyöräsi on valmis!", "sender": Sender("Pyörä & Polku", "Aino"), "subject": "Pyöräsi", **more}
    )


def read(raw: bytes) -> EmailMessage:
    found = email.message_from_bytes(raw, policy=default)
    assert isinstance(found, EmailMessage)
    return found


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


def test_the_same_message_again_has_the_same_id() -> None:
    line = make_line()
    assert read(composed(line, out()))["Message-ID"] == read(composed(line, out(attempt=2)))["Message-ID"]


def test_files_and_pictures() -> None:
    files = (
        File("foto.png", "image/png", b"\x89PNG", inline_id="foto1"), File("ääkköset 2025.pdf", "application/pdf", b"%PDF"),
        File("a.eml", "message/rfc822", b"From: x"), File("b.html", "text/html; charset=x", b"<p>"), File("../x", "bad type", b"1"),
    )  # fmt: skip
    mail = read(composed(make_line(), out(files=files, html='<img src="cid:foto1">')))
    assert mail.get_content_type() == "multipart/mixed"
    named = [(part.get_filename(), part.get_content_type()) for part in mail.iter_attachments()]
    assert named == [
        ("ääkköset 2025.pdf", "application/pdf"),
        ("a.eml", "application/octet-stream"),
        ("b.html", "text/html"),
        ("x", "application/octet-stream"),
    ]
    related = mail.get_body(("related",))
    assert related is not None
    assert [part["Content-ID"] for part in related.iter_parts()][1] == "<foto1>"
    again = parse(composed(make_line(), out(files=files, html='<img src="cid:foto1">')))
    assert [file.data for file in again.files] == [file.data for file in files]


def test_too_large_is_refused_before_it_is_sent() -> None:
    with pytest.raises(Refused, match="MB"):
        composed(make_line(size_limit=1), out(files=(File("a.bin", "application/octet-stream", b"x" * 900_000),)))


def test_extra_headers() -> None:
    told = {
        "List-Unsubscribe": "<https://x/u>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Bcc": "evil@example.com",
        "From": "evil@x",
        "X-Ok": "1",
    }
    mail = read(composed(make_line(), out(headers=told, data={"automatic": "auto-replied"})))
    assert mail["List-Unsubscribe"] == "<https://x/u>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert (mail["Bcc"], len(mail.get_all("From")), mail["X-Ok"]) == (None, 1, "1")


EVIL = st.text(st.sampled_from('a\r\n:<>@,"; \x00=?ä\u2028\x85\x0b\x1c'), max_size=60).map(
    lambda text: text + "\r\nBcc: evil@example.com\r\n\r\nbody"
)


@settings(max_examples=200, deadline=None)
@given(EVIL, st.sampled_from(["subject", "to_name", "brand", "agent", "language", "reply", "header", "file", "picture", "thread", "id"]))
def test_nothing_can_add_a_header(evil: str, where: str) -> None:
    more: dict[str, Any] = {
        "subject": {"subject": evil}, "to_name": {"to_name": evil}, "brand": {"sender": Sender(evil, "")},
        "agent": {"sender": Sender("x", evil)}, "language": {"language": evil}, "reply": {"replies_to": (evil, f"<{evil}>")},
        "header": {"headers": {"X-A": evil, evil: "x"}},
        "file": {"files": (File(evil, evil, b"x"),)}, "picture": {"files": (File("a", "image/png", b"x", evil),), "html": "x"},
        "thread": {"thread": evil}, "id": {"id": evil},
    }[where]  # fmt: skip
    raw = composed(make_line(), out(**more))
    head = raw.partition(b"\r\n\r\n")[0]
    assert b"\nbcc:" not in raw.lower().replace(b"\r", b"\n")
    names = [line.partition(b":")[0].lower() for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert len(names) == len(set(names))


def test_an_address_cannot_carry_a_second_one() -> None:
    for to in ("a@example.fi, b@example.fi", "a@example.fi\r\nBcc: b@example.fi", "<a@example.fi> b", "nobody", "a@b@example.fi", ""):
        with pytest.raises(Unreachable):
            composed(make_line(), out(to=to))


ED25519 = ed25519.Ed25519PrivateKey.generate()
RSA = rsa.generate_private_key(65537, 2048)


@pytest.mark.parametrize("key", [RSA, ED25519], ids=["rsa", "ed25519"])
@pytest.mark.parametrize("more", [{}, {"html": "<p>x</p>"}, {"text": "\n\n  a \n.\n..b\n\n\n"}, {"text": ""}, {"subject": "ä " * 80}])
def test_another_program_finds_our_signature_valid(key: Any, more: dict[str, Any]) -> None:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    raw = composed(make_line(dkim_selector="lanka", dkim_private_key=pem), out(**more))
    published = sign.record(sign.load(pem)).encode()
    assert judge.verify(raw, dnsfunc=lambda name, timeout=5: published if name == b"lanka._domainkey.pyorajapolku.example.fi." else None)
    forged = raw.replace(b"\r\nSubject:", b"\r\nFrom: evil@example.com\r\nSubject:", 1)
    assert not judge.verify(forged, dnsfunc=lambda name, timeout=5: published)


@pytest.mark.parametrize("pem", ["nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
def test_a_broken_key_is_our_fault(pem: str) -> None:
    with pytest.raises(Misconfigured, match="DKIM"):
        composed(make_line(dkim_selector="lanka", dkim_private_key=pem), out())


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


@pytest.mark.parametrize("bad", ["help", "a@b", "a b@example.fi", "a@example.fi\r\nX: y"])
def test_settings_refuse_what_is_no_address(bad: str) -> None:
    with pytest.raises(ValueError, match="address"):
        make_line(address=bad)


def test_how_fast(tmp_path: Path) -> None:
    """Not a bar, only a floor far below it: composing and signing one mail."""
    pem = RSA.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    line = make_line(dkim_selector="lanka", dkim_private_key=pem)
    began = time.process_time()
    for _ in range(50):
        composed(line, out(html="<p>Hei</p>"))
    assert (time.process_time() - began) / 50 < 0.05
