"""Files up and down: sniffed, bounded, refused with words, fetched only with our signature."""

from __future__ import annotations

import base64

import httpx
import pytest

from lanka.channels.base import File, Inbound, Refused
from lanka.channels.chat import Chat
from lanka.channels.chat.conftest import Hosted
from lanka.channels.chat.test_edge import refused
from lanka.channels.chat.uploads import safe_name

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")


def test_a_picture_goes_both_ways(hosted: Hosted) -> None:
    maija = hosted.visitor()
    token = maija.attach("../../ketju rikki.png", PNG)
    maija.say("", files=(token,))
    [shown] = maija.thread()
    assert shown["files"][0] | {"url": ""} == {"name": "ketju rikki.png", "type": "image/png", "size": len(PNG), "url": ""}
    fetched = httpx.get(hosted.base + shown["files"][0]["url"])
    assert fetched.content == PNG and fetched.headers["content-type"] == "image/png"
    assert "sandbox" in fetched.headers["content-security-policy"] and fetched.headers["x-content-type-options"] == "nosniff"
    [said] = hosted.items()
    assert isinstance(said, Inbound) and len(said.files) == 1
    assert Chat().fetch(hosted.line, said.files[0]) == File("ketju rikki.png", "image/png", PNG)
    with pytest.raises(Refused):
        Chat().fetch(hosted.line, File("x", "image/png", b"", ref="0" * 64))

    hosted.answer(maija.visitor, "Tässä ohje", files=(File("ohje.pdf", "application/pdf", b"%PDF-1.7 x"),))
    file = maija.thread()[-1]["files"][0]
    fetched = httpx.get(hosted.base + file["url"])
    assert fetched.content == b"%PDF-1.7 x" and fetched.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("setup.exe", b"MZ\x90\x00"),
        ("photo.jpg", b"MZ\x90\x00" + b"\0" * 100),
        ("run", b"#!/bin/sh\nrm -rf /"),
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("photo.png", b"\xef\xbb\xbf <!DOCTYPE html><script>alert(1)</script>"),
        ("macro.docm", b"PK\x03\x04"),
        ("link.lnk", b"\x4c\x00\x00\x00\x01\x14\x02\x00"),
        ("a.html", b"hello"),
        ("lib", b"\x7fELF\x02\x01"),
    ],
)
def test_what_could_run_is_refused(hosted: Hosted, name: str, data: bytes) -> None:
    told = refused(415, hosted.visitor().attach, name, data)
    assert told["error"] == "type" and "not accepted" in told["words"]


def test_size_and_owner(hosted: Hosted) -> None:
    maija, piotr = hosted.visitor(), hosted.visitor()
    assert refused(413, maija.attach, "iso.bin.txt", b"x" * (10 * 1024 * 1024 + 1))["error"] == "large"
    assert refused(422, maija.attach, "tyhja.txt", b"")["error"] == "empty"
    token = maija.attach("muistio.txt", b"Hei")
    piotr.hello()
    assert refused(403, piotr.say, "", files=(token,))["error"] == "forged"
    assert refused(403, maija.say, "", files=(token[:-1] + "x",))["error"] == "forged"
    assert httpx.get(f"{hosted.base}file/{token[:-2]}xx").status_code == 403
    assert httpx.post(f"{hosted.base}file?name=a", content=b"x").status_code == 403


def test_names_lose_their_tricks() -> None:
    assert safe_name("C:\\Users\\x\\kuva.png") == "kuva.png"
    assert safe_name("../../etc/passwd") == "passwd"
    assert safe_name("cod\u202egnp.exe") == "cod_gnp.exe"
    assert safe_name("a\r\nb: c.txt") == "a__b_ c.txt"
    assert safe_name("") == safe_name("..") == "file"
    assert len(safe_name("x" * 500 + ".png")) <= 111
