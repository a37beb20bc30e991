"""Topics as Ben the communicator keeps them."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.cast import Cast, cast
from tests.real_lines import SETTINGS

from lanka.customers.models import Basis, Topic, Wording
from lanka.customers.starter import starter_topics
from lanka.people.models import Audit

pytestmark = pytest.mark.django_db
FORM = {
    "basis": "consent",
    "name-en": "Riding tours",
    "name-fi": "Pyöräretket",
    "wording-en": "Yes, tell me of tours.",
    "about-en": "Rides.",
    "priority": "55",
    "fallback_hours": "",
    "quiet": "on",
    "counts": "on",
    "channel": ["email", "", "sms"],
    "frequency": ["now", "weekly"],
    "most": ["2", ""],
    "days": ["7", ""],
}


@pytest.fixture
def house(db: None) -> Cast:
    starter_topics()
    return cast(SETTINGS)


@pytest.fixture
def ben(house: Cast) -> Client:
    client = Client()
    client.force_login(house.ben)
    return client


def test_a_new_topic_with_its_words(ben: Client) -> None:
    assert ben.post("/desk/settings/topics/new/", FORM).status_code == 302
    made = Topic.objects.get(key="riding-tours")
    assert (made.basis, made.channels, made.caps) == (Basis.CONSENT, ["email", "sms"], [{"days": 7, "most": 2}])
    assert made.frequencies == ["now", "weekly"] and made.quiet and not made.tracked and made.position == 6
    assert Wording.objects.get(topic=made).version == 1
    assert Audit.objects.get(verb="topic.made").what == "Riding tours"
    page = ben.get("/desk/settings/topics/").content.decode()
    assert "Riding tours" in page and "Svenska is missing" in page


def test_other_words_are_the_next_version_and_the_same_words_are_not(ben: Client) -> None:
    ben.post("/desk/settings/topics/new/", FORM)
    made = Topic.objects.get(key="riding-tours")
    ben.post(f"/desk/settings/topics/{made.pk}/", FORM)
    ben.post(f"/desk/settings/topics/{made.pk}/", {**FORM, "wording-en": "Yes, tell me of rides and tours."})
    assert list(Wording.objects.filter(topic=made).order_by("version").values_list("version", "text")) == [
        (1, "Yes, tell me of tours."),
        (2, "Yes, tell me of rides and tours."),
    ]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name-en": "", "name-fi": ""}, "Name it in one language"),
        ({"wording-en": ""}, "Consent needs words"),
        ({"priority": "high"}, "A number from 0 to 100"),
        ({"fallback_hours": "0"}, "A number from 1 to 2000"),
        ({"most": ["x", ""]}, "Write two numbers"),
        ({"basis": "whim"}, "Choose one"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(ben: Client, wrong: dict[str, object], words: str) -> None:
    answer = ben.post("/desk/settings/topics/new/", {**FORM, **wrong})
    assert answer.status_code == 422 and words in answer.content.decode() and "Rides." in answer.content.decode()
    assert Topic.objects.count() == 6


def test_order_and_retiring(ben: Client) -> None:
    news = Topic.objects.get(key="news")
    ben.post(f"/desk/settings/topics/{news.pk}/move/")
    assert list(Topic.objects.values_list("key", flat=True))[-2:] == ["news", "offers"]
    ben.post(f"/desk/settings/topics/{news.pk}/retire/")
    assert Topic.objects.get(pk=news.pk).retired_at is not None
    assert "out of use" in ben.get("/desk/settings/topics/").content.decode()
    ben.post(f"/desk/settings/topics/{news.pk}/retire/")
    assert Topic.objects.get(pk=news.pk).retired_at is None
