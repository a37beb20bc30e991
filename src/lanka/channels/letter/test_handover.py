"""A letter from the outbox to the letterbox and back: folder, SFTP, printer, receipts."""

from __future__ import annotations

import asyncio
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import paramiko
import pytest
from pydantic import SecretStr, ValidationError

from lanka import config
from lanka.channels.base import (
    Forged,
    LineView,
    Misconfigured,
    NotUnderstood,
    Raw,
    Throttled,
    Unavailable,
    Uncertain,
)
from lanka.channels.letter import acks
from lanka.channels.letter.conftest import LETTER, letter, line, poll_until
from lanka.channels.letter.envelopes import envelope
from lanka.channels.letter.fake import Fake
from lanka.channels.letter.fake_ipp import IppPrinter
from lanka.channels.letter.fake_sftp import PASSWORD, USER, SftpServer
from lanka.channels.letter.mark import piece_number
from lanka.channels.letter.settings import Settings


async def test_through_the_drop_into_the_letterbox_and_back() -> None:
    with Fake("letters", post_after=0.2, return_after=0.2, look=0.05) as house:
        where, out = line(price=149), letter()
        moved = letter(to="Eero Väisänen\nPalautuskatu 3\n00500 Helsinki")
        sent = LETTER.send(where, out)
        LETTER.send(where, moved)
        told = await poll_until(where, 5)
        assert sent.ref == piece_number(out.id)
        assert [r.state for r in told if r.ref == out.id] == ["printed", "posted"]
        assert [r.state for r in told if r.ref == moved.id] == ["printed", "posted", "returned"]
        assert next(r for r in told if r.state == "returned").permanent
        helvi = house.letters_for("Helvi Rautio")[0]
        assert helvi.lines == ("Helvi Rautio", "Mannerheimintie 12 A 4", "00100 HELSINKI")
        assert helvi.pdf.startswith(b"%PDF")
        assert helvi.png.startswith(b"\x89PNG")
        assert sorted(p.name for p in house.folder.glob("*.*")) == []
        assert len(list((house.folder / "ack" / "done").iterdir())) == 5


async def test_the_same_message_twice_is_one_letter() -> None:
    out, where = letter(), line()
    LETTER.send(where, out)
    LETTER.send(where, replace(out, attempt=2))
    folder = config.HOME / "letters"
    assert len(list(folder.glob("*.pdf"))) == len(list(folder.glob("*.json"))) == 1
    with Fake("letters", look=0.05) as house:
        house.wait_for(1)
        LETTER.send(where, replace(out, attempt=3))  # the drop is empty again: the house knows it all the same
        await asyncio.sleep(0.4)
        assert len(house.letters) == 1
        assert not list(folder.glob("*.pdf"))


async def test_a_file_that_was_changed_on_the_way_is_not_printed() -> None:
    out, where = letter(), line()
    LETTER.send(where, out)
    file = config.HOME / "letters" / f"{piece_number(out.id)}.pdf"
    file.write_bytes(file.read_bytes() + b"%")
    with Fake("letters", look=0.05):
        told = await poll_until(where, 1)
    assert [(r.ref, r.state, r.permanent) for r in told] == [(out.id, "failed", False)]


def test_the_manifest_tells_what_a_printer_must_know() -> None:
    out = letter(to="Piotr Kowalski\nul. Długa 5/7\n31147 Kraków\nPolska", language="pl")
    LETTER.send(line(), out)
    told = json.loads((config.HOME / "letters" / f"{piece_number(out.id)}.json").read_text())
    known = {name: told[name] for name in ("piece", "id", "pages", "sheets", "country", "postcode", "envelope", "colour", "duplex")}
    assert known == {
        "piece": piece_number(out.id),
        "id": out.id,
        "pages": 1,
        "sheets": 1,
        "country": "PL",
        "postcode": "31-147",
        "envelope": "fi-c5",
        "colour": True,
        "duplex": True,
    }
    assert len(told["sha256"]) == 64


def sftp_line(server: SftpServer, **more: Any) -> LineView:
    known = {"host": "127.0.0.1", "port": server.port, "user": USER, "password": SecretStr(PASSWORD), "host_key": server.fingerprint}
    return line(mode="sftp", **{**known, **more})


async def test_by_sftp_to_a_print_house_and_its_acks_back(tmp_path: Path) -> None:
    with SftpServer(tmp_path / "remote") as server, Fake(tmp_path / "remote", post_after=0.1, look=0.05) as house:
        where, out = sftp_line(server), letter()
        LETTER.send(where, out)
        LETTER.send(where, out)
        assert house.wait_for(1)[0].name == "Helvi Rautio"
        assert {r.state for r in await poll_until(where, 2)} == {"printed", "posted"}
        assert all(step.ok for step in LETTER.check(where))


def test_sftp_with_a_key_and_its_wrong_turns(tmp_path: Path) -> None:
    key = paramiko.ECDSAKey.generate()
    text = __import__("io").StringIO()
    key.write_private_key(text)
    with SftpServer(tmp_path / "remote", key=key) as server:
        LETTER.send(sftp_line(server, private_key=SecretStr(text.getvalue()), password=SecretStr("")), letter())
        for wrong, words in (
            ({"password": SecretStr("guess")}, "does not accept"),
            ({"host_key": "SHA256:AAAA"}, "another server"),
            ({"host_key": ""}, f"shows {server.fingerprint[:20]}"),
            ({"path": "no/such"}, "no folder"),
            ({"private_key": SecretStr("rubbish")}, "cannot be read"),
        ):
            with pytest.raises(Misconfigured, match=words.replace("+", r"\+")):
                LETTER.send(sftp_line(server, **wrong), letter())
        server.trouble["full"] = True
        with pytest.raises(Unavailable):
            LETTER.send(sftp_line(server), letter())
        server.trouble = {}
    with pytest.raises(Unavailable):
        LETTER.send(sftp_line(server), letter())


def test_a_manifest_that_may_not_have_arrived_is_uncertain(tmp_path: Path) -> None:
    with SftpServer(tmp_path / "remote") as server:
        server.trouble["manifest"] = True
        with pytest.raises(Uncertain):
            LETTER.send(sftp_line(server), letter())


def test_a_server_in_the_private_network_needs_the_operators_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LANKA_ALLOW_PRIVATE")
    monkeypatch.setattr(config, "DEMO", False)
    with pytest.raises(Misconfigured, match="LANKA_ALLOW_PRIVATE"):
        LETTER.send(line(mode="sftp", host="127.0.0.1", user="x"), letter())
    with pytest.raises(Misconfigured, match="LANKA_ALLOW_PRIVATE"):
        LETTER.send(line(mode="printer", printer="ipp://127.0.0.1:9/ipp/print"), letter())


async def test_by_ipp_to_the_office_printer() -> None:
    with IppPrinter(at_once=False) as printer:
        where, out = line(mode="printer", printer=printer.uri, colour=False), letter()
        LETTER.send(where, out)
        LETTER.send(where, out)
        assert [(job.name, job.how["sides"], job.how["print-color-mode"]) for job in printer.jobs] == [
            (f"lanka-{piece_number(out.id)}", "two-sided-long-edge", "monochrome")
        ]
        assert printer.jobs[0].document.startswith(b"%PDF-1.7")
        printer.finish()
        told = await poll_until(where, 1)
        assert [(r.ref, r.state) for r in told] == [(out.id, "printed")]
        assert [step.ok for step in LETTER.check(where)] == [True] * 6
        assert not LETTER.can(where).repeat_safe


def test_a_printer_in_trouble() -> None:
    with IppPrinter() as printer:
        where = line(mode="printer", printer=printer.uri)
        printer.trouble = "busy"
        with pytest.raises(Throttled):
            LETTER.send(where, letter())
        printer.trouble = "broken"
        with pytest.raises(Unavailable):  # it was asked for its jobs first: nothing was handed over
            LETTER.send(where, letter())
        printer.trouble = ""
        with (
            patch.object(type(printer), "_print", side_effect=lambda *_: setattr(printer, "trouble", "cut") or {}),
            pytest.raises(Uncertain),
        ):
            LETTER.send(where, letter())
    with pytest.raises(Unavailable):
        LETTER.send(where, letter())


def signed(body: bytes, at: float, secret: str = "s3cret") -> Raw:
    return Raw(body, {acks.SIGNATURE: acks.signature(secret, body, int(at))}, path="acks")


def test_a_webhook_must_be_signed_and_fresh() -> None:
    where, body = line(webhook_secret=SecretStr("s3cret")), b'{"piece": "06HB9W4E5Q7V3N8S2R6T0YKXDM", "state": "posted"}'
    LETTER.verify(where, signed(body, time.time()))
    for forged in (
        signed(body, time.time(), "other"),
        signed(body, time.time() - 1000),
        signed(body, time.time() + 1000),
        replace(signed(body, time.time()), body=body + b" "),
        Raw(body, {}),
        Raw(body, {acks.SIGNATURE: "t=1,v1=é"}),
    ):
        with pytest.raises(Forged):
            LETTER.verify(where, forged)
    with pytest.raises(Forged):
        LETTER.verify(line(), signed(body, time.time(), ""))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b'{"acks": 3}',
        b'[{"state": "posted"}]',
        b'[{"piece": "x", "state": "eaten"}]',
        b'[{"piece":"x","state":"posted","at":7}]',
        b'[{"piece":"x","state":"posted"}, 5]',
        b"\xff\xfe",
    ],
)
def test_what_is_no_ack_is_quarantined(body: bytes) -> None:
    with pytest.raises(NotUnderstood):
        list(LETTER.receive(line(), Raw(body)))


def test_no_path_leads_out_of_the_folder() -> None:
    for bad in ("../x", "/etc", "a/../../b", "~root", "", "a\\b"):
        with pytest.raises(ValidationError):
            Settings(folder=bad)
    os.symlink("/tmp", config.HOME / "out")  # noqa: PTH211
    with pytest.raises(Misconfigured):
        LETTER.send(line(folder="out/letters"), letter())


def test_test_this_line_explains_each_step() -> None:
    steps = list(LETTER.check(line(envelope="se-c5-h2")))
    assert all(step.ok for step in steps)
    assert any("put one printed letter into one of your envelopes" in step.words for step in steps)
    bare = replace(line(), brand={})
    assert [step.name for step in LETTER.check(bare) if not step.ok] == ["return address"]
    assert envelope("fi-c5").confirmed
