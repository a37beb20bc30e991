"""The decision: one row for each person and message, for one person or a million, in earnest, dry, or only supposed.

The steps lie in `sql/`, in the order of STEPS, and are one statement: what is read is read once, for many people at a time.
`by_hand.py` says the same for one person in plain Python, and a test holds the two against each other.

Two campaigns that are judged at once cannot both send to one person: whoever judges holds the lock of the person's block of ids
(65,536 in a row) until the commit, so the second sees what the first has promised.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from lanka.customers.models import Customer
from lanka.decide.models import Message, Verdict
from lanka.decide.question import Question, ask, parameters
from lanka.decide.tally import Tally
from lanka.decide.when import when

SQL = Path(__file__).with_name("sql")
STEPS = ("people", "slots", "said", "wishes", "clocks", "ways", "caps", "doubles", "verdicts")
MANY = 50_000  # from here on two connections
LOCK = 0x6A756467  # 'judg'
OWN = "AND NOT (v.message_id = %(message)s AND v.occurrence = %(occurrence)s)"
SPARSE = 4  # times as many ids in the range as people: looked up one by one
# how many rows a step has nobody knows before; a loop in a loop over two of them would never end
PLAN = "SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off; SET LOCAL work_mem = '96MB'; SET LOCAL jit = off"
BACK = (
    "SET LOCAL enable_nestloop TO DEFAULT; SET LOCAL enable_mergejoin TO DEFAULT; SET LOCAL work_mem TO DEFAULT; SET LOCAL jit TO DEFAULT"
)
People = Iterable[int] | str
Counted = tuple[Any, ...]  # a row of TALLY
# 50,000 people in a transaction: short enough for the readers of the timeline, and what they need stays in the processor's cache;
# fewer of those who are several bases
ROOTS = """
SELECT joined, count(*), min(root), max(root), array_agg(root)::text, array_agg(DISTINCT root >> 16) FROM (
  SELECT root, joined, (row_number() OVER (PARTITION BY joined ORDER BY root) - 1) / CASE WHEN joined THEN 5000 ELSE 50000 END AS chunk
  FROM (
    SELECT DISTINCT coalesce(a.root_id, asked.id) AS root, o.root_id IS NOT NULL AS joined
    FROM ({asked}) AS asked(id) LEFT JOIN customers_alias a ON a.customer_id = asked.id
    LEFT JOIN (SELECT DISTINCT root_id FROM customers_alias) o ON o.root_id = coalesce(a.root_id, asked.id)
  ) roots
) numbered GROUP BY joined, chunk ORDER BY joined, chunk
"""
PLACES = "SELECT DISTINCT country, zone FROM customers_customer WHERE {}"
BASES = """
SELECT array_agg(base ORDER BY base)::text, array_agg(root ORDER BY base)::text FROM (
  SELECT r AS base, r AS root FROM unnest(%(roots)s::bigint[]) r
  UNION ALL SELECT customer_id, root_id FROM customers_alias WHERE root_id = ANY(%(roots)s::bigint[])
) b
"""
TALLY = """
SELECT outcome, reason, line, count(*), min(root), max(root), min(send_at), max(send_at) FROM verdicts GROUP BY outcome, reason, line
"""
ONE = """
SELECT root AS customer_id, outcome, reason, line AS line_id, address, language, send_at, ladder, because::text FROM verdicts
"""


def judge(
    message: Message,
    people: People,
    *,
    occurrence: str = "",
    at: datetime | None = None,
    dry: bool = False,
    again: bool = False,
    values: Mapping[str, Any] | None = None,
) -> Tally:
    """Decides for these people and writes their verdicts; who has one keeps it. What it came to.

    `people`: ids of customers (any base of theirs), or SQL that gives them in one column. `dry`: writes nothing. `again`: asks
    only those once more whose answer waits or was not yet taken by `deliver`. `values`: of the words, kept with each verdict.
    """
    question = ask(message, occurrence=occurrence, at=at)
    chunks = chunks_of(people)
    options = {"again": again, "fresh": dry, "values": json.dumps(values) if values else None}
    waiting = iter(chunks)

    def work() -> list[Counted]:
        return [row for chunk in waiting for row in judge_chunk(question, chunk, options, dry=dry)]

    tally = Tally(slots=question.slots)
    if sum(chunk.people for chunk in chunks) < MANY or connection.in_atomic_block:
        return tally.add(work())
    with ThreadPoolExecutor(2) as two:
        for half in [two.submit(apart, work) for _ in range(2)]:
            tally.add(half.result())
    return tally


def judge_one(message: Message, customer: Customer, *, occurrence: str = "", at: datetime | None = None) -> Verdict:
    """What would be decided for this person, whatever was decided before. Not saved."""
    found = suppose(ask(message, occurrence=occurrence, at=at), customer.pk)
    if found is None:
        raise Customer.DoesNotExist(customer.pk)
    return found


def suppose(question: Question, customer: int) -> Verdict | None:
    """None: there is no such customer."""
    [chunk] = chunks_of([customer])
    values = {**parameters(question), **numbers(question, chunk), "again": False, "fresh": True}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PLAN)
        cursor.execute(statement(dense=chunk.dense, joined=chunk.joined, written=False, own=True) + ONE, values)
        found = cursor.fetchone()
        names = [column.name for column in cursor.description]
        cursor.execute(BACK)
    if found is None:
        return None
    row = dict(zip(names, found, strict=True))
    row["because"] = json.loads(row["because"])
    return Verdict(message=question.message, occurrence=question.occurrence, decided_at=question.at, **row)


@dataclass(frozen=True, slots=True)
class Chunk:
    """People that are judged together, as PostgreSQL writes lists: they only pass through here. `joined`: they are several bases
    each, and those may lie anywhere.
    """

    joined: bool
    people: int
    low: int
    high: int
    roots: str
    blocks: list[int]

    @property
    def dense(self) -> bool:
        """Most of the ids between the first and the last are asked about."""
        return not self.joined and self.people * SPARSE > self.high - self.low


def chunks_of(people: People) -> list[Chunk]:
    """Sorted by id, so that everything of theirs is read in the order it lies."""
    asked, values = (people, {}) if isinstance(people, str) else ("SELECT unnest(%(people)s::bigint[])", {"people": list(people)})
    with connection.cursor() as cursor:
        cursor.execute(ROOTS.format(asked=asked), values or None)
        return [Chunk(*row) for row in cursor.fetchall()]


def judge_chunk(question: Question, chunk: Chunk, options: Mapping[str, Any], *, dry: bool) -> list[Counted]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        if not dry:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, (b & 2147483647)::int) FROM unnest(%s::bigint[]) b", [LOCK, chunk.blocks])
        values = {**parameters(question), **numbers(question, chunk), **options}
        text = statement(dense=chunk.dense, joined=chunk.joined, written=not dry, own=options["again"] or options["fresh"])
        cursor.execute(PLAN)
        cursor.execute(text + TALLY, values)
        counted = list(cursor.fetchall())
        cursor.execute(BACK)
        return counted


def numbers(question: Question, chunk: Chunk) -> dict[str, Any]:
    """What differs from chunk to chunk: the ids, and the clocks of the places where these people live."""
    bases = roots = chunk.roots
    span: dict[str, Any] = {"roots": chunk.roots, "low": chunk.low, "high": chunk.high}
    with connection.cursor() as cursor:
        if chunk.joined:
            cursor.execute(BASES, span)
            bases, roots = cursor.fetchone()
        elif chunk.dense:
            bases = roots = "{}"  # nobody looks
        cursor.execute(PLACES.format("id BETWEEN %(low)s AND %(high)s" if chunk.dense else "id = ANY(%(roots)s::bigint[])"), span)
        places = list(enumerate((str(country), str(zone)) for country, zone in cursor.fetchall()))
    paces = ["now", *(pace for pace in question.topic.frequencies if pace != "now")]
    clocks = [(no, pace, *when(question.wait, country, zone, pace)) for no, (country, zone) in places for pace in paces]
    return {
        "people": chunk.roots,
        "low": chunk.low,
        "high": chunk.high,
        "bases": bases,
        "roots": roots,
        "places": [no for no, _ in places],
        "countries": [country for _, (country, _) in places],
        "zones": [zone for _, (_, zone) in places],
        "clock_no": list(range(len(clocks))),
        "clock_place": [clock[0] for clock in clocks],
        "clock_pace": [clock[1] for clock in clocks],
        "clock_at": [clock[2] for clock in clocks],
        "clock_because": [json.dumps(clock[3]) for clock in clocks],
    }


def apart(work: Callable[[], list[Counted]]) -> list[Counted]:
    """In a thread: with a connection of its own."""
    try:
        return work()
    finally:
        connection.close()


@cache
def statement(*, dense: bool, joined: bool, written: bool, own: bool) -> str:
    """The steps as one statement. Who is one base alone needs no look into `bases`; of people who lie apart, each is looked up by
    itself and not the whole range of ids.
    """
    steps = (*STEPS, "write") if written else STEPS
    text = "WITH " + ",\n".join((SQL / f"{step}.sql").read_text().rstrip() for step in steps)
    text = text.replace("/* own */", OWN if own else "")
    if not joined:
        text = re.sub(r"JOIN bases b ON b.base = (\S+)", r"CROSS JOIN LATERAL (SELECT \1 AS root) b", text)
    return text if dense else text.replace("BETWEEN %(low)s AND %(high)s", "= ANY(%(bases)s::bigint[])")
