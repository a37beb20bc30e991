"""What a rule comes to while it is being written: how many, and ten of them."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction
from django.db.models import Max, Min
from psycopg import sql
from psycopg.errors import QueryCanceled

from lanka.core.clock import now
from lanka.customers.models import Customer
from lanka.outreach.fits import answers, cluster, compiled
from lanka.outreach.rules import Group, Leaf
from lanka.outreach.scale import ready

PATIENCE = 1.5  # seconds for the exact answer
SAMPLE = 4000
EXAMPLES = 10
ASK = """
WITH f AS MATERIALIZED (SELECT root FROM ({}) a WHERE holds)
SELECT (SELECT count(*) FROM f), ARRAY(SELECT root FROM f ORDER BY root DESC LIMIT {})
"""
EVERYBODY = """
SELECT count(*) FROM customers_customer c
WHERE erased_at IS NULL AND NOT EXISTS (SELECT FROM customers_alias a WHERE a.customer_id = c.id)
"""


@dataclass(frozen=True)
class Tried:
    size: int
    exact: bool  # False: from a sample of `asked` people
    of: int  # how many people there are
    asked: int
    people: list[Customer]
    seconds: float


def trial(rule: Leaf | Group, patience: float = PATIENCE) -> Tried:
    """Keeps nothing of it. Raises BadRule."""
    ready(rule)
    start, everybody = time.monotonic(), people()
    found = exactly(rule, patience)
    exact = found is not None
    size, roots, asked = (*found, everybody) if found is not None else by_sample(rule, everybody)
    known = Customer.objects.in_bulk(roots)
    return Tried(size, exact, everybody, asked, [known[root] for root in roots if root in known], time.monotonic() - start)


def people() -> int:
    with connection.cursor() as cursor:
        cursor.execute(EVERYBODY)
        return int(cursor.fetchone()[0])


def exactly(rule: Leaf | Group, patience: float) -> tuple[int, list[int]] | None:
    """None: it would take longer."""
    asked = sql.SQL(ASK).format(compiled(rule, now()), EXAMPLES)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; SET LOCAL statement_timeout = {max(1, int(patience * 1000))}"
            )
            cursor.execute(asked)  # type: ignore[arg-type]
            size, roots = cursor.fetchone()
            cursor.execute("SET LOCAL statement_timeout = 0")
            return int(size), list(roots)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return None
        raise


def by_sample(rule: Leaf | Group, everybody: int) -> tuple[int, list[int], int]:
    """Some people by chance: their share of all."""
    ends = Customer.objects.aggregate(low=Min("pk"), high=Max("pk"))
    picked = {random.randint(ends["low"], ends["high"]) for _ in range(SAMPLE)}  # noqa: S311
    bases = list(Customer.objects.filter(pk__in=picked, alias=None, erased_at=None).values_list("pk", flat=True))
    found = answers(rule, cluster(bases))
    roots = sorted(one.root for one in found if one.holds)
    return round(everybody * len(roots) / max(1, len(found))), roots[:EXAMPLES], len(found)
