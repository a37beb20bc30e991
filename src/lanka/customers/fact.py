"""What is learnt about somebody. Facts stand side by side with their sources; the most trusted is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from lanka.core.clock import now
from lanka.customers.claim import claim
from lanka.customers.load import roots_of
from lanka.customers.models import Customer, Fact
from lanka.customers.names import language_tag, tidy
from lanka.customers.project import project
from lanka.customers.rows import as_json, lock, rows
from lanka.people.models import User

BY_US, BY_SYSTEM, PROVEN, TYPED = 1, 2, 3, 4  # `Fact.trust`
SYSTEMS = frozenset({"agent", "crm", "shop", "erp"})
SHOWN = frozenset({"name", "language", "address", "time_zone"})  # the projection is made of them
SAME = """
SELECT id FROM customers_fact
WHERE customer_id = %s AND kind = %s AND value = %s::jsonb AND source = %s AND trust = %s LIMIT 1
"""
ADD = """
INSERT INTO customers_fact (customer_id, kind, value, source, trust, at, by_id)
VALUES (%s, %s, %s::jsonb, %s, %s, %s, %s) RETURNING id
"""


PARTS = ("name", "co", "street", "postcode", "town", "country")


def written(address: Any) -> list[str]:
    """The lines of an address, however it was told: by its parts, or as lines."""
    return [str(address[part]) for part in PARTS if address.get(part)] if isinstance(address, dict) else [str(line) for line in address]


def learn(
    customer: Customer, kind: str, value: Any, *, source: str, by: User | None = None, trust: int | None = None, at: datetime | None = None
) -> Fact:
    """Keeps a fact about this customer and shows it where it is the best one. `kind`: 'name', 'language', 'address' (by
    its `PARTS`), 'time_zone' (IANA), 'birth_date' (ISO), 'note' or an own field. The same thing from the same source is kept once.

    `trust`: 1 said by somebody here, 2 from a system of ours, 3 by a person whose address is proven, 4 by anybody; else it
    follows from `by` and `source`.
    """
    if trust is None:
        trust = BY_US if by is not None or source == "agent" else BY_SYSTEM if source in SYSTEMS else TYPED
    value = tidy(value) if kind == "name" else language_tag(value) if kind == "language" else value
    with transaction.atomic(savepoint=False):
        if kind == "address":
            claim(customer, "postal", "\n".join(written(value)), source=source)  # by which the same household is found
        return Fact.objects.get(pk=_keep(customer, kind, value, source=source, trust=trust, at=at or now(), by=by)[0])


def learn_told(customer: Customer, person: Customer, trust: int, *, name: str, language: str, at: datetime, source: str) -> list[int]:
    """What a contact says of itself, where it differs from what is shown. The ids of what is new."""
    new = []
    for kind, value, shown in (("name", name, person.name), ("language", language, person.language)):
        if value and value != shown:
            fact, added = _keep(customer, kind, value, source=source, trust=trust, at=at, by=None)
            new += [fact] if added else []
    return new


def _keep(customer: Customer, kind: str, value: Any, *, source: str, trust: int, at: datetime, by: User | None) -> tuple[int, bool]:
    text = as_json(value)
    same = (customer.pk, kind, text, source, trust)
    if found := rows(SAME, same):
        return int(found[0][0]), False
    with transaction.atomic(savepoint=False):
        if kind in SHOWN:
            lock()  # two facts at once, or a fact during a merge: the projection must see both
            if found := rows(SAME, same):
                return int(found[0][0]), False
        fact = int(rows(ADD, (*same[:5], at, by.pk if by else None))[0][0])
        if kind in SHOWN:
            project([roots_of([customer.pk])[customer.pk]])
    return fact, True
