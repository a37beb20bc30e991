"""What a mail of ours looks like on the wire: its id, its files, its signature, and that nobody can add a header."""

from __future__ import annotations

import email
import time
from email.message import EmailMessage
from email.policy import default
from typing import Any

import dkim as judge
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from lanka.channels.base import File, Misconfigured, Outbound, Refused, Sender, Unreachable
from lanka.channels.email import sign
from lanka.channels.email.compose import composed
from lanka.channels.email.conftest import make_line
from lanka.channels.email.parse import parse

ID = "01977f5e-0000-7000-8000-000000000001"


def out(to: str = "maija.laine@example.fi", **more: Any) -> Outbound:
    return Outbound(
        **{"id": ID, "to": to, "text": "Pyöräsi on valmis!", "sender": Sender("Pyörä & Polku", "Aino"), "subject": "Pyöräsi", **more}
    )


def read(raw: bytes) -> EmailMessage:
    found = email.message_from_bytes(raw, policy=default)
    assert isinstance(found, EmailMessage)
    return found


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


@pytest.mark.parametrize("bad", ["help", "a@b", "a b@example.fi", "a@example.fi\r\nX: y"])
def test_settings_refuse_what_is_no_address(bad: str) -> None:
    with pytest.raises(ValueError, match="address"):
        make_line(address=bad)


def test_how_fast() -> None:
    """Not a bar, only a floor far below it: composing and signing one mail."""
    pem = RSA.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    line = make_line(dkim_selector="lanka", dkim_private_key=pem)
    began = time.process_time()
    for _ in range(50):
        composed(line, out(html="<p>Hei</p>"))
    assert (time.process_time() - began) / 50 < 0.05
