"""Random histories: news and time come to what building anew would, after every step."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lanka.commerce.models import Order
from lanka.core import clock
from lanka.customers.merge import merge
from lanka.customers.models import Link
from lanka.customers.unmerge import unmerge
from lanka.outreach.build import differences
from lanka.outreach.conftest import BICYCLE, DAY, NOW, REMIND, SERVICE, buys, catch_up, person, segment
from lanka.outreach.models import Crossing, Member, Segment
from lanka.timeline.record import record

pytestmark = pytest.mark.usefixtures("nine_o_clock")
RULES: list[dict[str, Any]] = [
    REMIND,
    {"is": "any", "rules": [{**BICYCLE, "when": "within", "n": 30, "unit": "days"}, {**SERVICE, "when": "last", "n": 40, "unit": "days"}]},
    {"is": "bought", "times": 2, "when": "within", "n": 2, "unit": "months"},
    {"is": "none", "rules": [{"is": "did", "event": "visit", "times": 2, "when": "before", "n": 3, "unit": "weeks"}, BICYCLE]},
    {"is": "all", "rules": [{"is": "met", "when": "before", "n": 1, "unit": "months"}, {"is": "bought", "total": 15_000, "no": True}]},
    {
        "is": "any",
        "rules": [{"is": "did", "event": "visit", "when": "within", "n": 9, "unit": "days"}, {"is": "language", "values": ["pl"]}],
    },
]
STEP = st.one_of(
    st.tuples(st.just("buy"), st.integers(0, 5), st.sampled_from(["bicycle", "service", "accessory"]), st.integers(0, 200)),
    st.tuples(st.just("visit"), st.integers(0, 5), st.integers(0, 60)),
    st.tuples(st.just("merge"), st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.just("unmerge"), st.integers(0, 5)),
    st.tuples(st.just("wait"), st.integers(1, 100)),
)


class History:
    def __init__(self) -> None:
        self.now, self.people = NOW, [person(f"P{n}", "pl" if n % 2 else "fi", NOW - n * 10 * DAY) for n in range(6)]
        self.links: list[Link] = []

    def take(self, step: Any) -> None:
        with clock.at(self.now), transaction.atomic():
            getattr(self, step[0])(*step[1:])

    def buy(self, who: int, what: str, ago: int) -> None:
        buys(self.people[who], what, self.now - ago * DAY)

    def visit(self, who: int, ago: int) -> None:
        record(self.people[who], "visit", at=self.now - ago * DAY)

    def merge(self, a: int, b: int) -> None:
        if a != b:
            link = merge(self.people[a], self.people[b], by=None, why="looks so")
            self.links.append(link)
            record(self.people[a], "person.merged", data={"link": link.pk})

    def unmerge(self, n: int) -> None:
        if n < len(self.links) and Link.objects.filter(pk=self.links[n].pk, undone_at=None).exists():
            unmerge(self.links[n], by=None, why="no")
            record(self.links[n].a, "person.unmerged", data={"link": self.links[n].pk})

    def wait(self, days: int) -> None:
        self.now += days * DAY


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=3, max_size=14))
def test_news_and_time_come_to_what_building_anew_would(transactional_db: None, steps: list[Any]) -> None:
    for table in (Segment.objects, Order.objects, Member.objects, Crossing.objects):
        table.all().delete()
    history = History()
    listed = [segment(rule) for rule in RULES]
    listed.append(
        segment(
            {"is": "all", "rules": [{"is": "segment", "segment": listed[0].pk, "no": True}, {"is": "segment", "segment": listed[1].pk}]}
        )
    )
    for step in steps:
        history.take(step)
        with clock.at(history.now):
            catch_up()
            for one in listed:
                assert differences(one) == [], (one.rule, step)
                one.refresh_from_db()
                assert one.size == Member.objects.filter(segment=one).count()
