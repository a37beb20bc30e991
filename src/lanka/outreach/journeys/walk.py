"""The engine, pure: where somebody goes next, and what is to be done on the way. The clock, the news and the simulation run on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, Protocol

from lanka.outreach.journeys.graph import Rule, Split, Wait, WaitFor
from lanka.outreach.journeys.plan import END, Plan
from lanka.outreach.journeys.times import plus, wait_ends, zone_of

STEPS_AT_ONCE = 500  # more than any graph has: a walk in one go always ends


@dataclass(slots=True)
class Walker:
    """One person on the way: a row of Traveller, or somebody imagined."""

    key: str  # the same person and reason to enter: the lot falls the same way again
    customer: int
    node: str
    entered_at: datetime
    node_since: datetime
    due: datetime | None = None
    awaits: list[str] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)  # 'trigger': what the event told, 'came': the node whose event came
    ended: str = ""
    id: int = 0
    occurrence: str = ""


class World(Protocol):
    """What the engine asks of everything outside."""

    now: datetime

    def zone(self, walker: Walker) -> str: ...

    def date(self, walker: Walker, name: str) -> datetime | None: ...

    def fits(self, walker: Walker, rule: Rule) -> bool: ...

    def outcomes(self, walker: Walker, send: str) -> set[str]: ...


@dataclass(frozen=True, slots=True)
class Effect:
    """Something to be done for somebody at a node: send, set a field, open a conversation, call a webhook."""

    walker: Walker
    node: Any


@dataclass(frozen=True, slots=True)
class Passed:
    """Somebody left a node by one of its ways ('' when it has only one)."""

    node: str
    way: str = ""


@dataclass(slots=True)
class Walked:
    effects: list[Effect] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)


def advance(plan: Plan, walker: Walker, world: World) -> Walked:
    """Takes them on until they wait or have ended; changes the walker in place."""
    walked = Walked()
    if ended := taken_out(plan, walker, world):
        end(walker, ended)
    for _ in range(STEPS_AT_ONCE):
        if walker.ended:
            break
        if walker.node == END:
            end(walker, "done")
            break
        node = plan.nodes.get(walker.node)
        if node is None:
            end(walker, "removed")
            break
        way = STEP[node.kind](plan, node, walker, world, walked)
        if way is None:
            return walked
        walked.passed.append(Passed(node.id, way))
        arrive(walker, plan.into.get((node.id, way), plan.after[node.id]), world.now)
    return walked


def taken_out(plan: Plan, walker: Walker, world: World) -> str:
    """'goal' or 'exit' when they need not go on, else ''."""
    graph = plan.graph
    if walker.fields.get("came") == "goal" or (graph.goal and world.fits(walker, graph.goal)):
        return "goal"
    return "exit" if graph.leave and world.fits(walker, graph.leave) else ""


def end(walker: Walker, how: str) -> None:
    walker.ended, walker.due, walker.awaits = how, None, []


def arrive(walker: Walker, node: str, now: datetime) -> None:
    walker.node, walker.node_since, walker.due, walker.awaits = node, now, None, []


def stay(plan: Plan, walker: Walker, due: datetime, *awaits: str) -> None:
    walker.due = due
    walker.awaits = [kind for kind in (*awaits, plan.graph.goal_event) if kind]


def wait(plan: Plan, node: Wait, walker: Walker, world: World, walked: Walked) -> str | None:
    """Worked out again each time it is asked: a wait that was edited meanwhile ends when its new words say."""
    date = world.date(walker, node.date) if node.date else None
    ends = wait_ends(node, walker.node_since, date, zone_of(world.zone(walker)))
    if ends <= world.now:
        return ""
    stay(plan, walker, ends)
    return None


def wait_for(plan: Plan, node: WaitFor, walker: Walker, world: World, walked: Walked) -> str | None:
    if walker.fields.get("came") == node.id:
        return "came"
    ends = plus(walker.node_since, node.timeout, zone_of(world.zone(walker)))
    if ends <= world.now:
        return "timed_out"
    stay(plan, walker, ends, node.event)
    return None


def split(plan: Plan, node: Split, walker: Walker, world: World, walked: Walked) -> str:
    if node.by == "random":
        return drawn(node, walker)
    known = world.outcomes(walker, node.of) if node.by == "outcome" else set()
    for branch in node.branches:
        fits = branch.outcome in known if node.by == "outcome" else bool(branch.rule) and world.fits(walker, branch.rule or {})
        if fits:
            return branch.id
    return "otherwise"


def drawn(node: Split, walker: Walker) -> str:
    """By lot, and the same lot whenever it is asked again."""
    total = sum(branch.share for branch in node.branches)
    number = int.from_bytes(blake2b(f"{walker.key}:{node.id}".encode(), digest_size=8).digest(), "big")
    lot = number % total if total else 0
    for branch in node.branches:
        lot -= branch.share
        if lot < 0:
            return branch.id
    return "otherwise"


def do(plan: Plan, node: Any, walker: Walker, world: World, walked: Walked) -> str:
    walked.effects.append(Effect(walker, node))
    return ""


def stop(plan: Plan, node: Any, walker: Walker, world: World, walked: Walked) -> str | None:
    walked.passed.append(Passed(node.id))
    end(walker, "done")
    return None


STEP: dict[str, Callable[..., str | None]] = {
    "wait": wait,
    "wait_for": wait_for,
    "split": split,
    "send": do,
    "set_field": do,
    "conversation": do,
    "webhook": do,
    "end": stop,
}
