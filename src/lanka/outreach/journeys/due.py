"""The clock of the journeys: who is due goes on, in chunks; each chunk is one transaction, so each due wait fires once."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

from django.db import connection, transaction

from lanka.core import live
from lanka.core.clock import now
from lanka.outreach.journeys.effects import carry_out
from lanka.outreach.journeys.graph import Graph
from lanka.outreach.journeys.plan import Plan, planned
from lanka.outreach.journeys.walk import Passed, Walker, advance
from lanka.outreach.journeys.world import Real
from lanka.outreach.models import Edition, Traveller

CHUNK = 500
SAVE = """
UPDATE outreach_traveller t SET node = n.node, node_since = n.node_since, due = n.due, fields = n.fields,
  awaits = ARRAY(SELECT jsonb_array_elements_text(n.awaits)), ended = n.ended,
  ended_at = CASE WHEN n.ended <> '' THEN %s::timestamptz END
FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::jsonb[], %s::jsonb[], %s::text[])
  AS n(id, node, node_since, due, fields, awaits, ended)
WHERE t.id = n.id
"""
COUNT = """
INSERT INTO outreach_passage (journey_id, node, way, passed) SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::bigint[])
ON CONFLICT (journey_id, node, way) DO UPDATE SET passed = outreach_passage.passed + EXCLUDED.passed
"""


@lru_cache(maxsize=200)
def plan_of(edition_id: int) -> Plan:
    """Editions never change, so their plans are kept."""
    return planned(Graph.model_validate(Edition.objects.values_list("graph", flat=True).get(pk=edition_id)))


def walker_of(row: Traveller) -> Walker:
    return Walker(
        key=f"{row.journey_id}:{row.customer_id}:{row.occurrence}",
        customer=row.customer_id,
        node=row.node,
        entered_at=row.entered_at,
        node_since=row.node_since,
        due=row.due,
        awaits=row.awaits,
        fields=row.fields,
        id=row.pk,
        occurrence=row.occurrence,
    )


@transaction.atomic
def walk_due(limit: int = CHUNK) -> int:
    """How many went on. Several workers may call it at once; none waits for another."""
    due = Traveller.objects.filter(ended_at__isnull=True, due__lte=now()).order_by("due")
    rows = list(due.select_for_update(skip_locked=True, of=("self",))[:limit])
    by_edition: dict[int, list[Walker]] = defaultdict(list)
    for row in rows:
        by_edition[row.edition_id].append(walker_of(row))
    for edition in Edition.objects.filter(pk__in=by_edition).select_related("journey").order_by("pk"):
        go_on(edition, by_edition[edition.pk])
    return len(rows)


def go_on(edition: Edition, walkers: Sequence[Walker]) -> None:
    plan, world = plan_of(edition.pk), Real(walkers, edition.messages)
    walked = [advance(plan, walker, world) for walker in walkers]
    carry_out(edition, [effect for one in walked for effect in one.effects])
    save(walkers, world.now)
    count(edition.journey_id, [passed for one in walked for passed in one.passed])
    live.tell(f"journey:{edition.journey_id}")


def save(walkers: Sequence[Walker], at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            SAVE,
            [
                at,
                [w.id for w in walkers],
                [w.node for w in walkers],
                [w.node_since for w in walkers],
                [w.due for w in walkers],
                [json.dumps(w.fields) for w in walkers],
                [json.dumps(w.awaits) for w in walkers],
                [w.ended for w in walkers],
            ],
        )


def count(journey_id: int, passed: Iterable[Passed]) -> None:
    numbers = sorted(Counter((p.node, p.way) for p in passed).items())  # sorted: two workers lock in one order
    if numbers:
        with connection.cursor() as cursor:
            nodes, ways = [key[0] for key, _ in numbers], [key[1] for key, _ in numbers]
            cursor.execute(COUNT, [journey_id, nodes, ways, [n for _, n in numbers]])
