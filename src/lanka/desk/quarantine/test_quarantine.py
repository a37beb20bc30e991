"""What could not be understood: seen, replayed, dismissed."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from tests.cast import Cast, cast
from tests.real_lines import SETTINGS

from lanka.desk.quarantine.body import shown
from lanka.people.models import Audit
from lanka.receive.models import Quarantine, RawItem
from lanka.timeline.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db: None) -> Cast:
    return cast(SETTINGS)


@pytest.fixture
def ville(house: Cast) -> Client:
    client = Client()
    client.force_login(house.ville)
    return client


def held(house: Cast, body: bytes, key: str = "k1") -> Quarantine:
    headers = {"idempotency-key": key, "x-evil": "<script>"}
    line, at = house.lines["store"], house.parcel.created_at
    raw = RawItem.objects.create(line=line, key=key, received_at=at, body=body, path="visit", headers=headers, understood_at=at)
    return Quarantine.objects.create(raw=raw, why="who: <b>nobody</b>", trace="Traceback (most recent call last)")


GOOD = json.dumps({"who": {"card": "PP-20931"}, "text": "Brakes"}).encode()


def test_what_came_is_shown_and_never_interpreted(ville: Client, house: Cast) -> None:
    item = held(house, b'{"who": "<script>alert(1)</script>"}')
    page = ville.get(f"/desk/quarantine/{item.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;b&gt;nobody" in page
    raw = ville.get(f"/desk/quarantine/{item.pk}/raw/")
    assert raw.content == b'{"who": "<script>alert(1)</script>"}'
    assert raw["Content-Disposition"].startswith("attachment")


def test_a_replay_that_works_stands_on_the_timeline(ville: Client, house: Cast) -> None:
    item = held(house, GOOD)
    assert ville.post(f"/desk/quarantine/{item.pk}/replay/")["Location"] == "/desk/quarantine/"
    assert Event.objects.filter(kind="visit", customer=house.maija, text="Brakes").exists()
    assert Audit.objects.get(verb="quarantine.replayed").detail["understood"] is True


def test_a_replay_that_fails_says_why_now(ville: Client, house: Cast) -> None:
    item = held(house, b"not json")
    assert ville.post(f"/desk/quarantine/{item.pk}/replay/")["Location"] == f"/desk/quarantine/{item.pk}/"
    item.refresh_from_db()
    assert (item.tries, item.settled_at) == (2, None)


def test_all_of_a_line(ville: Client, house: Cast) -> None:
    held(house, GOOD, "a"), held(house, b"no", "b"), held(house, GOOD, "c")
    ville.post(f"/desk/quarantine/line/{house.lines['store'].pk}/replay/")
    assert Quarantine.objects.filter(settled_at=None).count() == 1
    assert Audit.objects.get(verb="quarantine.replayed").detail == {"tried": 3, "understood": 2}


def test_dismissed_is_out_of_the_list_and_kept(ville: Client, house: Cast) -> None:
    item = held(house, b"no")
    ville.post(f"/desk/quarantine/{item.pk}/dismiss/")
    assert ville.get("/desk/quarantine/").context["found"].rows == []
    assert len(ville.get("/desk/quarantine/", {"settled": "1"}).context["found"].rows) == 1
    assert RawItem.objects.filter(pk=item.raw_id).exists()


def test_text_is_text_and_the_rest_is_hexadecimal() -> None:
    assert shown("Hyvää päivää".encode()).is_text
    assert shown(("ä" * 9000).encode(), most=16_001).is_text  # cut inside a letter
    picture = shown(bytes(range(256)) * 100)
    assert not picture.is_text
    assert picture.text.startswith("000000  00 01 02")
    assert picture.cut > 0
    assert shown(b"").is_text
