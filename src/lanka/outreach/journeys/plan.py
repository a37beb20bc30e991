"""A graph made walkable: every node knows what comes next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lanka.outreach.journeys.graph import Graph, Split, Step, WaitFor

END = ""  # behind the last step


@dataclass(frozen=True, slots=True)
class Plan:
    """`first`: where they begin. `after`: the node behind each. `into`: the first node of each way out of a split."""

    graph: Graph
    first: str
    nodes: dict[str, Any] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    into: dict[tuple[str, str], str] = field(default_factory=dict)  # (split, branch id | 'otherwise' | 'came' | 'timed_out')


def ways_out(node: Any) -> list[tuple[str, list[Step]]]:
    """The names of a node's own sequences, with the sequences."""
    if isinstance(node, Split):
        return [*((branch.id, branch.steps) for branch in node.branches), ("otherwise", node.otherwise)]
    if isinstance(node, WaitFor):
        return [("came", node.came), ("timed_out", node.timed_out)]
    return []


def lay(plan: Plan, steps: list[Step], behind: str) -> str:
    """Lays one sequence out; returns where it begins."""
    for number, node in enumerate(steps):
        follows = steps[number + 1].id if number + 1 < len(steps) else behind
        plan.nodes[node.id], plan.after[node.id] = node, follows
        for name, inner in ways_out(node):
            plan.into[node.id, name] = lay(plan, inner, follows)
    return steps[0].id if steps else behind


def planned(graph: Graph) -> Plan:
    plan = Plan(graph, first=graph.steps[0].id if graph.steps else END)
    lay(plan, graph.steps, END)
    return plan
