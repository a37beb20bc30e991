"""The engine alone: a year with its clock changes, lots that stay, waits that are asked again."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lanka.outreach.journeys.graph import Graph, Span, Wait
from lanka.outreach.journeys.plan import planned
from lanka.outreach.journeys.simulate import Imagined, Supposed, simulate
from lanka.outreach.journeys.times import next_hour, plus, wait_ends, zone_of
from lanka.outreach.journeys.walk import Walker, advance

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HELSINKI = zone_of("Europe/Helsinki")

REMINDER: dict[str, Any] = {
    "trigger": {"kind": "event", "event": "purchase"},
    "goal_event": "service",
    "steps": [
        {"id": "half-year", "kind": "wait", "span": {"count": 6, "unit": "months"}, "hour": "10:00", "weekdays": [0, 1, 2, 3, 4]},
        {"id": "remind", "kind": "send", "template": "service-reminder", "topic": "care"},
        {
            "id": "answer",
            "kind": "wait_for",
            "event": "message.in",
            "timeout": {"count": 2, "unit": "weeks"},
            "came": [],
            "timed_out": [{"id": "call", "kind": "conversation", "callback": True}],
        },
        {"id": "end", "kind": "end"},
    ],
}


def walk(graph: dict[str, Any], *events: Supposed, **world: Any) -> list[tuple[str, str, str]]:
    plan = planned(Graph.model_validate(graph))
    imagined = Imagined(START, time_zone="Europe/Helsinki", **world)
    return [(f"{m.at:%Y-%m-%d %H:%M}", m.node, m.way) for m in simulate(plan, imagined, list(events))]


def test_the_reminder_comes_half_a_year_later_at_ten_where_they_live() -> None:
    assert walk(REMINDER) == [
        ("2027-05-24 07:00", "half-year", ""),  # 22 May is a Saturday; ten o'clock in Helsinki's summer is 7 UTC
        ("2027-05-24 07:00", "remind", ""),
        ("2027-06-07 07:00", "answer", "timed_out"),
        ("2027-06-07 07:00", "call", ""),
        ("2027-06-07 07:00", "end", ""),
        ("2027-06-07 07:00", "", "done"),
    ]


def test_who_answers_is_not_called() -> None:
    ways = walk(REMINDER, Supposed(datetime(2027, 5, 25, 12, tzinfo=UTC), "message.in"))
    assert ("2027-05-25 12:00", "answer", "came") in ways
    assert not [way for way in ways if way[1] == "call"]


def test_a_goal_reached_ends_it_wherever_they_are() -> None:
    assert walk(REMINDER, Supposed(datetime(2027, 2, 1, 9, tzinfo=UTC), "service")) == [("2027-02-01 09:00", "", "goal")]


def test_what_happens_at_the_wrong_place_changes_nothing() -> None:
    early = Supposed(START + timedelta(days=3), "message.in")
    assert walk(REMINDER, early) == walk(REMINDER)


def test_a_branch_is_taken_by_what_became_of_the_message() -> None:
    graph = {
        "steps": [
            {"id": "mail", "kind": "send"},
            {"id": "w", "kind": "wait", "span": {"count": 3, "unit": "days"}},
            {
                "id": "opened",
                "kind": "split",
                "by": "outcome",
                "of": "mail",
                "branches": [
                    {"id": "yes", "outcome": "opened", "steps": [{"id": "tag", "kind": "set_field", "field": "keen", "value": "1"}]}
                ],
                "otherwise": [{"id": "letter", "kind": "send"}],
            },
        ]
    }
    assert [node for _, node, _ in walk(graph, becomes={"mail": {"delivered", "opened"}})] == ["mail", "w", "opened", "tag", ""]
    assert [node for _, node, _ in walk(graph)] == ["mail", "w", "opened", "letter", ""]


def test_the_lot_falls_as_the_shares_say_and_the_same_way_again() -> None:
    branches = [{"id": "a", "share": 1}, {"id": "b", "share": 3}]
    plan = planned(Graph.model_validate({"steps": [{"id": "lot", "kind": "split", "by": "random", "branches": branches}]}))
    drawn = []
    for _ in range(2):
        walkers = [Walker(f"1:{n}:", n, plan.first, START, START) for n in range(4000)]
        drawn.append([advance(plan, walker, Imagined(START)).passed[0].way for walker in walkers])
    assert drawn[0] == drawn[1]
    assert 850 < Counter(drawn[0])["a"] < 1150


def test_an_edited_wait_counts_for_those_who_are_in_it() -> None:
    def plan(days: int) -> Any:
        return planned(Graph.model_validate({"steps": [{"id": "w", "kind": "wait", "span": {"count": days}}]}))

    walker = Walker("k", 1, "w", START, START)
    advance(plan(30), walker, Imagined(START))
    assert walker.due == START + timedelta(days=30)
    advance(plan(10), walker, Imagined(START + timedelta(days=12)))
    assert walker.ended == "done"


def test_the_hour_that_spring_skips_comes_an_hour_later_and_autumns_second_one_is_not_used() -> None:
    assert next_hour(datetime(2027, 3, 27, 12, tzinfo=UTC), "03:30", [], HELSINKI) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert next_hour(datetime(2026, 10, 24, 12, tzinfo=UTC), "03:30", [], HELSINKI) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2028, 12, 31)),  # noqa: DTZ001
    st.sampled_from(["Europe/Helsinki", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]),
    st.integers(1, 400),
)
def test_a_day_is_a_day_whatever_the_clocks_do(naive: datetime, name: str, days: int) -> None:
    zone = zone_of(name)
    moment = naive.replace(second=0, microsecond=0, tzinfo=UTC)
    later = plus(moment, Span(count=days), zone)
    here, there = moment.astimezone(zone), later.astimezone(zone)
    assert (there.date() - here.date()).days == days
    shift = timedelta(hours=there.hour - here.hour, minutes=there.minute - here.minute)
    assert shift <= timedelta(hours=1), "only a skipped hour moves the clock"


@given(
    st.sampled_from(["minutes", "hours", "days", "weeks", "months", "years"]), st.integers(0, 40), st.sampled_from(["", "09:00", "03:30"])
)
def test_a_wait_never_ends_before_it_began(unit: str, count: int, hour: str) -> None:
    node = Wait(id="w", span=Span(count=count, unit=unit), hour=hour)
    ends = wait_ends(node, START, None, HELSINKI)
    assert ends >= START
    assert wait_ends(node, START, None, HELSINKI) == ends
