"""The past is coherent: every conversation has events in order, every event a customer, and the books balance."""

from __future__ import annotations

from itertools import groupby

import pytest
from django.db.models import F, Q

from lanka.commerce.models import Order
from lanka.conversations.models import Conversation, Seen
from lanka.core.clock import now
from lanka.core.phone import e164
from lanka.customers.models import Consent, Customer, Identifier, Implied, Kind, Topic
from lanka.customers.normalise import Told, normalise
from lanka.customers.standing import choices
from lanka.decide.models import Verdict
from lanka.deliver.books import books
from lanka.deliver.models import Attempt, Delivery
from lanka.outreach.journeys.numbers import numbers
from lanka.outreach.models import Journey
from lanka.people.models import User
from lanka.timeline.models import Event
from lanka.town.company import DOMAIN, PASSWORD
from lanka.town.people import people
from lanka.town.seed import seed
from lanka.town.words import manners, topics

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]


def test_seeding_again_does_nothing():
    before = Event.objects.count()
    assert not seed(120)
    assert Event.objects.count() == before


def test_every_conversation_has_events_in_order_and_a_state_that_follows_from_them():
    for row in Conversation.objects.all():
        kinds = list(Event.objects.filter(conversation_id=row.pk).order_by("id").values_list("kind", "at"))
        assert kinds, row.pk
        assert [at for _, at in kinds] == sorted(at for _, at in kinds)
        if row.state == "closed":
            assert kinds[-1][0] == "closed"
        assert (row.waiting_since is None) == (row.state != "open" or "journey.asks" in dict(kinds))  # there nobody has asked yet
        assert row.last_at <= now()


def test_nothing_lies_in_the_future_and_nobody_acts_before_they_were_met():
    assert not Event.objects.filter(at__gt=now()).exclude(kind="closed").exists()
    assert not Event.objects.filter(at__lt=F("customer__created_at")).exists()
    assert Event.objects.filter(conversation_id__isnull=False).exclude(conversation_id__in=Conversation.objects.values("id")).count() == 0


def test_events_belong_to_the_customer_of_their_conversation():
    owners = dict(Conversation.objects.values_list("id", "customer_id"))
    for conversation, customer in Event.objects.filter(conversation_id__isnull=False).values_list("conversation_id", "customer_id"):
        assert owners[conversation] == customer


def test_four_languages_and_forty_open_of_every_state():
    assert set(Conversation.objects.values_list("language", flat=True)) == set(manners())
    states = Conversation.objects.exclude(state="closed")
    assert 35 <= states.count() <= 46
    assert set(states.values_list("state", flat=True)) == {"open", "waiting", "snoozed"}
    assert states.filter(assignee=None, state="open").count() >= 10
    unseen = states.exclude(id__in=Seen.objects.values("conversation_id"))
    assert unseen.count() >= 10


def test_the_books_balance():
    assert books().balanced
    assert Attempt.objects.count() == Delivery.objects.count()


def test_the_cast_is_there_and_can_sign_in():
    maija = Customer.objects.get(name="Maija Laine", identifiers__value="PP-20931")
    assert set(maija.identifiers.values_list("value", flat=True)) == {"maija.laine@example.fi", "+358405550134", "PP-20931"}
    assert Order.objects.get(number="48213").status == "paid"
    assert not Conversation.objects.filter(customer=maija).exists()
    helvi = Customer.objects.get(name="Helvi Rautio")
    assert set(Event.objects.filter(customer=helvi, kind="message.out").values_list("channel", flat=True)) <= {"letter"}
    assert User.objects.get(email=f"aino@{DOMAIN}").check_password(PASSWORD)


def test_identifiers_are_in_their_normal_form():
    for row in Identifier.objects.exclude(kind=Kind.VISITOR):
        known = Told(Kind(row.kind), row.value)
        word = type("Known", (), {"kind": known.kind.name.lower(), "value": row.value, "proven": True})
        assert normalise(word) == (row.kind, row.value), row.value
    assert all(e164(p, "FI") == p for p in Identifier.objects.filter(kind=Kind.PHONE).values_list("value", flat=True))


def test_no_template_field_is_left_over():
    left = Event.objects.filter(Q(text__contains="{") | Q(text__contains="[") | Q(text__contains="|"))
    assert list(left.values_list("text", flat=True)) == []


def test_the_same_people_every_time():
    assert people(50) == people(50)
    assert len({p.email for p in people(300) if p.email}) == len([p for p in people(300) if p.email])


def test_every_topic_speaks_every_language():
    for topic in topics().values():
        for language in manners():
            text = topic.texts[language]
            assert text["subject"] and text["talk"] and text["more"], (topic.key, language)
            assert all(len(one) >= 2 for one in text["talk"])


def test_what_a_customer_did_is_ordered_by_id_as_by_time():
    done = ("message.in", "visit", "purchase", "pickup", "order.placed", "order.status")  # campaigns and journeys came to the past later
    rows = Event.objects.filter(kind__in=done).order_by("customer", "id").values_list("customer", "at")
    for _, group in groupby(rows, key=lambda row: row[0]):
        times = [at for _, at in group]
        assert times == sorted(times)


def test_the_choices_of_two_years_are_believable_and_stand_on_the_timeline():
    said = Consent.objects.count()
    assert said > 60 and Consent.objects.filter(granted=False).count() > 5
    assert Event.objects.filter(kind__startswith="consent.").count() == said
    assert not Consent.objects.filter(at__lt=F("customer__created_at")).exists()
    helvi = Customer.objects.get(name="Helvi Rautio")
    assert choices(helvi).order(Topic.objects.get(key="invoices"), ["email", "letter"]) == ["letter"]
    eero = Customer.objects.get(name="Eero Väisänen")
    assert not any(choices(eero).may(topic, "email") for topic in Topic.objects.all() if topic.stoppable)
    assert Implied.objects.filter(score__gt=30).count() > 20


def test_the_journeys_of_the_shop_have_people_on_them():
    """Six months after a bicycle: who had it serviced has reached the goal, the others were reminded, most are on their way."""
    reminder = Journey.objects.get(name="Service reminder")
    found = numbers(reminder)
    assert reminder.running_since and found.inside >= 5 and found.here["half-year"] >= 5
    assert found.passed["remind"][""] >= 1
    waiting = reminder.travellers.filter(node="half-year", ended_at=None)
    assert all(row.due and row.due > now() for row in waiting)
    assert Verdict.objects.filter(message__source__startswith=f"journey:{reminder.pk}:").count() == found.passed["remind"][""]
