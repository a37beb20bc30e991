"""The undo: any link, in any order. Only the cluster that it held together is computed again."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from lanka.core.clock import now
from lanka.customers.load import bases_of, roots_of
from lanka.customers.models import Link
from lanka.customers.project import project
from lanka.customers.rows import Row, columns, lock, rows
from lanka.customers.write import write_aliases
from lanka.people.models import User

UNDO = """
UPDATE customers_link SET undone_at = %s, undone_by_id = %s, undone_why = %s WHERE id = ANY(%s::bigint[]) AND undone_at IS NULL
RETURNING a_id, b_id, why->>'overruled'
"""
APART = """
INSERT INTO customers_nolink (a, b, at, by_id, why)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::bigint[], %s::text[]) ON CONFLICT (a, b) DO NOTHING
"""
ACTIVE = "SELECT a_id, b_id FROM customers_link WHERE undone_at IS NULL AND a_id = ANY(%s::bigint[])"


def unmerge(link: Link, *, by: User | None, why: str) -> list[int]:
    """Withdraws one link and says that its two bases are not one person. Returns the roots of the people that are there now:
    one when other links still hold them together. The caller records 'person.unmerged'.

    The same evidence later leads to a review, never straight back.
    """
    return withdraw([link.pk], by=by, why=why)


def withdraw(links: Collection[int], *, by: User | None, why: str) -> list[int]:
    with transaction.atomic(savepoint=False):
        lock()
        at, who = now(), by.pk if by else None
        undone = rows(UNDO, (at, who, why, list(links)))
        part([(a, b, at, who, why) for a, b, _ in undone] + [old for _, _, overruled in undone for old in _restored(overruled)])
        return regroup({base for a, b, _ in undone for base in (a, b)})


def part(pairs: Iterable[Row]) -> None:
    """Not one person: (a base, another, when, who, why)."""
    ordered = [(*sorted(pair[:2]), *pair[2:]) for pair in pairs]
    if ordered:
        rows(APART, columns(ordered, 5))


def regroup(bases: Iterable[int]) -> list[int]:
    """Computes the clusters of these bases again from their active links. The roots of what comes out."""
    clusters = bases_of(set(roots_of(bases).values()))
    everybody = [base for cluster in clusters.values() for base in cluster]
    rows("DELETE FROM customers_alias WHERE customer_id = ANY(%s::bigint[])", (everybody,))
    root_of = components(everybody, [(a, b) for a, b in rows(ACTIVE, (everybody,))])
    write_aliases(root_of)
    roots = sorted(set(root_of.values()))
    project(roots)
    return roots


def components(nodes: Iterable[int], edges: Iterable[tuple[int, int]]) -> dict[int, int]:
    """node -> the smallest node that it hangs together with."""
    up = {node: node for node in nodes}

    def top(node: int) -> int:
        while up[node] != node:
            up[node] = node = up[up[node]]
        return node

    for a, b in edges:
        low, high = sorted((top(a), top(b)))
        up[high] = low
    return {node: top(node) for node in up}


def _restored(overruled: str | None) -> list[Row]:
    return [(a, b, datetime.fromisoformat(at), who, why) for a, b, at, who, why in json.loads(overruled or "[]")]
