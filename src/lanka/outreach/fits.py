"""Who fits a rule, now: asked of some people (journeys, changed people) or of everybody (building, trying)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from psycopg import sql

from lanka.core.clock import now
from lanka.customers.load import bases_of, roots_of
from lanka.outreach.compile import Compiling, statement
from lanka.outreach.models import Scale, Segment
from lanka.outreach.rules import Group, Leaf, named, read


class Answer(NamedTuple):
    root: int
    holds: bool
    next: datetime | None  # when to ask again although nothing happened; None: never


def compiled(rule: Leaf | Group, at: datetime, bases: dict[int, int] | None = None) -> sql.Composed:
    """SELECT root, holds, next. Raises BadRule."""
    scale = Scale.objects.order_by("-at").first()
    return statement(Compiling(at, bases, scale.cuts if scale else {}, rules_of(named(rule))), rule)


def rules_of(wanted: Iterable[int]) -> dict[int, Leaf | Group]:
    """The rules of these segments and of those that they name."""
    found: dict[int, Leaf | Group] = {}
    wanted = set(wanted)
    while missing := wanted - set(found):
        rows = Segment.objects.filter(pk__in=missing).values_list("pk", "rule")
        read_now = {pk: read(data) for pk, data in rows}
        if not read_now:
            break
        found |= read_now
        wanted = set(found).union(*(named(rule) for rule in read_now.values()))
    return found


def cluster(bases: Iterable[int]) -> dict[int, int]:
    """base → root, of all bases of the people that these belong to."""
    return {base: root for root, all_of_it in bases_of(set(roots_of(set(bases)).values())).items() for base in all_of_it}


def answers(rule: Leaf | Group, whom: dict[int, int], at: datetime | None = None) -> list[Answer]:
    """Of these people (`cluster`). Those who were erased are left out."""
    if not whom:
        return []
    asked = sql.SQL("SELECT root, holds, nullif(next, 'infinity') FROM ({}) a").format(compiled(rule, at or now(), whom))
    with connection.cursor() as cursor:
        cursor.execute(asked)  # type: ignore[arg-type]
        return [Answer(*row) for row in cursor.fetchall()]


def fitting(rule: dict[str, Any] | Leaf | Group, bases: Collection[int]) -> set[int]:
    """Those of the bases whose person fits now. For a journey's condition: `customer.pk in fitting(rule, [customer.pk])`."""
    tree = read(rule) if isinstance(rule, dict) else rule
    whom = cluster(bases)
    roots = {answer.root for answer in answers(tree, whom) if answer.holds}
    return {base for base in bases if whom.get(base) in roots}
