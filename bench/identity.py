"""`lanka bench identity [people]`: who is it, by the ten thousand and one at a time, with a million people known.

Batches are measured against plain COPY of the same rows into the same table, turn about in the same run.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection

from bench.big import FIRST, LAST, run
from bench.house import database, table
from lanka.customers.batch import Contact
from lanka.receive.history import Past, take_in

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BATCH = 10_000
# three identifiers each: a phone and an email, and a card or a browser
PEOPLE = """
INSERT INTO customers_customer (public_id, created_at, name, language, country, zone, search)
SELECT gen_random_uuid(), now(), f || ' ' || l, 'fi', 'FI', '', lower(f || ' ' || l) FROM (
  SELECT (%s::text[])[1 + mod(n, 20)] f, (%s::text[])[1 + mod(n / 20, 15)] || mod(n, 7000) l FROM generate_series(0, %s - 1) n) x
"""
IDENTIFIERS = """
INSERT INTO customers_identifier (kind, value, written, customer_id, first_seen_at, source)
SELECT kind, value, '', id, now(), 'bench' FROM customers_customer,
LATERAL (VALUES (3, '+35840' || lpad(id::text, 8, '0')), (4, 'p' || id || '@example.fi'),
  (CASE WHEN mod(id, 2) = 0 THEN 2 ELSE 9 END, 'X' || md5(id::text))) v(kind, value)
ORDER BY kind, value COLLATE "C"
"""


class World(NamedTuple):
    first: int
    people: int
    dice: random.Random


def fill(people: int) -> World:
    """Indexes are built once, after the rows; nothing is checked row by row. Vacuumed, as a house that has stood for a day is."""
    run("SET session_replication_role = replica")
    with without_indexes("customers_customer", "customers_identifier"):
        run(PEOPLE, FIRST, LAST, people)
        run(IDENTIFIERS)
    run("SET session_replication_role = DEFAULT")
    for table_name in ("customers_customer", "customers_identifier"):
        run(f"VACUUM (ANALYZE) {table_name}")
    run("CHECKPOINT")
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM customers_customer")
        return World(int(cursor.fetchone()[0]), people, random.Random(1))


@contextmanager
def without_indexes(*tables: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            [list(tables)],
        )
        indexes = cursor.fetchall()
    for name, _ in indexes:
        run(f'DROP INDEX "{name}"')
    yield
    for _, definition in indexes:
        run(definition)


def some_keys(world: World, mark: str) -> list[tuple[int, str]]:
    """88 % known, 6 % known with something new, 5 % new people, 1 % bridging two."""
    one, dice = world.first + world.dice.randrange(world.people), world.dice.random()
    phone, mail = (3, f"+35840{one:08d}"), (4, f"p{one}@example.fi")
    if dice < 0.88:
        return [phone, mail] if dice < 0.44 else [mail]
    if dice < 0.94:
        return [mail, (9, f"n{mark}{one}")]
    if dice < 0.99:
        return [(3, f"+48{world.dice.randrange(10**9):09d}"), (4, f"new{mark}{one}@example.pl")]
    return [phone, (4, f"p{world.first + world.dice.randrange(world.people)}@example.fi")]


class Measured(NamedTuple):
    """Seconds a batch."""

    plain: float
    resolving: float
    whole: float  # one after the other
    streamed: float  # as `lanka history` does it: the next batch is resolved while this one is written


def batches(world: World, rounds: int) -> Measured:
    from lanka.customers.batch import resolve_batch
    from lanka.timeline.record_batch import Happened, record_batch

    plain, resolving, whole = [], [], []
    for n in range(rounds):
        batch = past(world, f"{n}-")
        copied = [world.first + world.dice.randrange(world.people) for _ in range(BATCH)]
        rows = [Happened(base, "visit", NOON, "web", key=f"plain-{n}-{k}") for k, base in enumerate(copied)]
        plain.append(seconds(lambda rows=rows: record_batch(rows)))  # type: ignore[misc]
        start = time.perf_counter()
        bases = resolve_batch([one.contact for one in batch])
        resolving.append(time.perf_counter() - start)
        record_batch([Happened(base, "visit", NOON, "web", key=f"batch-{n}-{k}") for k, base in enumerate(bases)])
        whole.append(time.perf_counter() - start)
    listed = [past(world, f"s{n}-") for n in range(rounds)]
    streamed = seconds(lambda: list(take_in(listed))) / rounds
    return Measured(statistics.median(plain[1:]), statistics.median(resolving[1:]), statistics.median(whole[1:]), streamed)


def past(world: World, mark: str) -> list[Past]:
    people = (Contact(some_keys(world, mark), NOON, "bench", name="Maija Laine") for _ in range(BATCH))
    return [Past(contact, "visit", f"past-{mark}{k}", "web") for k, contact in enumerate(people)]


def seconds(doing: Callable[[], object]) -> float:
    start = time.perf_counter()
    doing()
    return time.perf_counter() - start


class Known(NamedTuple):
    kind: str
    value: str
    proven: bool = True


def singles(world: World, count: int) -> dict[str, str]:
    from lanka.customers.find import find
    from lanka.customers.models import Customer
    from lanka.customers.person import person

    def one() -> int:
        return world.first + world.dice.randrange(world.people)

    doings = recognitions(world, one) | {
        "person with all they have": lambda: _read(person(Customer(pk=one()))),
        "find 'maija lai'": lambda: find("maija lai"),
        "find by the last digits": lambda: find(f"{one():08d}"[2:]),
        "find 'p12345@'": lambda: find(f"p{one()}@"),
    }
    return {name: spread(doing, count if "find" not in name else min(count, 40)) for name, doing in doings.items()}


def recognitions(world: World, one: Callable[[], int]) -> dict[str, Callable[[], object]]:
    from lanka.customers.recognise import recognise

    def meet(*known: tuple[str, str], name: str = "") -> object:
        return recognise([Known(*each) for each in known], at=NOON, source="bench", name=name)

    def known() -> object:
        who = one()
        return meet(("phone", f"+35840{who:08d}"), ("email", f"p{who}@example.fi"))

    return {
        "known": known,
        "known, learns a browser": lambda: meet(("email", f"p{one()}@example.fi"), ("visitor", f"s{world.dice.random()}")),
        "new person": lambda: meet(("email", f"s{world.dice.randrange(10**9)}@example.pl"), name="Piotr Kowalski"),
        "joins two": lambda: meet(("phone", f"+35840{one():08d}"), ("email", f"p{one()}@example.fi")),
    }


def _read(who: object) -> None:
    for name in ("identifiers", "claims", "facts", "links", "reviews"):
        getattr(who, name)


def spread(doing: Callable[[], object], count: int) -> str:
    times = sorted(seconds(doing) * 1000 for _ in range(count))
    return f"p50 {times[count // 2]:.2f} ms, p95 {times[int(count * 0.95)]:.2f} ms"


def main(argv: Sequence[str]) -> int:
    people = int(argv[0]) if argv else 1_000_000
    with database("lanka_bench_identity"):
        start = time.perf_counter()
        world = fill(people)
        filled = time.perf_counter() - start
        took = batches(world, 15)
        ratio = took.plain / took.streamed
        table(
            f"identity: {people:,} people, {people * 3:,} identifiers; batches of {BATCH:,}",
            {
                "filled in": f"{filled:.0f} s",
                "plain COPY": f"{BATCH / took.plain:,.0f}/s",
                "resolve only": f"{BATCH / took.resolving:,.0f}/s",
                "resolve, then COPY": f"{BATCH / took.whole:,.0f}/s",
                "both at once, as `lanka history`": f"{BATCH / took.streamed:,.0f}/s",
                "ratio (bar 0.35)": f"{ratio:.2f}",
            },
        )
        table("identity: one at a time", singles(world, 300))
    return 0 if ratio >= 0.35 else 1
