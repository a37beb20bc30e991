"""What customers open without a password: choosing, stopping by one click, confirming. Nothing is done by merely looking."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from lanka.channels.chat.tokens import new_visitor, visitor_token
from lanka.channels.models import Line
from lanka.channels.registry import channel
from lanka.channels.settings import pack
from lanka.content.models import Brand
from lanka.core.clock import now
from lanka.customers.forget import forget
from lanka.customers.merge import merge
from lanka.customers.models import Consent, Customer, Fact, Identifier, Implied, Kind, Preference, Topic
from lanka.customers.standing import choices, wording_now
from lanka.customers.starter import starter_topics
from lanka.decide.consent import grant
from lanka.decide.links import preference_url, unsubscribe_url
from lanka.deliver.models import Delivery
from lanka.deliver.opt_in import ask_to_confirm, line_for
from lanka.people.models import User
from lanka.timeline.models import Event

pytestmark = pytest.mark.django_db
SETTINGS: dict[str, dict[str, Any]] = {
    "sms": {"gateway": "http", "sender": "+358405550100", "url": "https://gateway.example", "token": "t", "webhook_secret": "s"},
    "email": {"address": "help@pyorapolku.example", "smtp_host": "127.0.0.1", "smtp_security": "none"},
    "letter": {},
}
MAIL = "maija.laine@example.fi"


@pytest.fixture
def maija() -> Customer:
    starter_topics()
    brand = Brand.objects.create(name="Pyörä & Polku", tokens={"color": "#1d6b52"})
    for kind, told in SETTINGS.items():
        Line.objects.create(kind=kind, name=kind, brand_id=brand.pk, settings=pack(channel(kind).Settings(**told)))
    made = Customer.objects.create(created_at=now(), name="Maija Laine", language="fi")
    for kind, value in ((Kind.EMAIL, MAIL), (Kind.PHONE, "+358405550134")):
        Identifier.objects.create(kind=kind, value=value, customer=made, first_seen_at=now(), source="test")
    address = {"street": "Vaasankatu 14 B 22", "postcode": "00500", "town": "HELSINKI"}
    Fact.objects.create(customer=made, kind="address", value=address, source="agent", at=now())
    return made


def path(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def topic(key: str) -> Topic:
    return Topic.objects.get(key=key)


def choose(customer: Customer, **post: str) -> Any:
    return Client().post(path(preference_url(customer)) + "?language=en", post, follow=True)


def order(customer: Customer, key: str) -> list[str]:
    return choices(customer).order(topic(key), ["email", "sms", "letter"])


def may(customer: Customer, key: str, kind: str) -> bool:
    return choices(customer).may(topic(key), kind)


def test_the_centre_is_in_her_language_and_tells_a_stranger_little(maija: Customer) -> None:
    client = Client()
    answer = client.get(path(preference_url(maija)))
    page = answer.content.decode()
    assert answer.status_code == 200 and '<html lang="fi">' in page and "Tarjoukset" in page
    assert "m…@example.fi" in page and "…0134" in page
    assert not re.search("Maija|Laine|maija.laine|\\+35840|Vaasankatu|00500|HELSINKI", page)
    assert not answer.cookies and answer["Cache-Control"] == "no-store" and answer["Referrer-Policy"] == "no-referrer"
    assert '<html lang="pl">' in client.get(path(preference_url(maija)) + "?language=pl").content.decode()


def test_offers_never_bills_by_post(maija: Customer) -> None:
    grant(maija, topic("offers"), by=None, source="till", proof={"method": "form"}, wording=wording_now(topic("offers"), "fi"))
    page = choose(maija, topic="offers", do="stop").content.decode()
    assert "Stopped: Offers" in page and "no to “Offers” (on this page)" in page
    choose(maija, topic="invoices", do="paper")
    assert order(maija, "offers") == [] and order(maija, "invoices") == ["letter"]
    said = Consent.objects.filter(granted=False).get()
    assert (said.source, said.proof["method"]) == ("preference-centre", "signed-link")
    assert set(Event.objects.values_list("kind", flat=True)) == {"consent.granted", "consent.withdrawn", "preference"}


def test_every_saving_can_be_undone(maija: Customer) -> None:
    grant(maija, topic("offers"), by=None, source="till", proof={"method": "form"})
    page = choose(maija, do="stop-all").content.decode()
    assert not any(may(maija, key, "email") for key in ("offers", "news", "care")) and may(maija, "invoices", "email")
    at = re.search('name="at" value="([^"]+)"', page)
    assert at is not None
    choose(maija, do="undo", at=at[1])
    assert may(maija, "offers", "email") and may(maija, "care", "email") and not may(maija, "news", "email")
    assert Consent.objects.count() == 5, "nothing is deleted: two refusals, two undone, and the first yes"
    assert "can no longer be undone" in choose(maija, do="undo", at=at[1]).content.decode()


def test_yes_keeps_the_words_that_were_before_her_eyes(maija: Customer) -> None:
    Client().post(path(preference_url(maija)), {"topic": "offers", "do": "start"})
    said = Consent.objects.get()
    assert said.granted and said.wording is not None and said.wording.language == "fi" and may(maija, "offers", "sms")
    assert said.wording.text in choose(maija, do="nothing").content.decode()


def test_the_order_of_channels_follows_the_buttons(maija: Customer) -> None:
    assert order(maija, "deliveries") == ["sms", "email", "letter"]
    choose(maija, topic="deliveries", do="down:sms")
    choose(maija, topic="deliveries", do="drop:letter")
    assert order(maija, "deliveries") == ["email", "sms"]
    choose(maija, topic="deliveries", do="add", channel="letter")
    choose(maija, topic="deliveries", do="up:letter")
    assert order(maija, "deliveries") == ["email", "letter", "sms"]
    for kind in ("email", "letter"):
        choose(maija, topic="deliveries", do=f"drop:{kind}")
    refused = choose(maija, topic="deliveries", do="drop:sms")
    assert refused.status_code == 422 and "leave one way at least" in refused.content.decode()
    assert order(maija, "deliveries") == ["sms"]


def test_language_how_often_and_a_pause(maija: Customer) -> None:
    grant(maija, topic("offers"), by=None, source="till", proof={"method": "form"})
    choose(maija, topic="offers", do="set", language="sv", frequency="weekly", pause="30")
    wish = choices(maija).wish(topic("offers"))
    assert (wish.language, wish.frequency) == ("sv", "weekly") and wish.pause_until is not None
    page = choose(maija, topic="offers", do="set", pause="keep", frequency="now").content.decode()
    assert "Nothing comes until" in page and choices(maija).wish(topic("offers")).pause_until == wish.pause_until
    before = Preference.objects.count()
    choose(maija, topic="offers", do="set", pause="keep", frequency="now")
    assert Preference.objects.count() == before, "the same again is no change"
    for wrong in ({"language": "xx"}, {"frequency": "hourly"}, {"pause": "date", "until": "2026-02-31"}):
        assert choose(maija, topic="offers", do="set", **wrong).status_code == 422


def test_what_behaviour_implies_is_said_and_gives_way(maija: Customer) -> None:
    grant(maija, topic("offers"), by=None, source="till", proof={"method": "form"})
    Implied.objects.create(customer=maija, channel="letter", score=80, why={}, at=now())
    assert order(maija, "offers") == ["letter", "email", "sms"]
    page = choose(maija, do="nothing").content.decode()
    assert "you usually react here" in page
    choose(maija, topic="offers", do="electronic")
    assert order(maija, "offers") == ["sms", "email"] or order(maija, "offers") == ["email", "sms"]


def test_a_scanner_that_looks_at_every_link_changes_nothing(maija: Customer) -> None:
    offers = topic("offers")
    grant(maija, offers, by=None, source="till", proof={"method": "form"})
    where = path(unsubscribe_url(maija, offers, "email", MAIL))
    for verb in (Client().get, Client().head, Client().options):
        assert verb(where).status_code == 200
    assert may(maija, "offers", "email")


def test_one_click_stops_that_topic_on_that_channel_at_once(maija: Customer) -> None:
    offers = topic("offers")
    grant(maija, offers, by=None, source="till", proof={"method": "form"})
    client, where = Client(enforce_csrf_checks=True), path(unsubscribe_url(maija, offers, "email", MAIL))
    for _twice in range(2):
        answer = client.post(where, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200 and not answer.cookies
    assert not may(maija, "offers", "email") and may(maija, "offers", "sms")
    said = Consent.objects.filter(granted=False).get()
    assert said.proof == {"method": "one-click", "address": MAIL} and said.channel == "email"
    assert "It is stopped" in client.get(where + "?language=en").content.decode()


def test_the_button_on_the_page_stops_it_too_and_gives_a_way_back(maija: Customer) -> None:
    where = path(unsubscribe_url(maija, topic("care"), "email", MAIL)) + "?language=en"
    page = Client().post(where, {"do": "stop"}).content.decode()
    assert "no longer come to you" in page and not may(maija, "care", "email")
    at = re.search('name="at" value="([^"]+)"', page)
    assert at is not None
    Client().post(where, {"do": "undo", "at": at[1]})
    assert may(maija, "care", "email")


def test_what_the_law_asks_for_says_so_instead(maija: Customer) -> None:
    where = path(unsubscribe_url(maija, topic("invoices"), "email", MAIL)) + "?language=en"
    assert "cannot be stopped" in Client().get(where).content.decode()
    assert "cannot be stopped" in Client().post(where, {"do": "stop"}).content.decode() and not Consent.objects.exists()


def test_the_mail_of_a_double_opt_in_and_its_button(maija: Customer) -> None:
    offers, line = topic("offers"), line_for("email")
    words = wording_now(offers, "fi")
    assert line is not None and words is not None
    event = ask_to_confirm(maija, offers, words, line=line, address=MAIL, by=None, source="till")
    delivery = Delivery.objects.get()
    assert delivery.event == event and delivery.out["subject"] and words.text in delivery.out["text"]
    link = re.search(r"/y/\S+", delivery.out["text"])
    assert link is not None and "&" not in link[0]
    seen = Client().get(link[0] + "?language=en").content.decode()
    assert "Yes, I confirm" in seen and not may(maija, "offers", "email"), "looking confirms nothing"
    assert "We have sent you a message" in choose(maija, do="nothing").content.decode()
    for _twice in range(2):
        assert "it is confirmed" in Client().post(link[0] + "?language=en").content.decode()
    assert may(maija, "offers", "email") and Consent.objects.get().proof["method"] == "double-opt-in"


def test_links_of_nobody_and_of_the_forgotten_lead_nowhere(maija: Customer) -> None:
    known = [path(preference_url(maija)), path(unsubscribe_url(maija, topic("offers"), "email", MAIL))]
    forget(maija, by=User.objects.create_user("sanna@pyorapolku.example", name="Sanna"))
    for where in (*known, "/p/rubbish/", "/u/rubbish", "/y/rubbish", known[1].replace("/u/", "/y/")):
        for answer in (Client().get(where), Client().post(where, {"do": "stop-all"})):
            assert answer.status_code == 404, where
    assert not Consent.objects.exists()


def test_from_the_chat_only_who_has_proven_an_address_gets_in(maija: Customer) -> None:
    line = Line.objects.create(kind="chat", name="chat", settings=pack(channel("chat").Settings()))
    visitor = new_visitor()
    held, where = visitor_token(line.token, visitor), f"/p/at/{line.token}/?language=en"
    assert Client().post(where, {"token": "forged"}).status_code == 404
    assert "Show us first who you are" in Client().post(where, {"token": held}).content.decode()
    browser = Customer.objects.create(created_at=now())
    Identifier.objects.create(kind=Kind.VISITOR, value=visitor, customer=browser, first_seen_at=now(), source="chat")
    assert Client().post(where, {"token": held}).status_code == 403
    merge(maija, browser, by=None, why="the code came back")
    answer = Client().post(where, {"token": held})
    assert answer.status_code == 302 and "/p/" in answer["Location"]
    assert "m…@example.fi" in Client().get(path(answer["Location"])).content.decode()
    Line.objects.filter(pk=line.pk).update(kind="email")
    assert Client().post(where, {"token": held}).status_code == 404
