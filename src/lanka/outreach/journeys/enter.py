"""People come in: each for a reason (`occurrence`), and for one reason only once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from lanka.core.clock import now
from lanka.customers.load import bases_of, roots_of
from lanka.outreach.fits import fitting
from lanka.outreach.journeys.due import plan_of
from lanka.outreach.journeys.graph import Graph
from lanka.outreach.journeys.times import plus, zone_of
from lanka.outreach.models import Edition, Traveller

ENTER = """
INSERT INTO outreach_traveller (journey_id, edition_id, customer_id, occurrence, node, entered_at, node_since, due, awaits, fields, ended)
SELECT %s, %s, n.customer, n.occurrence, %s, n.at, n.at, %s, '{}', n.fields, ''
FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::jsonb[]) AS n(customer, occurrence, at, fields)
ON CONFLICT (journey_id, customer_id, occurrence) DO NOTHING
"""


class Entry(NamedTuple):
    """Somebody who may come in. `occurrence`: the reason; `told`: what the trigger tells ('at' and the event's data)."""

    customer: int
    occurrence: str
    at: datetime
    told: Mapping[str, Any]


def enter(edition: Edition, entries: Sequence[Entry]) -> int:
    """How many came in. Who does not fit the trigger's rule, or may not come again yet, is left out."""
    graph = plan_of(edition.pk).graph
    allowed = may_enter(graph, edition.journey_id, entries)
    if not allowed:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            ENTER,
            [
                edition.journey_id,
                edition.pk,
                plan_of(edition.pk).first,
                now(),
                [e.customer for e in allowed],
                [e.occurrence[:60] if graph.again != "once" else "" for e in allowed],
                [e.at for e in allowed],
                [json.dumps({"trigger": {**e.told, "at": e.at.isoformat()}}) for e in allowed],
            ],
        )
        return int(cursor.rowcount)


def may_enter(graph: Graph, journey_id: int, entries: Sequence[Entry]) -> list[Entry]:
    roots = roots_of({entry.customer for entry in entries})
    fit = fitting(graph.trigger.rule, set(roots.values())) if graph.trigger.rule else set(roots.values())
    before = been_inside(journey_id, set(roots.values()))
    allowed: list[Entry] = []
    for entry in sorted(entries, key=lambda entry: entry.at):
        root = roots[entry.customer]
        if root in fit and again(graph, before.get(root), entry.at):
            allowed.append(entry)
            before[root] = entry.at
    return allowed


def been_inside(journey_id: int, roots: set[int]) -> dict[int, datetime]:
    """Root → when they last came in, by whichever of their bases."""
    of_base = {base: root for root, bases in bases_of(roots).items() for base in bases}
    last: dict[int, datetime] = {}
    inside = Traveller.objects.filter(journey_id=journey_id, customer_id__in=of_base).values_list("customer_id", "entered_at")
    for base, at in inside:
        last[of_base[base]] = max(at, last.get(of_base[base], at))
    return last


def again(graph: Graph, before: datetime | None, at: datetime) -> bool:
    if before is None or graph.again == "each":
        return True
    return graph.again == "after" and graph.again_after is not None and plus(before, graph.again_after, zone_of("UTC")) <= at
