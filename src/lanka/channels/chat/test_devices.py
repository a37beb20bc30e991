"""One conversation on several devices: by the link in a mail, by an address proven with a code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx

from lanka.channels import presence
from lanka.channels.chat import Chat, tokens
from lanka.channels.chat.conftest import Hosted
from lanka.channels.chat.test_edge import Ear, refused


def test_the_link_in_a_mail_opens_the_thread_elsewhere(hosted: Hosted) -> None:
    maija = hosted.visitor(page="http://lanka.example.com/shop/kuura?a=1#top")
    maija.say("Hei")
    link = Chat().way_back(hosted.line, maija.visitor)
    assert link.startswith("http://lanka.example.com/shop/kuura?a=1&lanka=") and link.endswith("#top")
    phone = hosted.visitor()
    token = httpx.URL(link).params["lanka"]
    assert phone.hello(link=token) == maija.visitor
    assert [m["text"] for m in phone.thread()] == ["Hei"]
    assert refused(403, phone.hello, link=token[:-1] + "x")["error"] == "forged"
    old = tokens.link_token(hosted.line.token, maija.visitor, datetime.now(UTC) - timedelta(days=31))
    assert refused(403, phone.hello, link=old)["error"] == "forged"
    evil = hosted.visitor(page="https://evil.example/")
    evil.say("Hei")
    assert Chat().way_back(hosted.line, evil.visitor) == ""


def test_a_proven_address_joins_two_devices(hosted: Hosted) -> None:
    laptop, phone, address = hosted.visitor(), hosted.visitor(), "maija.laine@example.fi"
    laptop.say("Läppäriltä")
    phone.say("Puhelimelta")
    ears = []
    for device in (laptop, phone):
        device.prove(address)
        [asked] = [item for item in hosted.items("prove") if item.who.value == device.visitor]  # type: ignore[union-attr]
        assert asked.kind == "proof.asked" and asked.data["address"] == address  # type: ignore[union-attr]
        assert refused(422, device.prove, address, "000000")["error"] == "code"
        ears.append(Ear(device))
        device.prove(address.upper(), Chat().proof_code(hosted.line, device.visitor, address, asked.at))
    ears[0].wait("joined")
    assert [m["text"] for m in laptop.thread()] == [m["text"] for m in phone.thread()] == ["Läppäriltä", "Puhelimelta"]
    ear = Ear(phone)
    hosted.answer(laptop.visitor, "Molemmille")
    ear.wait("message", text="Molemmille")
    proofs = [item.also[0] for item in hosted.items("proved")]  # type: ignore[union-attr]
    assert all(known.proven and known.kind == "email" for known in proofs) and len(proofs) == 2
    assert presence.online(hosted.line.id, laptop.visitor)  # her phone shows that thread too


def test_codes_cannot_be_guessed(hosted: Hosted) -> None:
    piotr = hosted.visitor()
    piotr.say("Dzień dobry")
    for number in range(5):
        refused(422, piotr.prove, "anna.soderholm@example.fi", f"{number:06}")
    assert refused(429, piotr.prove, "anna.soderholm@example.fi", "000009")["error"] == "pace"
    for _ in range(3):
        piotr.prove("anna.soderholm@example.fi")
    assert refused(429, piotr.prove, "anna.soderholm@example.fi")["error"] == "pace"
