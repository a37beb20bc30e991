"""Two are one: evidence, and the undo of it is `unmerge`."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from lanka.core.clock import now
from lanka.customers.load import bases_of, roots_of
from lanka.customers.models import Customer, Link
from lanka.customers.project import project
from lanka.customers.rows import as_json, lock, rows
from lanka.customers.write import write_aliases, write_links
from lanka.people.models import User

DIRECT = """
SELECT id FROM customers_link WHERE undone_at IS NULL AND ((a_id = %s AND b_id = %s) OR (a_id = %s AND b_id = %s)) ORDER BY id LIMIT 1
"""
OVERRULE = """
DELETE FROM customers_nolink WHERE (a = ANY(%s::bigint[]) AND b = ANY(%s::bigint[])) OR (b = ANY(%s::bigint[]) AND a = ANY(%s::bigint[]))
RETURNING a, b, at, by_id, why
"""


class Impossible(ValueError):
    """Asked to join somebody with themselves."""


def merge(a: Customer, b: Customer, *, by: User | None, why: str, rule: str = "agent", score: float | None = None) -> Link:
    """Joins two people by a decision of somebody here: no guard stands against it, and what was said against it before
    ('not one person') is overruled, kept in the link and restored by its undo. The caller records 'person.merged'.

    Asked twice, it answers with the same link.
    """
    if a.pk == b.pk:
        raise Impossible("one base cannot be joined with itself")
    with transaction.atomic(savepoint=False):
        lock()
        return Link.objects.get(pk=_link(a.pk, b.pk, by=by, why=why, rule=rule, score=score))


def _link(a: int, b: int, *, by: User | None, why: str, rule: str, score: float | None) -> int:
    if found := rows(DIRECT, (a, b, b, a)):
        return int(found[0][0])
    root = roots_of([a, b])
    clusters = bases_of(root.values())
    because: dict[str, Any] = {"words": why}
    if root[a] != root[b]:
        mine, other = clusters[root[a]], clusters[root[b]]
        overruled = rows(OVERRULE, (mine, other, mine, other))
        if overruled:
            because["overruled"] = [[x, y, when.isoformat(), who, said] for x, y, when, who, said in overruled]
        top = min(root.values())
        write_aliases(dict.fromkeys(mine + other, top))
    link = write_links([(a, b, rule, as_json(because), score, now(), by.pk if by else None)])[0]
    project({min(root.values())})
    return link
