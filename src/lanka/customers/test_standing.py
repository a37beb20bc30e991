"""What stands for a person is what a plain fold of the ledger says, through merges and their undoing; the ledger itself stays."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lanka.customers.merge import merge
from lanka.customers.models import Basis, Consent, Customer, Link, Preference, Standing, Topic
from lanka.customers.standing import choices, ledger, topics, wording_now
from lanka.customers.starter import starter_topics
from lanka.customers.unmerge import unmerge

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
CHANNELS = ["", "email", "sms", "letter"]


def base(name: str = "Maija Laine") -> Customer:
    return Customer.objects.create(created_at=NOON, name=name)


def say(customer: Customer, topic: Topic, granted: bool, channel: str = "", minutes: int = 0) -> Consent:
    at = NOON + timedelta(minutes=minutes)
    return Consent.objects.create(customer=customer, topic=topic, channel=channel, granted=granted, source="test", at=at)


def folded(bases: list[int], topic: Topic, channel: str) -> bool:
    """The law in four lines of plain Python."""
    allowed = topic.basis != Basis.CONSENT
    if topic.basis in (Basis.LEGAL, Basis.CONTRACT):
        return True
    words = [c for c in Consent.objects.all() if c.customer_id in bases and c.topic_id == topic.pk and c.channel in ("", channel)]
    for one in sorted(words, key=lambda c: (c.at, c.pk)):
        allowed = one.granted
    return allowed


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_what_stands_is_the_fold_of_the_ledger(seed: int) -> None:
    dice = random.Random(seed)
    with transaction.atomic():
        starter_topics()
        some, people = topics(), [base(f"Maija {n}") for n in range(3)]
        for _step in range(dice.randrange(4, 24)):
            one_life_step(dice, some, people)
        for who in people:
            found = choices(who)
            wrong = [(t.key, c) for t in some for c in CHANNELS[1:] if found.may(t, c) != folded(found.bases, t, c)]
            assert wrong == []
        transaction.set_rollback(True)


def one_life_step(dice: random.Random, some: list[Topic], people: list[Customer]) -> None:
    """Mostly words, late ones among them; sometimes two become one person, or part again."""
    what = dice.random()
    if what < 0.7:
        say(dice.choice(people), dice.choice(some), dice.random() < 0.5, dice.choice(CHANNELS), dice.randrange(60))
    elif what < 0.9:
        a, b = dice.sample(people, 2)
        if choices(a).bases != choices(b).bases:
            merge(a, b, by=None, why="test")
    elif link := Link.objects.filter(undone_at=None).first():
        unmerge(link, by=None, why="test")


def test_many_words_at_once_come_to_the_newest_of_each() -> None:
    starter_topics()
    maija, offers = base(), Topic.objects.get(key="offers")
    told = [Consent(customer=maija, topic=offers, granted=n % 2 == 0, source="import", at=NOON + timedelta(days=n)) for n in range(5)]
    Consent.objects.bulk_create(reversed(told))
    assert Standing.objects.get().granted is True
    assert Standing.objects.get().at == NOON + timedelta(days=4)


def test_the_ledger_cannot_be_changed() -> None:
    starter_topics()
    said = say(base(), Topic.objects.get(key="offers"), True)
    for change in (lambda: Consent.objects.filter(pk=said.pk).update(granted=False), said.delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert Consent.objects.get().granted is True


def test_no_on_one_channel_leaves_the_others() -> None:
    starter_topics()
    maija, offers = base(), Topic.objects.get(key="offers")
    say(maija, offers, True)
    say(maija, offers, False, "sms", 5)
    found = choices(maija)
    assert (found.may(offers, "email"), found.may(offers, "sms")) == (True, False)
    say(maija, offers, False, "", 9)
    say(maija, offers, True, "sms", 10)
    found = choices(maija)
    assert (found.may(offers, "email"), found.may(offers, "sms")) == (False, True)


def test_the_newest_wish_of_all_bases_counts_and_an_undone_merge_gives_each_its_own_back() -> None:
    starter_topics()
    maija, other, bills = base(), base("M. Laine"), Topic.objects.get(key="invoices")
    Preference.objects.create(customer=maija, topic=bills, channels=["email"], source="test", at=NOON)
    Preference.objects.create(customer=other, topic=bills, channels=["letter"], source="test", at=NOON + timedelta(hours=1))
    link = merge(maija, other, by=None, why="same card")
    assert choices(maija).order(bills, ["email", "letter"]) == ["letter"]
    unmerge(link, by=None, why="not the same")
    assert choices(maija).order(bills, ["email", "letter"]) == ["email"]


def test_a_new_company_has_topics_in_four_languages_and_keeps_its_own() -> None:
    assert starter_topics() == 6
    assert starter_topics() == 0
    assert {t.key: t.basis for t in topics()}["offers"] == Basis.CONSENT
    assert all(set(t.names) == set(t.abouts) == {"en", "fi", "sv", "pl"} for t in topics())
    said = wording_now(Topic.objects.get(key="offers"), "fi-FI")
    assert said is not None and said.text.startswith("Kyllä")
    assert ledger([0]) == []
