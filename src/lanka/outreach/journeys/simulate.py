"""One person through a year in a second: the real engine in an imagined world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from lanka.outreach.journeys.graph import Rule, WaitFor
from lanka.outreach.journeys.plan import Plan
from lanka.outreach.journeys.walk import Walked, Walker, advance

YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Supposed:
    """Something that is supposed to happen to them: an event of the timeline."""

    at: datetime
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Imagined:
    """A world that answers from what is supposed. `fit`: does this rule fit them then?"""

    now: datetime
    time_zone: str = "UTC"
    dates: Mapping[str, datetime] = field(default_factory=dict)
    fit: Callable[[Rule, datetime], bool] = lambda rule, at: False
    becomes: Mapping[str, set[str]] = field(default_factory=dict)  # send node → what became of the message

    def zone(self, walker: Walker) -> str:
        return self.time_zone

    def date(self, walker: Walker, name: str) -> datetime | None:
        return walker.entered_at if name in ("entered", "trigger") and name not in self.dates else self.dates.get(name)

    def fits(self, walker: Walker, rule: Rule) -> bool:
        return self.fit(rule, self.now)

    def outcomes(self, walker: Walker, send: str) -> set[str]:
        return self.becomes.get(send, {"delivered"})


@dataclass(frozen=True, slots=True)
class Moment:
    """What happened then: they left `node` by `way`, or did what it says; `node` '' is the end, `way` says which."""

    at: datetime
    node: str
    way: str = ""


def matches(event: Supposed, match: Mapping[str, str]) -> bool:
    return all(str(event.data.get(name, "")) == value for name, value in match.items())


def wake(plan: Plan, walker: Walker, event: Supposed) -> bool:
    """As `news` does it: is this what they wait for? Marks it on the walker."""
    if walker.ended or event.kind not in walker.awaits:
        return False
    node = plan.nodes.get(walker.node)
    if isinstance(node, WaitFor) and node.event == event.kind and matches(event, node.match):
        walker.fields["came"] = node.id
        return True
    if plan.graph.goal_event == event.kind:
        walker.fields["came"] = "goal"
        return True
    return False


def simulate(plan: Plan, world: Imagined, events: list[Supposed], lasts: timedelta = YEAR) -> list[Moment]:
    """From `world.now` on, for `lasts`. A wait that is longer shows nothing behind it."""
    until, waiting = world.now + lasts, sorted(events, key=lambda event: event.at)
    walker = Walker("simulated", 0, plan.first, world.now, world.now, due=world.now)
    moments: list[Moment] = []
    while not walker.ended and walker.due is not None:
        event = waiting[0] if waiting and waiting[0].at <= walker.due else None
        world.now = max(world.now, event.at if event else walker.due)
        if world.now > until:
            break
        if event:
            waiting.pop(0)
            if not wake(plan, walker, event):
                continue
        moments += seen(advance(plan, walker, world), world.now)
    if walker.ended:
        moments.append(Moment(world.now, "", walker.ended))
    return moments


def seen(walked: Walked, at: datetime) -> list[Moment]:
    return [Moment(at, passed.node, passed.way) for passed in walked.passed]
