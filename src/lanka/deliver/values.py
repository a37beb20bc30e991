"""What is known of people that words are filled with: nested plain data, as `content.fields` names it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

Values = dict[str, Any]

FACTS = """
SELECT DISTINCT ON (coalesce(a.root_id, f.customer_id), f.kind) coalesce(a.root_id, f.customer_id), f.kind, f.value
FROM customers_fact f LEFT JOIN customers_alias a ON a.customer_id = f.customer_id
WHERE f.kind IN ('address', 'tracking') AND (f.customer_id = ANY(%(ids)s)
   OR f.customer_id IN (SELECT customer_id FROM customers_alias WHERE root_id = ANY(%(ids)s)))
ORDER BY coalesce(a.root_id, f.customer_id), f.kind, f.at DESC
"""


def of_person(name: str, city: str) -> Values:
    given, _, family = name.strip().partition(" ")
    return {"person": {"name": name.strip(), "first_name": given, "last_name": family.strip(), "city": city}}


def merged(*layers: Mapping[str, Any]) -> Values:
    """Group by group; what comes later wins: the profile, then the message's, then this person's own."""
    found: Values = {}
    for layer in layers:
        for group, held in layer.items():
            found[group] = {**found.get(group, {}), **held} if isinstance(held, Mapping) else held
    return found


def facts(roots: Sequence[int]) -> dict[tuple[int, str], Any]:
    """(root, kind) → the newest fact of the person: where they live, and 'no' where they do not want their links followed."""
    with connection.cursor() as cursor:
        cursor.execute(FACTS, {"ids": list(roots)})
        return {(customer, kind): json.loads(value) for customer, kind, value in cursor.fetchall()}


def of_people(people: Sequence[tuple[int, str]]) -> list[Values]:
    """`people`: (root, name). In their order."""
    known = facts([customer for customer, _ in people])
    found = []
    for customer, name in people:
        address = known.get((customer, "address"))
        values = of_person(name, str(address.get("town") or "") if isinstance(address, dict) else "")
        found.append({**values, "tracked": False} if known.get((customer, "tracking")) == "no" else values)
    return found
