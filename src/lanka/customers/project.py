"""What a person is called: a pure function of the facts of all their bases, so that an undo restores it to the letter."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from lanka.customers.load import bases_of
from lanka.customers.names import search_words
from lanka.customers.rows import Row, columns, rows

FACTS = """
SELECT customer_id, kind, value #>> '{}' FROM customers_fact
WHERE kind IN ('name', 'language') AND customer_id = ANY(%s::bigint[])
ORDER BY trust, at DESC, id DESC
"""
WRITE = """
UPDATE customers_customer c SET name = n.name, language = n.language, search = n.search
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS n(id, name, language, search)
WHERE c.id = n.id AND (c.name, c.language, c.search) IS DISTINCT FROM (n.name, n.language, n.search)
"""


class Projection(NamedTuple):
    name: str = ""
    language: str = ""
    search: str = ""


def projection(facts: Iterable[tuple[str, str]]) -> Projection:
    """`facts`: (kind, value), the most trusted first, the newest first among equals."""
    listed = list(facts)
    names = [value for kind, value in listed if kind == "name"]
    language = next((value for kind, value in listed if kind == "language"), "")
    return Projection(names[0] if names else "", language, search_words(names))


def project(roots: Collection[int]) -> None:
    """Writes the projection of these people on all their bases. The caller holds the lock."""
    clusters = bases_of(roots)
    root_of = {base: root for root, bases in clusters.items() for base in bases}
    facts: dict[int, list[tuple[str, str]]] = {root: [] for root in clusters}
    for base, kind, value in rows(FACTS, (list(root_of),)):
        facts[root_of[base]].append((kind, value))
    written: list[Row] = []
    for root, bases in clusters.items():
        name, language, search = projection(facts[root])
        written += [(base, name, language, search if base == root else "") for base in bases]
    rows(WRITE, columns(sorted(written), 4))
