"""Segments: what a rule means, and that news and time keep it as true as building it anew would."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from lanka.core import clock
from lanka.customers.fact import learn
from lanka.customers.merge import merge
from lanka.customers.models import Consent, Customer, Fact, Identifier, Kind, Link, Topic
from lanka.customers.unmerge import unmerge
from lanka.outreach import follow, trial
from lanka.outreach.build import differences
from lanka.outreach.conftest import DAY, NOW, REMIND, buys, catch_up, inside, person, segment, whole
from lanka.outreach.models import Crossing
from lanka.outreach.rules import BadRule, read
from lanka.outreach.save import InUse, change, retire
from lanka.timeline.record import record

pytestmark = pytest.mark.usefixtures("nine_o_clock")


@pytest.fixture
def cast(db: None) -> dict[str, Customer]:
    maija, piotr, helvi, eero = person("Maija"), person("Piotr", "pl"), person("Helvi"), person("Eero", "sv", NOW - 10 * DAY)
    buys(maija, "bicycle", NOW - 300 * DAY, 124_900)
    buys(piotr, "bicycle", NOW - 300 * DAY, 537_900, "PLN")
    buys(piotr, "service", NOW - 20 * DAY, 34_000, "PLN")
    buys(helvi, "bicycle", NOW - 30 * DAY, 64_900)
    buys(helvi, "accessory", NOW - 29 * DAY, 4_000)
    return {"maija": maija, "piotr": piotr, "helvi": helvi, "eero": eero}


def test_a_bicycle_bought_long_ago_and_not_serviced(cast: dict[str, Customer]) -> None:
    assert inside(segment(REMIND)) == {"Maija"}


@pytest.mark.parametrize(
    ("rule", "fit"),
    [
        ({}, {"Maija", "Piotr", "Helvi", "Eero"}),
        ({"is": "any"}, set()),
        ({"is": "language", "values": ["pl", "sv"]}, {"Piotr", "Eero"}),
        ({"is": "language", "values": ["fi"], "no": True}, {"Piotr", "Eero"}),
        ({"is": "bought"}, {"Maija", "Piotr", "Helvi"}),
        ({"is": "bought", "no": True}, {"Eero"}),
        ({"is": "bought", "times": 2}, {"Piotr", "Helvi"}),
        ({"is": "bought", "total": 65_000}, {"Maija", "Helvi"}),
        ({"is": "bought", "what": "category", "value": "bicycle", "total": 100_000}, {"Maija"}),
        ({"is": "bought", "total": 100_000, "currency": "PLN"}, {"Piotr"}),
        ({"is": "bought", "what": "product", "value": "SOME acc"}, {"Helvi"}),
        ({"is": "bought", "what": "sku", "value": "ser"}, {"Piotr"}),
        ({"is": "bought", "when": "last", "n": 2, "unit": "months"}, {"Maija"}),
        ({"is": "bought", "when": "since", "date": "2026-10-01"}, {"Piotr", "Helvi"}),
        ({"is": "bought", "when": "until", "date": "2026-10-01"}, {"Maija", "Piotr"}),
        ({"is": "met", "when": "within", "n": 2, "unit": "weeks"}, {"Eero"}),
        ({"is": "did", "event": "purchase", "when": "within", "n": 25, "unit": "days"}, {"Piotr"}),
        ({"is": "none", "rules": [{"is": "language", "values": ["fi"]}, {"is": "bought", "no": True}]}, {"Piotr"}),
    ],
)
def test_what_conditions_mean(cast: dict[str, Customer], rule: dict[str, Any], fit: set[str]) -> None:
    assert whole(rule) == fit
    assert inside(segment(rule)) == fit, "everybody at once says the same"
    assert trial.trial(read(rule)).size == len(fit)


def test_where_they_live_and_what_is_known_of_them(cast: dict[str, Customer]) -> None:
    for key, address in (
        ("maija", ("00100", "HELSINKI", "FI")),
        ("piotr", ("31-131", "Kraków", "PL")),
        ("helvi", ("20 100", "Turku", "FI")),
    ):
        value = dict(zip(("postcode", "town", "country"), address, strict=True)) | {"street": "Katu 1"}
        learn(cast[key], "address", value, source="agent", trust=1)
    Fact.objects.create(customer=cast["maija"], kind="born", value="1990-11-25", source="agent", at=NOW)
    Fact.objects.create(customer=cast["helvi"], kind="born", value="1950-02-03", source="agent", at=NOW)
    Identifier.objects.create(kind=Kind.EMAIL, value="maija@example.fi", customer=cast["maija"], first_seen_at=NOW, source="web")
    assert whole({"is": "place", "what": "country", "values": ["fi"]}) == {"Maija", "Helvi"}
    assert whole({"is": "place", "what": "town", "values": ["turku"]}) == {"Helvi"}
    assert whole({"is": "place", "what": "postcode", "low": "00000", "high": "09999"}) == {"Maija"}
    assert whole({"is": "known", "what": "email"}) == {"Maija"}
    assert whole({"is": "known", "what": "street", "no": True}) == {"Eero"}
    assert whole({"is": "fact", "field": "born", "how": "anniversary", "n": 7, "unit": "days"}) == {"Maija"}
    assert whole({"is": "fact", "field": "born", "how": "known"}) == {"Maija", "Helvi"}


def test_who_said_yes(cast: dict[str, Customer]) -> None:
    offers = Topic.objects.create(key="offers-test")
    for who, granted, at in (("maija", True, NOW - 3 * DAY), ("piotr", True, NOW - 3 * DAY), ("piotr", False, NOW - DAY)):
        Consent.objects.create(customer=cast[who], topic=offers, granted=granted, source="agent", at=at)
    assert whole({"is": "consent", "topic": "offers-test"}) == {"Maija"}
    assert whole({"is": "consent", "topic": "offers-test", "said": "no"}) == {"Piotr"}
    assert whole({"is": "consent", "topic": "offers-test", "said": "nothing"}) == {"Helvi", "Eero"}


def test_fifths_of_those_who_bought(db: None) -> None:
    for n in range(10):
        buys(person(f"P{n}"), "bicycle", NOW - (n + 1) * 10 * DAY, 1000 * (n + 1))
    best = segment({"is": "score", "what": "money", "least": 5})
    assert inside(best) == {"P8", "P9"}
    recent = segment({"is": "score", "what": "recency", "least": 5})
    assert inside(recent) == {"P0", "P1"}
    with clock.at(NOW + 30 * DAY):
        follow.pass_time()
        assert inside(recent) == set(), "a score falls as days pass, and nobody has to do anything for it"


def test_segments_in_segments_are_in_step_and_never_in_a_circle(cast: dict[str, Customer]) -> None:
    finns = segment({"is": "language", "values": ["fi"]}, "Finns")
    both = segment({"is": "all", "rules": [{"is": "segment", "segment": finns.pk}, {"is": "bought"}]}, "Finns who bought")
    assert inside(both) == {"Maija", "Helvi"}
    with pytest.raises(BadRule, match="part of itself"):
        change(finns, "Finns", {"is": "segment", "segment": both.pk}, by=None)
    with pytest.raises(InUse, match="Finns who bought"):
        retire(finns, by=None)  # type: ignore[arg-type]
    change(finns, "Poles", {"is": "language", "values": ["pl"]}, by=None)
    while follow.keep_current():
        pass
    assert inside(both) == {"Piotr"}


def test_a_rule_that_is_none_says_what_is_missing() -> None:
    with pytest.raises(BadRule, match="say what they bought"):
        read({"is": "all", "rules": [{"is": "bought", "what": "category"}]})


def test_a_long_count_becomes_an_estimate(cast: dict[str, Customer]) -> None:
    found = trial.trial(read({"is": "all", "rules": [REMIND] * 20}), patience=0.001)
    assert (found.exact, found.size) == (False, 1)
    assert [one.name for one in found.people] == ["Maija"]


# ---- kept true by news and by time ----


@pytest.fixture
def open_database(transactional_db: None) -> None:
    """News is read below transactions that still write: these stories commit."""


def test_a_service_takes_her_out_and_half_a_year_brings_her_back(open_database: None) -> None:
    maija = person("Maija")
    buys(maija, "bicycle", NOW - 300 * DAY)
    remind = segment(REMIND)
    assert inside(remind) == {"Maija"}
    buys(maija, "service", NOW)
    catch_up()
    assert inside(remind) == set()
    with clock.at(NOW + 180 * DAY):
        catch_up()
        assert inside(remind) == set(), "20 May is the day"
    with clock.at(datetime(2027, 5, 20, 9, 1, tzinfo=UTC)):
        catch_up()
        assert inside(remind) == {"Maija"}
    assert list(Crossing.objects.order_by("pk").values_list("entered", flat=True)) == [False, True]
    remind.refresh_from_db()
    assert remind.size == 1


def test_somebody_new_is_in_every_segment_that_asks_what_was_not_done(open_database: None) -> None:
    never = segment({"is": "bought", "no": True})
    record(person("Uusi"), "visit")
    catch_up()
    assert inside(never) == {"Uusi"}


def test_two_who_become_one_do_not_enter_twice_and_part_again(open_database: None) -> None:
    maija, again = person("Maija"), person("Maija L")
    buys(maija, "bicycle", NOW - 300 * DAY)
    buys(again, "service", NOW - DAY)
    remind = segment(REMIND)
    with transaction.atomic():
        link = merge(maija, again, by=None, why="the same card")
        record(maija, "person.merged", data={"link": link.pk})
    catch_up()
    assert inside(remind) == set()
    with transaction.atomic():
        unmerge(Link.objects.get(pk=link.pk), by=None, why="not she")
        record(maija, "person.unmerged", data={"link": link.pk})
    catch_up()
    assert inside(remind) == {"Maija"}
    assert differences(remind) == []
