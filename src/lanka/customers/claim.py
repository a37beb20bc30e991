"""What somebody says is theirs, without proof."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from lanka.core.clock import now
from lanka.customers.load import load, roots_of
from lanka.customers.models import Claim, Customer, Kind, Review
from lanka.customers.normalise import Told, read
from lanka.customers.review import ask, reason
from lanka.customers.rows import columns, rows

ADD = """
INSERT INTO customers_claim (customer_id, kind, value, written, at, source)
SELECT n.* FROM unnest(%s::bigint[], %s::smallint[], %s::text[], %s::text[], %s::timestamptz[], %s::text[])
  AS n(customer_id, kind, value, written, at, source)
ON CONFLICT (customer_id, kind, value) DO NOTHING RETURNING id
"""


def claim(customer: Customer, kind: str, value: str, *, source: str, country: str = "FI") -> Claim | None:
    """Keeps an unproven identifier of this customer. None: it says nothing, or is proven as theirs already."""
    told = read(_Typed(kind, value), country)
    if told is None:
        return None
    with transaction.atomic(savepoint=False):
        note_claims(customer, [told], at=now(), source=source)
    return Claim.objects.filter(customer=customer, kind=told.kind, value=told.value).first()


def note_claims(customer: Customer, told: Sequence[Told], *, at: datetime, source: str) -> tuple[list[int], Review | None]:
    """New claims' ids; and the review, when another person holds one of them proven: shown, never joined."""
    if not told:
        return [], None
    graph, shared = load([one.key for one in told if one.kind != Kind.POSTAL], extra=[customer.pk])
    mine = roots_of([customer.pk])[customer.pk]
    owner = {key: graph.root_of[base] for key, base in graph.base_of.items()}
    claims = [one for one in told if one.key not in shared and owner.get(one.key) != mine]
    if not claims:
        return [], None
    table = [(customer.pk, int(one.kind), one.value, one.written, at, source) for one in claims]
    asked = [one for one in claims if one.key in owner]
    with transaction.atomic(savepoint=False):
        ids = [row[0] for row in rows(ADD, columns(table, 6))]
        reviews = ask((customer.pk, graph.base_of[one.key], [reason("claimed", one.key, one.key, 0.6)], at) for one in asked) if ids else []
    return ids, Review.objects.get(pk=reviews[0]) if reviews else None


class _Typed:
    proven = False

    def __init__(self, kind: str, value: str) -> None:
        self.kind = kind
        self.value = value
