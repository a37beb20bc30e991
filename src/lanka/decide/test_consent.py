"""Yes, no and how: said once, kept for good, undone by a new word; links that nobody can read or forge; behaviour that implies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import override_settings

from lanka.core import clock
from lanka.customers.merge import merge
from lanka.customers.models import Consent, Customer, Identifier, Implied, Kind, Mark, Preference, Topic
from lanka.customers.standing import Wish, choices, wording_now
from lanka.customers.starter import starter_topics
from lanka.decide.consent import grant, withdraw
from lanka.decide.imply import imply_news
from lanka.decide.links import Purpose, mark_of, open_token, token, unsubscribe_url
from lanka.decide.mark import MarkedAlready, mark, unmark
from lanka.decide.models import Suppression
from lanka.decide.opt_in import TooLate, asked, confirm, still_open
from lanka.decide.prefer import prefer
from lanka.decide.take_back import take_back
from lanka.people.models import User
from lanka.timeline.models import Event
from lanka.timeline.record import record

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Any:
    starter_topics()
    with clock.at(NOON):
        yield


@pytest.fixture
def maija() -> Customer:
    made = Customer.objects.create(created_at=NOON, name="Maija Laine", language="fi")
    for kind, value in ((Kind.EMAIL, "maija.laine@example.fi"), (Kind.PHONE, "+358405550134")):
        Identifier.objects.create(kind=kind, value=value, customer=made, first_seen_at=NOON, source="test")
    return made


@pytest.fixture
def aino() -> User:
    return User.objects.create_user("aino@pyorapolku.example", "polkupyörä-2026", name="Aino Virtanen")


def topic(key: str) -> Topic:
    return Topic.objects.get(key=key)


def may(customer: Customer, key: str, channel: str) -> bool:
    return choices(customer).may(topic(key), channel)


def test_yes_with_its_wording_stands_on_the_timeline_and_in_the_ledger(maija: Customer) -> None:
    offers = topic("offers")
    assert not may(maija, "offers", "email")
    words = wording_now(offers, "fi")
    said = grant(maija, offers, by=None, source="till", wording=words, proof={"method": "form"}, key="till:1")
    assert said is not None and said.wording == words
    assert may(maija, "offers", "email")
    event = Event.objects.get(kind="consent.granted")
    assert (event.customer, event.data["topic"], event.data["method"]) == (maija, "offers", "form")
    assert grant(maija, offers, by=None, source="till", wording=words, proof={"method": "form"}, key="till:1") is None
    assert Consent.objects.count() == Event.objects.count() == 1


def test_bills_by_post_offers_never_said_on_the_phone(maija: Customer, aino: User) -> None:
    said = "laskut postitse, tarjouksia ei koskaan"
    prefer(maija, topic("invoices"), Wish(("letter",)), by=aino, source="agent", words=said)
    withdraw(maija, topic("offers"), by=aino, source="agent", words=said, proof={"method": "spoken"})
    assert choices(maija).order(topic("invoices"), ["email", "letter"]) == ["letter"]
    assert not any(may(maija, "offers", channel) for channel in ("email", "sms", "letter"))
    assert may(maija, "invoices", "email"), "the law's topics go out whatever was chosen"
    assert Consent.objects.get().words == said and Consent.objects.get().by == aino


def test_a_wish_replaces_the_old_one_and_everything_is_taken_back_in_turn(maija: Customer) -> None:
    news = topic("news")
    prefer(maija, news, Wish(("email", "letter"), frequency="weekly"), by=None, source="preference-centre")
    with clock.at(NOON + timedelta(minutes=1)) as _:
        moment = clock.now()
        prefer(maija, news, replace(choices(maija).own(news), channels=("letter",)), by=None, source="preference-centre")
        withdraw(maija, news, by=None, source="preference-centre", proof={"method": "signed-link"})
    assert Preference.objects.filter(replaced_at=moment).count() == 1
    with clock.at(NOON + timedelta(minutes=2)):
        back = take_back(maija, moment, by=None, source="preference-centre")
    assert choices(maija).own(news) == Wish(("email", "letter"), frequency="weekly")
    assert back is not None
    with clock.at(NOON + timedelta(minutes=3)):
        assert take_back(maija, moment, by=None, source="preference-centre") is None, "something newer stands"
        take_back(maija, back, by=None, source="preference-centre")
    assert choices(maija).own(news).channels == ("letter",)


def test_what_nobody_can_wish_is_refused(maija: Customer) -> None:
    for wish in (Wish(("pigeon",)), Wish(("email", "email")), Wish(language="xx"), Wish(frequency="weekly")):
        with pytest.raises(ValueError, match=r"."):
            prefer(maija, topic("invoices"), wish, by=None, source="test")
    with pytest.raises(ValueError, match="two years"):
        prefer(maija, None, Wish(pause_until=NOON + timedelta(days=999)), by=None, source="test")
    assert not Preference.objects.exists() and not Event.objects.exists()


def test_a_pause_of_everything_and_one_of_a_topic(maija: Customer) -> None:
    prefer(maija, None, Wish(language="sv", pause_until=NOON + timedelta(days=7)), by=None, source="test")
    prefer(maija, topic("news"), Wish(pause_until=NOON + timedelta(days=3)), by=None, source="test")
    assert choices(maija).wish(topic("news")).pause_until == NOON + timedelta(days=7)
    assert choices(maija).wish(topic("offers")).language == "sv"


def test_links_tell_nothing_and_cannot_be_changed(maija: Customer) -> None:
    url = unsubscribe_url(maija, topic("offers"), "email", "maija.laine@example.fi")
    sealed = url.rsplit("/", 1)[1]
    assert "maija" not in url and maija.public_id.hex[:8] not in url
    found = open_token(sealed, Purpose.UNSUBSCRIBE)
    assert found is not None
    assert (found.public_id, found.topic, found.channel) == (maija.public_id, topic("offers").pk, "email")
    assert found.mark == mark_of("maija.laine@example.fi")
    assert open_token(sealed, Purpose.CHOOSE) is None, "made for something else"
    for n in range(len(sealed)):
        other = sealed[:n] + ("A" if sealed[n] != "A" else "B") + sealed[n + 1 :]
        assert open_token(other, Purpose.UNSUBSCRIBE) in (None, found), n  # the last character holds bits that nobody reads
    for rubbish in ("", "a", "%%%", "ä" * 9, sealed[:-3], "A" * 500):
        assert open_token(rubbish, Purpose.UNSUBSCRIBE) is None


def test_links_of_the_key_before_open_until_it_is_taken_out(maija: Customer) -> None:
    with override_settings(SECRET_KEY="before"):
        old = token(Purpose.CHOOSE, maija.public_id)
    assert open_token(old, Purpose.CHOOSE) is None
    with override_settings(SECRET_KEY_FALLBACKS=["before"]):
        assert open_token(old, Purpose.CHOOSE) is not None
        assert token(Purpose.CHOOSE, maija.public_id) != old


def test_a_button_in_the_mail_makes_the_yes(maija: Customer) -> None:
    offers = topic("offers")
    words = wording_now(offers, "fi")
    event = asked(maija, offers, channel="email", address="maija.laine@example.fi", wording=words, by=None, source="till")
    assert still_open(maija, offers) == event and not may(maija, "offers", "email")
    opened = open_token(token(Purpose.CONFIRM, maija.public_id, offers.pk, event.pk), Purpose.CONFIRM)
    assert opened is not None
    with clock.at(NOON + timedelta(hours=2)):
        said = confirm(maija, offers, opened)
        assert said is not None and said.wording == words and said.proof["address"] == "maija.laine@example.fi"
        assert confirm(maija, offers, opened) is None, "pressed twice"
        assert still_open(maija, offers) is None
    with clock.at(NOON + timedelta(days=31)), pytest.raises(TooLate):
        confirm(maija, offers, opened)
    with pytest.raises(TooLate):
        confirm(maija, topic("news"), opened)


def happened(customer: Customer, kind: str, channel: str, days: int, about: Event | None = None) -> Event:
    event = record(customer, kind, channel=channel, at=NOON - timedelta(days=days), about=about.pk if about else None)
    assert event is not None
    return event


@pytest.mark.django_db(transaction=True)
def test_reads_mail_never_answers_sms_always(maija: Customer) -> None:
    for n in range(6):
        happened(maija, "message.out", "email", 90 - n)
        asked_her = happened(maija, "message.out", "sms", 80 - n)
        happened(maija, "message.in", "sms", 80 - n, about=asked_her)
    happened(maija, "message.out", "letter", 3)
    assert imply_news() == 19
    found = {row.channel: row for row in Implied.objects.all()}
    assert found["sms"].score > 60 and found["email"].score < -50 and "letter" not in found
    assert found["email"].why == {"sent": 6, "opened": 0, "answered": 0, "since": "2026-08-22"}
    grant(maija, topic("offers"), by=None, source="test", proof={"method": "form"})
    assert choices(maija).order(topic("offers"), ["email", "sms", "letter"]) == ["sms", "letter", "email"]
    prefer(maija, topic("offers"), Wish(("email", "sms")), by=None, source="test")
    assert choices(maija).order(topic("offers"), ["email", "sms", "letter"]) == ["email", "sms"], "a choice is above behaviour"


@pytest.mark.django_db(transaction=True)
def test_behaviour_of_two_who_became_one_is_counted_together(maija: Customer) -> None:
    other = Customer.objects.create(created_at=NOON, name="M. Laine")
    for n in range(4):
        happened(other, "message.out", "email", 20 - n)
    imply_news()
    assert Implied.objects.get().customer == other
    merge(maija, other, by=None, why="test")
    mail = happened(maija, "message.out", "email", 2)
    happened(maija, "receipt.read", "email", 1, about=mail)
    imply_news()
    row = Implied.objects.get()
    assert (row.customer, row.why["sent"], row.why["opened"]) == (maija, 5, 1)


def test_who_died_hears_nothing_but_what_must_be_and_a_mistake_is_mended(maija: Customer, aino: User) -> None:
    grant(maija, topic("offers"), by=None, source="test", proof={"method": "form"}, at=NOON - timedelta(days=9))
    made = mark(maija, Mark.What.DECEASED, by=aino, why="the daughter called")
    assert not may(maija, "offers", "email") and not may(maija, "care", "letter") and may(maija, "invoices", "letter")
    assert set(Suppression.objects.filter(lifted_at=None).values_list("value", "why")) == {
        ("maija.laine@example.fi", "deceased"),
        ("+358405550134", "deceased"),
    }
    with pytest.raises(MarkedAlready):
        mark(maija, Mark.What.DECEASED, by=aino, why="again")
    with clock.at(NOON + timedelta(days=1)):
        unmark(maija, made, by=aino, why="it was her aunt")
    assert may(maija, "offers", "email") and may(maija, "care", "letter")
    assert not Suppression.objects.filter(lifted_at=None).exists()
    assert [e.kind for e in Event.objects.filter(kind__in=["marked", "unmarked"]).order_by("at")] == ["marked", "unmarked"]
