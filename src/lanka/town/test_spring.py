"""The shop's segments are true, and its spring campaign balances, to the last letter."""

from __future__ import annotations

import pytest

from lanka.outreach.build import differences
from lanka.outreach.campaigns.books import books
from lanka.outreach.models import Campaign, Segment
from lanka.timeline.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]


def test_segments_of_the_shop_are_as_building_anew_would_make_them():
    listed = list(Segment.objects.filter(retired_at=None))
    assert {"Bicycle bought six months ago and not serviced", "Lapsed", "Loyal in Turku", "Polish customers"} <= {
        one.name for one in listed
    }
    assert all(one.size for one in listed)
    assert [one.name for one in listed if differences(one)] == []


def test_the_spring_campaign_is_done_and_balances_in_four_languages():
    spring = Campaign.objects.get(name="Spring service")
    found = books(spring)
    assert found.whole.balanced
    assert found.whole.gone > 20
    assert found.whole.states["excluded"] == sum(found.reasons.values())
    assert set(found.languages) == {"fi", "sv", "en", "pl"}
    assert sum(one.meant for one in found.variants.values()) == found.whole.meant


def test_nobody_got_the_spring_twice():
    spring = Campaign.objects.get(name="Spring service")
    messages = [variant.message_id for variant in spring.variants.all()]
    got = list(Event.objects.filter(kind="message.out", data__message__in=messages).values_list("customer_id", "data__rung"))
    assert got
    assert len({customer for customer, _rung in got}) == books(spring).whole.planned
