"""The part of the graph that some identifiers touch, read from the tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from lanka.customers.graph import Graph
from lanka.customers.normalise import Key
from lanka.customers.rows import rows

KNOWN = """
SELECT k.kind, k.value, i.customer_id, coalesce(a.root_id, i.customer_id), s.id IS NOT NULL
FROM unnest(%s::smallint[], %s::text[]) AS k(kind, value)
LEFT JOIN customers_identifier i ON i.kind = k.kind AND i.value = k.value COLLATE "C"
LEFT JOIN customers_alias a ON a.customer_id = i.customer_id
LEFT JOIN customers_shared s ON s.kind = k.kind AND s.value = k.value COLLATE "C"
"""
HELD = """
WITH b(id, root) AS (
  SELECT r, r FROM unnest(%s::bigint[]) r
  UNION ALL SELECT a.customer_id, a.root_id FROM customers_alias a WHERE a.root_id = ANY(%s::bigint[])
) SELECT b.root, b.id, i.kind, i.value FROM b LEFT JOIN customers_identifier i ON i.customer_id = b.id
"""
APART = """
SELECT a, b FROM customers_nolink WHERE a = ANY(%s::bigint[]) AND b = ANY(%s::bigint[])
"""


def load(keys: Sequence[Key], *, extra: Collection[int] = ()) -> tuple[Graph, set[Key]]:
    """What is known of these identifiers, their people whole (and those of the bases in `extra`); and which are shared."""
    graph, shared = Graph(), set()
    for kind, value, base, root, is_shared in rows(KNOWN, ([kind for kind, _ in keys], [value for _, value in keys])):
        if is_shared:
            shared.add((kind, value))
        elif base is not None:
            graph.base_of[kind, value] = base
            graph.root_of[base] = root
    graph.root_of.update(roots_of(extra))
    load_people(graph, set(graph.root_of.values()))
    return graph, shared


def load_people(graph: Graph, roots: Collection[int]) -> None:
    """Whole clusters: all bases, all they hold, and who they are not."""
    if not roots:
        return
    wanted = list(roots)
    members: dict[int, set[int]] = {root: {root} for root in wanted}
    held = rows(HELD, (wanted, wanted))
    for root, base, _, _ in held:
        members[root].add(base)
    for root, bases in members.items():
        graph.add(root, sorted(bases))
    for root, _, kind, value in held:
        if kind is not None:
            graph.clusters[root].hold((kind, value))
    if len(wanted) > 1:
        everybody = list(graph.root_of)
        for a, b in rows(APART, (everybody, everybody)):
            graph.part(a, b)


def roots_of(bases: Iterable[int]) -> dict[int, int]:
    """base -> root."""
    wanted = list(bases)
    if not wanted:
        return {}
    found: dict[int, int] = dict(rows("SELECT customer_id, root_id FROM customers_alias WHERE customer_id = ANY(%s::bigint[])", (wanted,)))
    return {base: found.get(base, base) for base in wanted}


def bases_of(roots: Iterable[int]) -> dict[int, list[int]]:
    """root -> its bases, the oldest (itself) first."""
    wanted = list(roots)
    clusters: dict[int, list[int]] = {root: [root] for root in wanted}
    for base, root in rows(
        "SELECT customer_id, root_id FROM customers_alias WHERE root_id = ANY(%s::bigint[]) ORDER BY customer_id", (wanted,)
    ):
        clusters[root].append(base)
    return clusters
