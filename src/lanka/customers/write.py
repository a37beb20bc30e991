"""What was decided in memory, written: the same few statements for one event and for ten thousand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lanka.core.ids import uuid7
from lanka.customers.graph import Graph, Placed
from lanka.customers.models import Kind
from lanka.customers.normalise import Key
from lanka.customers.project import project, projection
from lanka.customers.review import ask, reason
from lanka.customers.rows import Row, as_json, columns, insert, rows

NEW_IDS = "SELECT nextval(pg_get_serial_sequence('customers_customer', 'id')) FROM generate_series(1, %s::int)"
CUSTOMERS = "id bigint, public_id uuid, created_at timestamptz, name text, language text, country text, zone text, search text"
FACTS = "customer_id bigint, kind text, value jsonb, source text, trust smallint, at timestamptz, by_id bigint"
IDENTIFIERS = "kind smallint, value text, written text, customer_id bigint, first_seen_at timestamptz, source text"
LINKS = """
INSERT INTO customers_link (a_id, b_id, rule, why, score, at, by_id, undone_why)
SELECT a, b, rule, why, score, at, by_id, ''
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::jsonb[], %s::float8[], %s::timestamptz[], %s::bigint[])
  AS l(a, b, rule, why, score, at, by_id)
RETURNING id
"""
ALIASES = """
INSERT INTO customers_alias (customer_id, root_id) SELECT * FROM unnest(%s::bigint[], %s::bigint[])
ON CONFLICT (customer_id) DO UPDATE SET root_id = excluded.root_id WHERE customers_alias.root_id <> excluded.root_id
"""


def names_of(key: Key) -> list[str]:
    return [Kind(key[0]).name.lower(), key[1]]


def trust_in(keys: Sequence[Key]) -> int:
    """How far we believe what somebody says of themselves, by what they have proven: 2 card, CRM or order, 3 an address, 4 nothing."""
    strongest = min((kind for kind, _ in keys), default=9)
    if strongest in (Kind.CRM, Kind.CARD, Kind.ORDER):
        return 2
    return 3 if strongest in (Kind.PHONE, Kind.EMAIL, Kind.ACCOUNT) else 4


def new_ids(n: int) -> list[int]:
    return [row[0] for row in rows(NEW_IDS, (n,))] if n else []


def ids_for(most: int) -> Callable[[], int]:
    """A source of new customers' ids that asks the sequence once."""
    reserved = iter(new_ids(most))
    return lambda: next(reserved)


@dataclass(slots=True)
class Write:
    """Collects what events mean; `flush` writes it all."""

    graph: Graph
    rule: str = "shared-identifier"
    customers: list[Row] = field(default_factory=list)
    facts: list[Row] = field(default_factory=list)
    identifiers: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    joined: list[int] = field(default_factory=list)  # bases whose person changed
    called: list[int] = field(default_factory=list)  # bases that we now know a phone of: it may tell their country
    questions: list[tuple[int, int, list[dict[str, object]], datetime]] = field(default_factory=list)

    def add(self, placed: Placed, *, at: datetime, source: str, written: Mapping[Key, str], names: Sequence[Row] = ()) -> None:
        """`names`: the (kind, value, trust) of facts that a new customer starts with, the most trusted first."""
        if placed.new:
            phones = [("phone", value) for kind, value in placed.learnt if kind == Kind.PHONE]
            self.customers.append((placed.base, uuid7(), at, *projection([*((kind, value) for kind, value, _ in names), *phones])))
            self.facts += [(placed.base, kind, as_json(value), source, trust, at, None) for kind, value, trust in names]
        elif any(kind == Kind.PHONE for kind, _ in placed.learnt):
            self.called.append(placed.base)
        self.identifiers += [(*key, written.get(key, ""), placed.base, at, source) for key in placed.learnt]
        for link in placed.links:
            why = as_json({"left": names_of(link.left), "right": names_of(link.right), "source": source})
            self.links.append((link.a, link.b, self.rule, why, None, at, None))
            self.joined.append(link.a)
        self.questions += [(no.a, no.b, [reason(no.rule, no.left, no.right)], at) for no in placed.refused]

    def flush(self) -> tuple[list[int], list[int]]:
        """The ids of the new links and of the reviews asked for."""
        insert("customers_customer", CUSTOMERS, self.customers)
        insert("customers_fact", FACTS, self.facts)
        insert("customers_identifier", IDENTIFIERS, self.identifiers)
        links = write_links(self.links)
        roots = {self.graph.root_of[base] for base in self.joined}
        write_aliases({base: root for root in roots for base in self.graph.clusters[root].bases})
        if roots := roots | {self.graph.root_of[base] for base in self.called}:
            project(roots)
        return links, ask(self.questions)


def write_links(links: Sequence[Row]) -> list[int]:
    """(a, b, rule, why, score, at, by)."""
    return [row[0] for row in rows(LINKS, columns(links, 7))] if links else []


def write_aliases(root_of: Mapping[int, int]) -> None:
    aliases = [(base, root) for base, root in root_of.items() if base != root]
    if aliases:
        rows(ALIASES, columns(aliases, 2))
