"""The thinnest true path: a visitor writes in the chat, an agent answers, the answer arrives and its receipt comes back."""

from __future__ import annotations

import uuid
from typing import Any

import httpx

from lanka.conversations.models import Conversation, State
from lanka.conversations.reply import reply
from lanka.decide.reach import reach
from lanka.deliver.books import books
from lanka.people.models import User
from lanka.timeline.models import Event
from tests.loop.conftest import House, new_line, until


class Maija:
    """A visitor's browser, by hand."""

    def __init__(self, base: str) -> None:
        self.web = httpx.Client(base_url=base, timeout=10)
        hello = self.web.post("/hello", json={}).raise_for_status().json()
        self.visitor, self.token = hello["visitor"], hello["token"]
        self.web.headers["authorization"] = f"Bearer {self.token}"

    def say(self, text: str, **more: Any) -> httpx.Response:
        return self.web.post("/say", json={"id": str(uuid.uuid4()), "text": text, **more})


def test_a_visitor_asks_and_is_answered(house: House) -> None:
    line = new_line("chat", "Shop chat")
    maija = Maija(f"{house.url}/c/{line.token}")
    assert maija.say("Hei! Milloin tilaamani Kuura saapuu?", name="Maija", language="fi").status_code == 202

    conversation = until(lambda: Conversation.objects.select_related("customer").first(), what="the conversation")
    assert conversation.state == State.OPEN
    assert conversation.preview == "Hei! Milloin tilaamani Kuura saapuu?"
    assert conversation.customer.name == "Maija"

    aino = User.objects.create_user("aino@pyorapolku.example", "x", name="Aino Virtanen")
    way = next(way for way in reach(conversation.customer) if way.line_id == line.pk)
    reply(conversation, by=aino, text="Hei Maija! Paketti lähtee huomenna.", line_id=way.line_id, address=way.address)

    until(lambda: Event.objects.filter(kind="receipt.sent").exists(), what="the hand-over")
    with maija.web.stream("GET", "/stream", params={"token": maija.token, "after": 0}) as stream:
        heard = ""
        for piece in stream.iter_text():
            heard += piece
            if "Paketti" in heard:
                break
    assert "Aino" in heard
    conversation.refresh_from_db()
    assert conversation.state == State.WAITING
    assert conversation.assignee == aino
    assert books().balanced
