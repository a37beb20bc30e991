"""What may be supposed of somebody on a drawing (they open it, they answer after three days), and the year that comes of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lanka.outreach.journeys.graph import Graph, Rule, Span, Split, Wait, WaitFor, nodes
from lanka.outreach.journeys.plan import Plan, planned
from lanka.outreach.journeys.simulate import YEAR, Imagined, Moment, Supposed, simulate
from lanka.outreach.journeys.times import plus, zone_of

BECOMES: dict[str, set[str]] = {
    "delivered": {"sent", "delivered"},
    "opened": {"sent", "delivered", "opened"},
    "clicked": {"sent", "delivered", "opened", "clicked"},
    "failed": {"sent", "failed"},
    "not_sent": {"not_sent"},
}


@dataclass(frozen=True, slots=True)
class Supposing:
    """`came`: wait_for node → how long after arriving there it happens. `goal`: how long after the beginning. `becomes`: send node →
    a key of BECOMES. `fits`: rule (as `key_of` writes it) → how long after the beginning it begins to fit. `dates`: as `Wait.date`.
    """

    came: Mapping[str, Span] = field(default_factory=dict)
    goal: Span | None = None
    becomes: Mapping[str, str] = field(default_factory=dict)
    fits: Mapping[str, Span] = field(default_factory=dict)
    dates: Mapping[str, datetime] = field(default_factory=dict)


def key_of(rule: Rule) -> str:
    return json.dumps(rule, sort_keys=True)


def rules_of(graph: Graph) -> Iterator[Rule]:
    """Each once: those that people are asked by on the way."""
    found: dict[str, Rule] = {}
    for rule in (
        graph.goal,
        graph.leave,
        *(b.rule for n in nodes(graph.steps) if isinstance(n, Split) and n.by == "rule" for b in n.branches),
    ):
        if rule:
            found.setdefault(key_of(rule), rule)
    yield from found.values()


def looked_at(graph: Graph) -> list[str]:
    """The send nodes whose outcome matters to a split."""
    of = {node.of for node in nodes(graph.steps) if isinstance(node, Split) and node.by == "outcome"}
    return [node.id for node in nodes(graph.steps) if node.id in of]


def dates_of(graph: Graph) -> list[str]:
    """The dates that waits look at, apart from those that are known of every journey."""
    return sorted({node.date for node in nodes(graph.steps) if isinstance(node, Wait)} - {"", "entered", "trigger"})


def year(
    graph: Graph, supposing: Supposing, *, start: datetime, zone: str, fit: Callable[[Rule, datetime], bool] | None = None
) -> list[Moment]:
    """`fit`: how rules are asked of a real person; else as supposed. What is awaited happens when they have come to where it is awaited,
    so the year is walked again for each.
    """
    plan, when = planned(graph), zone_of(zone)

    def supposed(rule: Rule, at: datetime) -> bool:
        after = supposing.fits.get(key_of(rule))
        return after is not None and plus(start, after, when) <= at

    def walk(events: list[Supposed]) -> list[Moment]:
        becomes = {node: BECOMES[how] for node, how in supposing.becomes.items()}
        return simulate(plan, Imagined(start, zone, supposing.dates, fit or supposed, becomes), events)

    events = [Supposed(plus(start, supposing.goal, when), graph.goal_event)] if graph.goal_event and supposing.goal else []
    told: set[str] = set()
    while True:
        moments = walk(events)
        found = next(((node, at) for node, at in arrivals(plan, moments, start) if node.id in supposing.came and node.id not in told), None)
        if found is None:
            return moments
        node, at = found
        told.add(node.id)
        events.append(Supposed(plus(at, supposing.came[node.id], when), node.event, node.match))


def arrivals(plan: Plan, moments: list[Moment], start: datetime) -> Iterator[tuple[WaitFor, datetime]]:
    """Where something is awaited and when they came there; also the place where the year ends them waiting."""
    at, here = start, plan.first
    for moment in moments:
        if isinstance(node := plan.nodes.get(moment.node), WaitFor):
            yield node, at
        at = moment.at
        if moment.node:
            here = plan.into.get((moment.node, moment.way), plan.after[moment.node])
    if isinstance(node := plan.nodes.get(here), WaitFor) and at <= start + YEAR and not (moments and moments[-1].node == ""):
        yield node, at
