"""Where the fifths of all who bought begin: recency in days, frequency in orders, money in minor units of each currency.

Fixed between two nights, so that one purchase changes one person's score and not everybody's.
"""

from __future__ import annotations

import math
from typing import Any

from django.db import connection

from lanka.core.clock import now
from lanka.outreach.models import Scale, Segment
from lanka.outreach.rules import Group, Leaf, Score, conditions, read

BOUGHT = """
WITH bought AS (
  SELECT coalesce(a.root_id, o.customer_id) AS root, o.currency, sum(o.amount) AS money, count(*) AS orders, max(o.at) AS last
  FROM commerce_order o LEFT JOIN customers_alias a ON a.customer_id = o.customer_id WHERE o.status <> 'returned' GROUP BY 1, 2
), people AS (SELECT root, sum(orders) AS orders, max(last) AS last FROM bought GROUP BY 1)
"""
DAYS_AND_ORDERS = """
SELECT percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY extract(epoch FROM %s - last) / 86400),
       percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY orders) FROM people
"""
MONEY = "SELECT currency, percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY money) FROM bought GROUP BY 1"


def rescale() -> Scale:
    """The nightly look at everybody; segments with scores are built anew."""
    at = now()
    with connection.cursor() as cursor:
        cursor.execute(BOUGHT + DAYS_AND_ORDERS, [at])
        recency, frequency = cursor.fetchone()
        cursor.execute(BOUGHT + MONEY)
        money = {currency: [int(cut) for cut in cuts] for currency, cuts in cursor.fetchall()}
    cuts: dict[str, Any] = {
        "recency": [math.floor(cut) + 1 for cut in recency or []],
        "frequency": [int(cut) for cut in frequency or []],
        "money": money,
    }
    made = Scale.objects.create(at=at, cuts=cuts)
    Segment.objects.filter(pk__in=scored()).update(built_at=None)
    return made


def ready(rule: Leaf | Group) -> None:
    """The first rule that asks for a score: the fifths are worked out at once, not next night."""
    if any(isinstance(one, Score) for one in conditions(rule)) and not Scale.objects.exists():
        rescale()


def scored() -> set[int]:
    """Segments whose rule, or that of one they name, asks for a score."""
    rows = list(Segment.objects.filter(retired_at=None).values_list("pk", "rule", "uses"))
    own = {pk for pk, rule, _uses in rows if any(isinstance(one, Score) for one in conditions(read(rule)))}
    return own | {pk for pk, _rule, uses in rows if own & set(uses)}
