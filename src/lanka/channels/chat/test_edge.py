"""What the edge takes, keeps, refuses and tells, on a real server with a real PostgreSQL."""

from __future__ import annotations

import threading
import time
from typing import Any
from uuid import uuid4

import httpx
import pytest

from lanka import config
from lanka.channels import presence, transcript
from lanka.channels.base import Inbound, Outbound, Receipt, Sender, Unreachable
from lanka.channels.chat import Chat, front, gone
from lanka.channels.chat.conftest import Hosted, a_line
from lanka.channels.models import Transcript


def refused(status: int, call: Any, *args: Any, **more: Any) -> dict[str, Any]:
    with pytest.raises(httpx.HTTPStatusError) as told:
        call(*args, **more)
    assert told.value.response.status_code == status, told.value.response.text
    return dict(told.value.response.json())


class Ear(threading.Thread):
    """Listens to a visitor's stream in the background."""

    def __init__(self, visitor: Any, after: int = 0) -> None:
        super().__init__(daemon=True)
        self.events: list[dict[str, Any]] = []
        self.visitor, self.after = visitor, after
        self.start()
        self.wait("ready")

    def run(self) -> None:
        try:
            for event in self.visitor.stream(self.after):
                self.events.append(event)
        except httpx.HTTPError:
            return

    def wait(self, type: str, **wanted: Any) -> dict[str, Any]:
        for _ in range(100):
            for event in list(self.events):
                if event["type"] == type and wanted.items() <= event.items():
                    return event
            time.sleep(0.05)
        raise AssertionError(f"no {type} {wanted} in {self.events}")


def test_maija_asks_and_the_answer_arrives(hosted: Hosted) -> None:
    maija = hosted.visitor(page="https://shop.example.fi/kuura", language="fi")
    stored = maija.say("Hei! Milloin tilaamani Kuura saapuu?", name="Maija Laine", email="maija.laine@example.fi")
    ear = Ear(maija)
    assert ear.wait("message", seq=stored["seq"])["text"] == "Hei! Milloin tilaamani Kuura saapuu?"

    [asked] = hosted.items()
    assert isinstance(asked, Inbound)
    assert asked.sender.value == maija.visitor and asked.sender.proven
    assert asked.also[0].value == "maija.laine@example.fi" and not asked.also[0].proven

    ref = hosted.answer(maija.visitor, "Paketti lähtee huomenna.")
    answer = ear.wait("message", id=ref)
    assert (answer["out"], answer["name"], answer["text"]) == (True, "Aino", "Paketti lähtee huomenna.")

    maija.post("got", upto=answer["seq"])
    maija.post("read", upto=answer["seq"])
    maija.post("read", upto=answer["seq"])  # told twice, kept once
    receipts = [item for item in hosted.items() if isinstance(item, Receipt)]
    assert [(r.ref, r.state) for r in receipts] == [(ref, "delivered"), (ref, "read")]
    assert maija.thread()[-1]["read"]


def test_the_same_message_again_is_the_same_message(hosted: Hosted) -> None:
    maija, same = hosted.visitor(), str(uuid4())
    first, second = maija.say("Hei", id=same), maija.say("Hei", id=same)
    assert first == second
    assert len(hosted.inbox.raws) == len(maija.thread()) == len(hosted.items()) == 1


def test_what_could_not_be_stored_is_not_acknowledged(hosted: Hosted) -> None:
    maija = hosted.visitor()
    maija.hello()
    hosted.inbox.broken = True
    assert refused(503, maija.say, "Hei")["error"] == "unavailable"
    hosted.inbox.broken = False
    assert maija.thread() == []


def test_an_answer_sent_twice_is_one(hosted: Hosted) -> None:
    maija = hosted.visitor()
    maija.say("Hei")
    out = Outbound("0199aaaa-0000-7000-8000-000000000001", maija.visitor, "Hei Maija", Sender("Pyörä & Polku", "Aino"))
    assert Chat().send(hosted.line, out) == Chat().send(hosted.line, out)
    assert [m["text"] for m in maija.thread()] == ["Hei", "Hei Maija"]
    with pytest.raises(Unreachable):
        Chat().send(hosted.line, Outbound("x", "maija.laine@example.fi", "Hei", Sender("P")))


def test_a_device_that_was_away_gets_what_it_missed(hosted: Hosted) -> None:
    maija = hosted.visitor()
    seq = maija.say("Hei")["seq"]
    for number in range(5):
        hosted.answer(maija.visitor, f"{number}")
    ear = Ear(maija, after=seq)
    assert [e["text"] for e in ear.events if e["type"] == "message"] == list("01234")


def test_presence_follows_the_stream(hosted: Hosted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gone, "GRACE", 0.3)
    maija = hosted.visitor(page="https://shop.example.fi/kuura")
    maija.say("Hei")
    assert not presence.online(hosted.line.id, maija.visitor)
    stream = maija.stream()
    while next(stream)["type"] != "ready":
        pass
    assert presence.online(hosted.line.id, maija.visitor)
    assert presence.last_page(hosted.line.id, maija.visitor) == maija.page
    stream.close()
    for _ in range(60):
        if gone_now := list(hosted.items("left")):
            break
        time.sleep(0.1)
    assert gone_now[0].kind == "left" and gone_now[0].data == {"page": maija.page}  # type: ignore[union-attr]
    assert not presence.online(hosted.line.id, maija.visitor)


def test_typing_and_ticks_pass(hosted: Hosted) -> None:
    from django.db import transaction

    from lanka.core import live

    maija = hosted.visitor()
    seq = maija.say("Hei")["seq"]
    ear = Ear(maija)
    with transaction.atomic():
        live.tell(transcript.topic(hosted.line.id, maija.visitor), {"type": "typing", "name": "Aino", "on": True})
    ear.wait("typing", name="Aino", on=True)
    transcript.seen(hosted.line.id, maija.visitor)
    transcript.seen(hosted.line.id, maija.visitor)
    ear.wait("seen", upto=seq)
    assert Transcript.objects.filter(key__startswith="seen:").count() == 1
    maija.typing()


def test_forged_tokens_are_refused(hosted: Hosted) -> None:
    maija, other = hosted.visitor(), hosted.visitor()
    maija.say("Salainen")
    other.hello()
    other.token = f"{maija.visitor}.{other.token.split('.')[1]}"
    for path in ("say", "stream", "got", "typing", "left", "prove", "about", "hello"):
        more = {"say": {"id": str(uuid4()), "text": "x"}, "got": {"upto": 1}, "prove": {"address": "a@example.fi"}}.get(path, {})
        assert refused(403, other.post, path, **more)["error"] == "forged"
    other.token = ""
    assert refused(403, other.post, "stream")["error"] == "forged"


def test_a_token_of_another_line_is_nobody_here(hosted: Hosted) -> None:
    other = a_line()
    hosted.others[other.token] = other
    maija = hosted.visitor()
    maija.say("Hei")
    stranger = hosted.visitor(token=maija.token)
    stranger.base = stranger.base.replace(hosted.line.token, other.token)
    assert refused(403, stranger.post, "stream")["error"] == "forged"


def test_nothing_comes_in_by_webhook(hosted: Hosted) -> None:
    from lanka.channels.base import Forged, Raw, Verifies

    assert isinstance(Chat(), Verifies)
    with pytest.raises(Forged):
        Chat().verify(hosted.line, Raw(b"{}", path="say"))


def test_script_in_a_message_stays_text(hosted: Hosted) -> None:
    maija, evil = hosted.visitor(), "<img src=x onerror=alert(1)><script>alert(1)</script>\u202e\u0000\ud800"
    maija.post("hello")
    maija.hello()
    maija.http.post(
        f"{maija.base}say",
        content=b'{"token":"%s","id":"%s","text":"<script>\\u0000\\ud800"}' % (maija.token.encode(), str(uuid4()).encode()),
    ).raise_for_status()
    maija.say(evil[:-2])
    assert [m["text"] for m in maija.thread()] == ["<script>\ufffd", evil[:-2]]
    answer = maija.http.get(f"{maija.base}config")
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"{", 422, "shape"),
        (b"[" * 60_000, 422, "shape"),
        (b'{"text": "' + b"x" * 70_000 + b'"}', 413, "large"),
        (b'{"text":"x","id":"1"}', 422, "shape"),
        (b'{"text":7}', 422, "shape"),
        (b"\xff\xfe", 422, "shape"),
    ],
)
def test_bodies_that_are_not_messages(hosted: Hosted, body: bytes, status: int, error: str) -> None:
    answer = httpx.post(f"{hosted.base}say", content=body)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert not hosted.inbox.raws


def test_limits(hosted: Hosted) -> None:
    maija = hosted.visitor()
    assert refused(422, maija.say, "x" * 8001)["error"] == "shape"
    assert refused(422, maija.say, "  ")["error"] == "empty"
    assert refused(422, maija.say, "x", email="not an address")["error"] == "shape"
    for _ in range(30):
        maija.say("Hei")
    assert refused(429, maija.say, "Hei")["error"] == "pace"
    with httpx.Client() as script, pytest.raises(httpx.HTTPStatusError, match="429"):
        for _ in range(80):  # 60 a minute from one address
            hosted.visitor(http=script).hello()


def test_visitors_behind_a_proxy_are_told_apart(hosted: Hosted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "PROXIES", 1)
    maija = hosted.visitor(http=httpx.Client(headers={"x-forwarded-for": "10.9.9.9, 198.51.100.7"}))
    maija.say("Hei")
    [raw] = hosted.inbox.raws.values()
    assert raw.remote == "198.51.100.7"
    piotr = hosted.visitor(http=httpx.Client(headers={"x-forwarded-for": "<script>"}))
    piotr.say("Dzień dobry")
    assert list(hosted.inbox.raws.values())[1].remote == "127.0.0.1"


def test_only_named_sites(hosted: Hosted) -> None:
    other = a_line(origins="https://shop.example.fi")
    hosted.others[other.token] = other
    base = f"{hosted.url}/c/{other.token}/"

    def ask(origin: str) -> httpx.Response:
        return httpx.post(f"{base}hello", json={}, headers={"origin": origin} if origin else {})

    assert ask("https://evil.example").status_code == 403
    assert ask("https://shop.example.fi").headers["access-control-allow-origin"] == "https://shop.example.fi"
    assert ask("http://lanka.example.com").status_code == ask("").status_code == 200
    before = httpx.options(f"{base}file", headers={"origin": "https://shop.example.fi"})
    assert before.status_code == 204 and "authorization" in before.headers["access-control-allow-headers"]
    assert "set-cookie" not in before.headers


def test_the_script_is_small_and_cached(hosted: Hosted) -> None:
    answer = httpx.get(f"{hosted.base}widget.js")
    assert len(answer.content) <= 40_000
    assert b"innerHTML" not in answer.content and b"eval(" not in answer.content
    again = httpx.get(f"{hosted.base}widget.js", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for_ever = httpx.get(f"{hosted.base}widget.css", params={"v": front.style()[1]})
    assert "immutable" in for_ever.headers["cache-control"] and "immutable" not in answer.headers["cache-control"]
