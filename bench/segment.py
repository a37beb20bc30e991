"""`lanka bench segment [people]`: twenty segments over a million people: first build of each and all, then news and time.

W3 of the notes on peers: a segment such as 'bought a bicycle more than six months ago, not serviced since' and nested ones are among them.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from bench.big import FIRST, LAST, run
from bench.house import database, memory, table
from bench.identity import PEOPLE, without_indexes

LANGUAGES = "UPDATE customers_customer SET language = (ARRAY['fi','fi','fi','sv','pl','en'])[1 + mod(id, 6)]"
ADDRESSES = """
INSERT INTO customers_fact (customer_id, kind, value, source, trust, at)
SELECT id, 'address', jsonb_build_object('street', 'Katu ' || mod(id, 90), 'postcode', lpad(mod(id * 7, 99999)::text, 5, '0'),
  'town', (ARRAY['Helsinki','Turku','Tampere','Kraków'])[1 + mod(id, 4)], 'country', CASE WHEN mod(id, 4) = 3 THEN 'PL' ELSE 'FI' END),
  'bench', 1, now() FROM customers_customer
"""
ORDERS = """
INSERT INTO commerce_order (number, customer_id, at, status, lines, amount, currency, parcel)
SELECT 'B' || n, %s + mod(n * 7919::bigint, %s), now() - make_interval(hours => mod(n * 104729::bigint, 17520)::int), 'done',
  jsonb_build_array(jsonb_build_object('name', w || ' model', 'sku', 's' || mod(n, 40), 'category', w, 'quantity', 1, 'amount', a)),
  a, 'EUR', '{}'
FROM generate_series(1, %s) n,
  LATERAL (SELECT (ARRAY['bicycle','service','accessory','accessory'])[1 + mod(n / 3, 4)] w, 1000 + mod(n * 31, 99000) a) v
"""
EVENTS = """
INSERT INTO timeline_event (public_id, recorded_at, customer_id, at, kind, channel, text, data)
SELECT gen_random_uuid(), now(), %s + mod(n * 6007::bigint, %s), now() - make_interval(mins => mod(n * 7727::bigint, 525600)::int),
  (ARRAY['visit','message.in','message.out','purchase','receipt.read'])[1 + mod(n, 5)], '', '', '{}' FROM generate_series(1, %s) n
"""
STANDING = """
INSERT INTO customers_standing (customer_id, topic_id, channel, granted, at, consent_id)
SELECT id, t.tid, '', mod(id + t.tid, 3) <> 0, now(), id FROM customers_customer, (SELECT id AS tid FROM customers_topic LIMIT 2) t
"""
BIKE = {"is": "bought", "what": "category", "value": "bicycle"}
SERVICE = {"is": "bought", "what": "category", "value": "service"}


def rules() -> dict[str, dict[str, Any]]:
    long_ago = {**BIKE, "when": "before", "n": 6}
    return {
        "bicycle > 6 months ago, not serviced in 6 months": all_of(long_ago, {**SERVICE, "no": True, "when": "within", "n": 6}),
        "bought in the last 30 days": {"is": "bought", "when": "within", "n": 30, "unit": "days"},
        "lapsed: last purchase over a year ago": {"is": "bought", "when": "last", "n": 1, "unit": "years"},
        "spent 1,000 or more": {"is": "bought", "total": 100_000},
        "three purchases or more": {"is": "bought", "times": 3},
        "never bought": {"is": "bought", "no": True},
        "speaks Finnish": {"is": "language", "values": ["fi"]},
        "lives in Turku": {"is": "place", "what": "town", "values": ["Turku"]},
        "postcodes 00100 to 00990": {"is": "place", "what": "postcode", "low": "00100", "high": "00990"},
        "yes to offers": {"is": "consent", "topic": "bench-0"},
        "said nothing of news": {"is": "consent", "topic": "bench-1", "said": "nothing"},
        "visited in the last 2 weeks": {"is": "did", "event": "visit", "when": "within", "n": 2, "unit": "weeks"},
        "visited twice, over 3 months ago": {"is": "did", "event": "visit", "times": 2, "when": "before", "n": 3},
        "wrote, never visited": all_of({"is": "did", "event": "message.in"}, {"is": "did", "event": "visit", "no": True}),
        "best fifth by money": {"is": "score", "what": "money", "least": 5},
        "recent fifths": {"is": "score", "what": "recency", "least": 4},
        "known for over a year": {"is": "met", "when": "before", "n": 1, "unit": "years"},
        "a bicycle and nothing since": all_of(BIKE, {"is": "bought", "when": "last", "n": 3}),
    }


def all_of(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"is": "all", "rules": list(parts)}


def fill(people: int) -> int:
    from lanka.customers.models import Topic

    for n in range(2):
        Topic.objects.create(key=f"bench-{n}")
    run("SET session_replication_role = replica")
    tables = ("customers_customer", "customers_fact", "commerce_order", "timeline_event", "customers_standing")
    with without_indexes(*tables):
        run(PEOPLE, FIRST, LAST, people)
        run(LANGUAGES)
        with connection.cursor() as cursor:
            cursor.execute("SELECT min(id) FROM customers_customer")
            first = int(cursor.fetchone()[0])
        run(ADDRESSES)
        run(ORDERS, first, people, people * 3 // 2)
        run(EVENTS, first, people, people * 3)
        run(STANDING)
    run("SET session_replication_role = DEFAULT")
    for name in tables:
        run(f"VACUUM (FULL, ANALYZE) {name}" if name == "customers_customer" else f"VACUUM (ANALYZE) {name}")
    run("CHECKPOINT")
    return first


def builds() -> dict[str, str]:
    from lanka.outreach.build import build
    from lanka.outreach.save import make
    from lanka.outreach.scale import rescale

    start = time.perf_counter()
    rescale()
    shown = {"the scale of scores (each night)": f"{time.perf_counter() - start:5.2f} s"}
    start = time.perf_counter()
    made = {name: make(name, rule, by=None) for name, rule in rules().items()}
    best, turku = made["best fifth by money"], made["lives in Turku"]
    nested = all_of({"is": "segment", "segment": best.pk}, {"is": "segment", "segment": turku.pk, "no": True})
    made["nested: the best, not in Turku"] = make("nested", nested, by=None)
    deeper = {"is": "any", "rules": [{"is": "segment", "segment": made["nested: the best, not in Turku"].pk}, BIKE]}
    made["nested twice"] = make("nested twice", deeper, by=None)
    for name, segment in made.items():
        done = build(segment)
        shown[name] = f"{done.seconds:5.2f} s   {done.size:>9,} people"
    shown[f"all {len(made)}, one after the other"] = f"{time.perf_counter() - start:5.1f} s"
    return shown


def change(whom: Sequence[int]) -> float:
    """Seconds from the commit of their purchases until all segments know."""
    from lanka.commerce.models import Order
    from lanka.core.clock import now
    from lanka.customers.models import Customer
    from lanka.outreach.follow import follow
    from lanka.timeline.record import record

    with transaction.atomic():
        for one in whom:
            lines = [{"name": "Helmi", "category": random.choice(["bicycle", "service"]), "quantity": 1, "amount": 64_900}]
            number = f"X{random.random()}"
            Order.objects.create(number=number, customer_id=one, at=now(), status="done", lines=lines, amount=64_900)
            record(Customer(pk=one), "purchase", at=now(), key=number)
    start, unread = time.perf_counter(), len(whom)
    while unread > 0:
        unread -= follow()
    return time.perf_counter() - start


def spread(times: list[float]) -> str:
    times.sort()
    return f"p50 {times[len(times) // 2] * 1000:.0f} ms, p99 {times[int(len(times) * 0.99)] * 1000:.0f} ms"


def moved(first: int, people: int) -> dict[str, str]:
    from lanka.core import clock
    from lanka.outreach.follow import pass_time

    def some(count: int) -> list[int]:
        return [first + random.randrange(people) for _ in range(count)]

    singles, tens = [change(some(1)) for _ in range(100)], [change(some(10)) for _ in range(20)]
    shown = {"one person buys → in all 20 segments": spread(singles), "ten people buy (bar 1 s)": spread(tens)}
    with clock.at(clock.now() + timedelta(hours=2)):
        start, due = time.perf_counter(), 0
        while done := pass_time():
            due += done
        shown["two hours pass"] = f"{due:,} moments in {time.perf_counter() - start:.2f} s"
    return shown


def main(argv: Sequence[str]) -> int:
    people = int(argv[0]) if argv else 1_000_000
    random.seed(7)
    with database("lanka_bench_segment"):
        start = time.perf_counter()
        first = fill(people)
        filled = f"{time.perf_counter() - start:.0f} s"
        shown = builds()
        table(f"segment: {people:,} people, {people * 3 // 2:,} orders, {people * 3:,} events", {"filled in": filled, **shown})
        table("segment: kept current", moved(first, people))
        import os

        print(f"  resident {memory(os.getpid()):.0f} MB")
    return 0 if max(float(words.split()[0]) for name, words in shown.items() if not name.startswith("all ")) < 10 else 1
