"""People on their way: the bicycle's service reminder, with the real database and a driven clock."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lanka.channels.models import Line
from lanka.channels.registry import channel
from lanka.channels.settings import pack
from lanka.content.models import Brand, Template, Version
from lanka.conversations.models import Conversation
from lanka.core import clock
from lanka.customers.merge import merge
from lanka.customers.models import Customer, Fact, Identifier, Kind, Topic
from lanka.decide.models import Message, Outcome, Verdict
from lanka.outreach.journeys.dates import let_in_by_date
from lanka.outreach.journeys.due import walk_due
from lanka.outreach.journeys.news import read_news
from lanka.outreach.journeys.past import let_in_past
from lanka.outreach.journeys.publish import NotReady, let_in_from_now, publish
from lanka.outreach.models import Journey, Passage, Traveller
from lanka.people.models import Team, User
from lanka.timeline.record import record

NOW = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
REMINDER: dict[str, Any] = {
    "trigger": {"kind": "event", "event": "purchase", "match": {"lines": "bicycle"}},
    "again": "each",
    "goal_event": "service",
    "steps": [
        {"id": "half-year", "kind": "wait", "date": "trigger", "span": {"count": 6, "unit": "months"}, "hour": "10:00"},
        {"id": "remind", "kind": "send", "template": "service-reminder", "topic": "care", "purpose": "service"},
        {
            "id": "answer",
            "kind": "wait_for",
            "event": "message.in",
            "timeout": {"count": 2, "unit": "weeks"},
            "timed_out": [{"id": "call", "kind": "conversation", "note": "Has not reacted to the reminder", "callback": True}],
        },
    ],
}


@pytest.fixture
def ben(db: None) -> User:
    return User.objects.create(email="ben@pyorapolku.example", name="Ben")


@pytest.fixture
def words(ben: User) -> Version:
    brand = Brand.objects.create(name="Pyörä & Polku")
    template = Template.objects.create(key="service-reminder", name="Service reminder", brand=brand)
    texts = {"en": {"subject": "Time for a service", "blocks": [{"id": "a", "kind": "text", "text": "Your bicycle is half a year old."}]}}
    return Version.objects.create(template=template, number=1, texts=texts, digest="d1", at=NOW, approved_at=NOW, approved_by=ben)


@pytest.fixture
def care(words: Version) -> Topic:
    kinds = {"email": {"address": "help@pyorapolku.example", "smtp_host": "127.0.0.1", "smtp_security": "none"}}
    for kind, settings in kinds.items():
        Line.objects.create(kind=kind, name=kind, settings=pack(channel(kind).Settings(**settings)))
    topic, _ = Topic.objects.get_or_create(key="care", defaults={"names": {"en": "Care"}})
    topic.basis, topic.channels, topic.quiet = "interest", ["email"], False
    topic.save()
    return topic


@pytest.fixture
def journey(care: Topic, ben: User) -> Iterator[Journey]:
    with clock.at(NOW):
        made = Journey.objects.create(name="Service reminder", draft=deepcopy(REMINDER))
        let_in_from_now(made, by=ben)
        yield made


def person(name: str, email: str) -> Customer:
    customer = Customer.objects.create(created_at=NOW, name=name, country="FI", zone="Europe/Helsinki", language="en")
    Identifier.objects.create(kind=Kind.EMAIL, value=email, customer=customer, first_seen_at=NOW, source="test")
    return customer


def buys(customer: Customer, what: str, at: datetime, number: str) -> None:
    record(customer, "purchase", at=at, key=f"order:{number}", data={"order": number, "lines": [{"name": what, "quantity": 1}]})


def time_passes(until: datetime) -> None:
    with clock.at(until):
        read_news()
        while walk_due():
            pass


def where(journey: Journey) -> dict[str, str]:
    return {t.customer.name: t.ended or t.node for t in Traveller.objects.filter(journey=journey).select_related("customer")}


@pytest.mark.django_db(transaction=True)
def test_the_bicycle_is_remembered_half_a_year_later_and_the_helmet_is_not(journey: Journey) -> None:
    maija, ville = person("Maija", "maija@example.fi"), person("Ville", "ville@example.fi")
    buys(maija, "Tunturi bicycle", NOW, "1")
    buys(ville, "Helmet", NOW, "2")
    time_passes(NOW)
    assert where(journey) == {"Maija": "half-year"}
    time_passes(NOW + 100 * DAY)
    assert not Verdict.objects.exists()
    time_passes(datetime(2027, 5, 17, 6, 59, tzinfo=UTC))  # 10:00 in Helsinki is 7:00 UTC
    assert where(journey) == {"Maija": "half-year"}
    time_passes(datetime(2027, 5, 17, 7, 0, tzinfo=UTC))
    verdict = Verdict.objects.get()
    assert (verdict.customer_id, verdict.outcome, verdict.occurrence) == (maija.pk, Outcome.SEND, "order:1")
    assert where(journey) == {"Maija": "answer"}


@pytest.mark.django_db(transaction=True)
def test_serviced_meanwhile_ends_it_and_nothing_is_sent(journey: Journey) -> None:
    maija = person("Maija", "maija@example.fi")
    buys(maija, "Bicycle", NOW, "1")
    time_passes(NOW)
    record(maija, "service", at=NOW + 170 * DAY)
    time_passes(NOW + 171 * DAY)
    time_passes(NOW + 400 * DAY)
    assert where(journey) == {"Maija": "goal"}
    assert not Verdict.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_service_told_by_her_other_base_counts_too(journey: Journey, ben: User) -> None:
    maija, laine = person("Maija", "maija@example.fi"), person("M. Laine", "m.laine@work.example")
    buys(maija, "Bicycle", NOW, "1")
    time_passes(NOW)
    merge(maija, laine, by=ben, why="the same person")
    record(laine, "service", at=NOW + DAY)
    time_passes(NOW + 2 * DAY)
    assert list(where(journey).values()) == ["goal"]


@pytest.mark.django_db(transaction=True)
def test_silence_brings_a_callback_for_the_team_and_an_answer_does_not(journey: Journey) -> None:
    maija, ville = person("Maija", "maija@example.fi"), person("Ville", "ville@example.fi")
    for number, customer in enumerate((maija, ville)):
        buys(customer, "Bicycle", NOW, str(number))
    time_passes(NOW)
    sent = datetime(2027, 5, 17, 7, 0, tzinfo=UTC)
    time_passes(sent)
    record(ville, "message.in", at=sent + DAY, text="Sopiiko torstai?")
    time_passes(sent + DAY)
    assert where(journey) == {"Maija": "answer", "Ville": "done"}
    time_passes(sent + 15 * DAY)
    opened = Conversation.objects.get()
    assert opened.customer == maija
    assert dict(Passage.objects.filter(node="answer").values_list("way", "passed")) == {"came": 1, "timed_out": 1}


@pytest.mark.django_db(transaction=True)
def test_walking_twice_or_reading_twice_changes_nothing(journey: Journey) -> None:
    maija = person("Maija", "maija@example.fi")
    buys(maija, "Bicycle", NOW, "1")
    for _ in range(3):
        time_passes(NOW)
    later = datetime(2027, 5, 17, 7, 0, tzinfo=UTC)
    for _ in range(3):
        time_passes(later)
    assert Traveller.objects.count() == 1
    assert Verdict.objects.count() == 1
    assert Passage.objects.get(node="remind").passed == 1


@pytest.mark.django_db(transaction=True)
def test_bought_before_the_journey_began(journey: Journey) -> None:
    maija = person("Maija", "maija@example.fi")
    buys(maija, "Bicycle", NOW - 170 * DAY, "old")
    buys(maija, "Bicycle", NOW - 700 * DAY, "older")
    time_passes(NOW)
    Traveller.objects.all().delete()
    edition = journey.editions.get()
    assert let_in_past(edition, since=NOW - 180 * DAY) == 1
    assert let_in_past(edition, since=NOW - 180 * DAY) == 0
    time_passes(NOW + DAY)
    assert where(journey) == {"Maija": "half-year"}
    time_passes(NOW + 15 * DAY)
    assert where(journey) == {"Maija": "answer"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("inside", "there"), [("stay", "half-year"), ("move", "answer")])
def test_an_edited_wait_is_asked_about(journey: Journey, ben: User, inside: Any, there: str) -> None:
    maija = person("Maija", "maija@example.fi")
    buys(maija, "Bicycle", NOW, "1")
    time_passes(NOW)
    journey.draft["steps"][0]["span"] = {"count": 2, "unit": "months"}
    journey.save()
    with clock.at(NOW + 80 * DAY):
        publish(journey, by=ben, inside=inside)
    time_passes(NOW + 80 * DAY)
    assert where(journey) == {"Maija": there}


@pytest.mark.django_db(transaction=True)
def test_a_step_taken_away_lands_them_on_the_next(journey: Journey, ben: User) -> None:
    maija = person("Maija", "maija@example.fi")
    buys(maija, "Bicycle", NOW, "1")
    time_passes(NOW)
    journey.draft["steps"] = journey.draft["steps"][1:]
    journey.save()
    publish(journey, by=ben, inside="move")
    time_passes(NOW + DAY)
    assert where(journey) == {"Maija": "answer"}


@pytest.mark.django_db(transaction=True)
def test_a_birthday_lets_in_once_a_year(care: Topic, ben: User) -> None:
    graph = {
        "trigger": {"kind": "date", "fact": "birth_date", "offset": {"count": -1, "unit": "days"}},
        "again": "each",
        "steps": [{"id": "team", "kind": "conversation", "note": "Birthday tomorrow"}],
    }
    with clock.at(NOW - 10 * DAY):
        journey = Journey.objects.create(name="Birthday", draft=graph)
        let_in_from_now(journey, by=ben)
    maija = person("Maija", "maija@example.fi")
    Fact.objects.create(customer=maija, kind="birth_date", value="1984-11-17", source="agent", trust=1, at=NOW)
    for hour in range(0, 40, 7):
        with clock.at(NOW - 9 * DAY + timedelta(days=8, hours=hour)):
            let_in_by_date()
    assert Traveller.objects.filter(journey=journey).count() == 1
    with clock.at(NOW + 366 * DAY):
        let_in_by_date()
    assert Traveller.objects.filter(journey=journey).count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_nobody_approved_cannot_be_published(journey: Journey, ben: User) -> None:
    Version.objects.update(approved_at=None)
    with pytest.raises(NotReady, match="approved"):
        publish(journey, by=ben)
    assert journey.editions.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_words_stay_the_same_message(journey: Journey, ben: User) -> None:
    journey.draft["steps"][0]["span"]["count"] = 5
    journey.save()
    publish(journey, by=ben)
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_team_gets_the_conversation(journey: Journey, ben: User) -> None:
    team = Team.objects.create(name="Workshop")
    journey.draft["steps"] = [{"id": "hand", "kind": "conversation", "note": "Call them", "team": team.pk}]
    journey.save()
    publish(journey, by=ben)
    buys(person("Maija", "maija@example.fi"), "Bicycle", NOW, "1")
    time_passes(NOW)
    assert Conversation.objects.get().team == team
