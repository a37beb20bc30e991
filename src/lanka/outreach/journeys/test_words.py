"""What a drawing says, what changed in it, and the year that is supposed of somebody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation

from lanka.outreach.journeys.changes import changes
from lanka.outreach.journeys.graph import Graph, Span, nodes
from lanka.outreach.journeys.plan import ways_out
from lanka.outreach.journeys.starters import STARTERS
from lanka.outreach.journeys.suppose import Supposing, key_of, year
from lanka.outreach.journeys.test_walk import REMINDER
from lanka.outreach.journeys.words import names, start_words, way_words, words

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
FINNISH: dict[str, Any] = {"is": "language", "values": ["fi"], "no": False}


def said(graph: Graph) -> list[str]:
    known = names(graph)
    steps = [words(node, known).text for node in nodes(graph.steps)]
    ways = [way_words(node, way, known) for node in nodes(graph.steps) for way, _steps in ways_out(node)]
    return [text for _icon, text in start_words(graph, known)] + steps + ways


@pytest.mark.parametrize("language", ["en", "fi", "sv", "pl"])
@pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.key)
def test_every_starter_can_be_walked_and_says_what_it_does_in_each_language(starter: Any, language: str) -> None:
    with translation.override(language):
        graph = Graph.model_validate(starter.drawing())
        spoken = said(graph)
    assert all(spoken)
    with translation.override("en"):
        assert language == "en" or not set(spoken) & set(said(Graph.model_validate(starter.drawing()))), (
            "a sentence that was not translated"
        )


def test_a_wait_is_one_plain_sentence() -> None:
    graph = Graph.model_validate(REMINDER)
    assert words(graph.steps[0], names(graph)).text == "Wait 6 months, then until the next weekday at 10:00 where they live"


def test_what_changed_is_told_step_by_step() -> None:
    new = {**REMINDER, "goal_event": "visit", "steps": [*REMINDER["steps"][1:], {"id": "new", "kind": "wait", "span": {"count": 2}}]}
    new["steps"][1] = {**new["steps"][1], "timeout": {"count": 3, "unit": "weeks"}}
    told = changes(Graph.model_validate(REMINDER), Graph.model_validate(new))
    assert told == [
        "At the beginning, new: Goal: visit",
        "At the beginning, no longer: Goal: service",
        "Changed: Wait for: message from them (2 weeks at most) → Wait for: message from them (3 weeks at most)",
        "New step: Wait 2 days",
        "Taken away: Wait 6 months, then until the next weekday at 10:00 where they live",
    ]
    assert changes(Graph.model_validate(new), Graph.model_validate(new)) == []


def test_what_is_awaited_happens_so_long_after_they_came_to_wait_for_it() -> None:
    graph = Graph.model_validate(REMINDER)
    moments = year(graph, Supposing(came={"answer": Span(count=3)}), start=START, zone="Europe/Helsinki")
    assert [(f"{m.at:%Y-%m-%d %H:%M}", m.node, m.way) for m in moments][-3:-1] == [
        ("2027-05-27 07:00", "answer", "came"),
        ("2027-05-27 07:00", "end", ""),
    ]
    late = year(graph, Supposing(came={"answer": Span(count=3, unit="weeks")}), start=START, zone="Europe/Helsinki")
    assert ("answer", "timed_out") in [(m.node, m.way) for m in late], "what comes after the time-out is too late"


def test_a_rule_is_supposed_to_fit_from_a_day_on() -> None:
    split = {"id": "s", "kind": "split", "branches": [{"id": "fi", "rule": FINNISH, "steps": []}]}
    graph = Graph.model_validate({"steps": [{"id": "w", "kind": "wait", "span": {"count": 10}}, split]})
    for days, way in ((9, "fi"), (11, "otherwise")):
        moments = year(graph, Supposing(fits={key_of(FINNISH): Span(count=days)}), start=START, zone="UTC")
        assert [m.way for m in moments if m.node == "s"] == [way]
