"""The stream does believable things, answers agents, leaves alone whom somebody plays, and ends."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import httpx
import pytest

from lanka.core import clock
from lanka.core.clock import now
from lanka.town import door, stream
from lanka.town.dwellers import arrived
from lanka.town.models import Dweller, Item, Kind, Pace
from lanka.town.stream import CAST, MOST, Stream

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]


@pytest.fixture
def done():
    return []


@pytest.fixture
def busy(done):
    Pace.objects.update_or_create(pk=1, defaults={"looked_at": now()})
    return Stream(lambda number, verb, data: done.append((number, verb, data)), Random(5))


def run(busy, minutes):
    start = now()
    for second in range(0, minutes * 60, 10):
        with clock.at(start + timedelta(seconds=second)):
            busy.step()


def test_something_every_20_to_60_seconds(busy, done):
    run(busy, 20)
    assert 15 <= len(done) <= 65
    assert {verb for _, verb, _ in done} >= {"sms", "mail", "chat"}
    assert all(number >= CAST for number, _, _ in done)
    texts = [data["text"] for _, _, data in done if "text" in data]
    assert texts and not any("{" in text or "[" in text for text in texts)
    assert Pace.objects.get().happened == len(done)


def test_it_ends_it_pauses_and_it_sleeps(busy, done):
    Pace.objects.update(happened=MOST)
    run(busy, 5)
    Pace.objects.update(happened=0, paused=True)
    run(busy, 5)
    assert done == []
    Pace.objects.update(paused=False)
    busy.last_look = busy.looked_at = now() - timedelta(hours=1)
    Pace.objects.update(looked_at=now() - timedelta(hours=1))
    with clock.at(now() + timedelta(hours=2)):
        busy.step()
    assert done == []


def test_a_customer_answers_an_agent_unless_somebody_plays_them(busy, done, monkeypatch):
    monkeypatch.setattr(busy.rng, "random", lambda: 0.5)
    monkeypatch.setattr(stream, "GAP", (10_000.0, 10_000.0))
    alone, played = Dweller.objects.exclude(email="").filter(number__gte=CAST)[:2]
    Dweller.objects.filter(pk=played.pk).update(played_at=now() + timedelta(minutes=4))
    mail = arrived(alone, Kind.MAIL, "s1", subject="Huolto", text="Sopiiko tiistai?")
    arrived(played, Kind.MAIL, "s2", subject="Huolto", text="Sopiiko tiistai?")
    run(busy, 3)
    answers = [(number, data) for number, verb, data in done if verb == "mail" and data.get("answers")]
    assert [(number, data["answers"], data["subject"]) for number, data in answers] == [(alone.pk, mail.pk, "Re: Huolto")]
    assert not Item.objects.filter(reacted=False, mine=False).exists()


def test_the_door_knows_who_knocks():
    heard = []
    server = door.serve(lambda number, verb, data: heard.append((number, verb, data)), port=0)
    address = f"http://127.0.0.1:{server.server_port}/do"
    try:
        body = {"number": 1, "verb": "sms", "data": {"text": "hei"}}
        assert httpx.post(address, json=body, trust_env=False).status_code == 403
        assert httpx.post(address, json=body, headers={"x-town": door.word()}, trust_env=False).status_code == 200
        assert httpx.post(address, json={}, headers={"x-town": door.word()}, trust_env=False).status_code == 400
    finally:
        server.shutdown()
    assert heard == [(1, "sms", {"text": "hei"})]
