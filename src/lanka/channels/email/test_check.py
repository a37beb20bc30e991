"""'Test this line' and `./lanka mail inspect`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from lanka.channels.email import check, records, sign
from lanka.channels.email.conftest import make_line
from lanka.channels.email.fake import Fake
from lanka.channels.email.fake_imap import FakeImap
from lanka.channels.email.test_compose import ED25519


@pytest.fixture(autouse=True)
def _name_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"pyorajapolku.example.fi": ["v=spf1 mx -all"], "lanka._domainkey.pyorajapolku.example.fi": [sign.record(ED25519)]}
    monkeypatch.setattr(records, "texts", lambda name: known.get(name, []))
    monkeypatch.setattr(records, "servers", lambda domain: ["mx.example.fi"])


def tried(**settings: object) -> dict[str, bool]:
    found = {step.name: step for step in check.steps(make_line(**settings))}
    assert all(step.ok or step.mend for step in found.values())
    return {name: step.ok for name, step in found.items()}


def test_a_line_that_is_well() -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    pem = ED25519.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with Fake() as fake, FakeImap() as box:
        found = tried(
            smtp_port=fake.port, incoming="imap", imap_host="127.0.0.1", imap_port=box.port, imap_security="none", imap_user=box.user,
            imap_password=box.password, dkim_selector="lanka", dkim_private_key=pem,
        )  # fmt: skip
    assert [name for name, ok in found.items() if not ok] == ["DMARC"]
    assert not fake.mailboxes


@pytest.mark.parametrize(
    ("settings", "step"),
    [
        ({"smtp_port": 1}, "SMTP connection to 127.0.0.1:1"),
        ({"incoming": "imap", "smtp_host": "", "imap_host": "127.0.0.1", "imap_port": 1}, "Mailbox apua@pyorajapolku.example.fi by IMAP"),
        ({"smtp_host": "", "dkim_selector": "lanka", "dkim_private_key": "x"}, "DKIM key"),
    ],
)
def test_a_step_that_fails_says_how_to_mend_it(settings: dict[str, object], step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANKA_SMTP_PORT", "1")
    assert tried(**settings)[step] is False


def test_a_private_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANKA_ALLOW_PRIVATE", "0")
    assert tried(smtp_host="127.0.0.1", incoming="none")["The name 127.0.0.1 is known"] is False


def test_inspect_prints_a_line_for_each_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.eml").write_text(
        "From: Maija <maija.laine@example.fi>\nTo: a@example.fi, B <b@example.fi>\nSubject: =?utf-8?Q?=C3=A4?=\n\nHei\n\n-- \nMaija\n"
    )
    (tmp_path / "b.eml").write_text("nothing")
    with pytest.raises(SystemExit):
        call_command("mail", "inspect", str(tmp_path / "a.eml"), str(tmp_path / "b.eml"))
    heard = capsys.readouterr()
    (row,) = [json.loads(line) for line in heard.out.splitlines()]
    assert list(row) == [
        "file",
        "from_email",
        "from_name",
        "to",
        "cc",
        "reply_to",
        "subject",
        "text",
        "html",
        "attachments",
        "auto",
        "bounce",
    ]
    assert (row["from_name"], row["to"], row["subject"]) == ("Maija", "a@example.fi, B <b@example.fi>", "ä")
    assert row["text"] == "Hei\n\n-- \nMaija"
    assert "b.eml: this is no mail" in heard.err
