"""What a person is called and where they live: a pure function of what is known of all their bases, so that an undo restores it
to the letter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from lanka.customers.load import bases_of
from lanka.customers.names import search_words
from lanka.customers.rows import Row, columns, rows
from lanka.customers.where import country_code, phone_country, zone_name

FACTS = """
SELECT customer_id, kind, told FROM (
  SELECT customer_id, kind, CASE kind WHEN 'address' THEN coalesce(value ->> 'country', '') ELSE value #>> '{}' END AS told, trust, at, id
  FROM customers_fact WHERE kind IN ('name', 'language', 'address', 'time_zone') AND customer_id = ANY(%s::bigint[])
  UNION ALL
  SELECT customer_id, 'phone', value, 9, first_seen_at, id FROM customers_identifier
  WHERE kind = 3 AND customer_id = ANY(%s::bigint[])
) known ORDER BY trust, at DESC, id DESC
"""
WRITE = """
UPDATE customers_customer c SET name = n.name, language = n.language, country = n.country, zone = n.zone, search = n.search
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[]) AS n(id, name, language, country, zone, search)
WHERE c.id = n.id
  AND (c.name, c.language, c.country, c.zone, c.search) IS DISTINCT FROM (n.name, n.language, n.country, n.zone, n.search)
"""


class Projection(NamedTuple):
    name: str = ""
    language: str = ""
    country: str = ""
    zone: str = ""
    search: str = ""


def projection(facts: Iterable[tuple[str, str]]) -> Projection:
    """`facts`: (kind, value), the most trusted first, the newest first among equals. Kinds: 'name', 'language', 'time_zone',
    'address' (its country), 'phone' (E.164).
    """
    listed = list(facts)
    names = [value for kind, value in listed if kind == "name"]
    language = next((value for kind, value in listed if kind == "language"), "")
    zone = next((found for kind, value in listed if kind == "time_zone" and (found := zone_name(value))), "")
    return Projection(names[0] if names else "", language, country_in(listed), zone, search_words(names))


def country_in(facts: Iterable[tuple[str, str]]) -> str:
    """By the postal address; where none tells it, by the phone number."""
    listed = list(facts)
    addressed = (country_code(value) for kind, value in listed if kind == "address" and value)
    called = (phone_country(value) for kind, value in listed if kind == "phone")
    return next((found for found in (*addressed, *called) if found), "")


def project(roots: Collection[int]) -> None:
    """Writes the projection of these people on all their bases. The caller holds the lock."""
    clusters = bases_of(roots)
    root_of = {base: root for root, bases in clusters.items() for base in bases}
    facts: dict[int, list[tuple[str, str]]] = {root: [] for root in clusters}
    for base, kind, value in rows(FACTS, (list(root_of), list(root_of))):
        facts[root_of[base]].append((kind, value))
    written: list[Row] = []
    for root, bases in clusters.items():
        *shown, search = projection(facts[root])
        written += [(base, *shown, search if base == root else "") for base in bases]
    rows(WRITE, columns(sorted(written), 6))
