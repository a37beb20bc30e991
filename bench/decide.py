"""`lanka bench decide [people]`: who of a million gets a message, with the reasons kept.

Three addresses, six words of consent, one preference and three recent messages a person, all in the tables before the clock starts.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import psutil
from django.db import connection

from bench.big import FIRST, LAST, run
from bench.house import database, table
from bench.identity import without_indexes

if TYPE_CHECKING:
    from lanka.decide.models import Message

BAR = 10.0  # seconds for a million
PEOPLE = """
INSERT INTO customers_customer (public_id, created_at, name, language, country, zone, search)
SELECT gen_random_uuid(), now(), f || ' ' || l, (ARRAY['fi', 'sv', 'pl', 'en'])[1 + mod(n, 4)],
  (ARRAY['FI', 'SE', 'PL', 'DE', ''])[1 + mod(n, 5)], (ARRAY['', '', '', 'America/New_York'])[1 + mod(n / 3, 4)], lower(f || ' ' || l)
FROM (SELECT (%s::text[])[1 + mod(n, 20)] f, (%s::text[])[1 + mod(n / 20, 15)] || mod(n, 7000) l, n FROM generate_series(0, %s - 1) n) x
"""
ADDRESSES = """
INSERT INTO customers_identifier (kind, value, written, customer_id, first_seen_at, source)
SELECT kind, value, '', id, now(), 'bench' FROM customers_customer,
LATERAL (VALUES (3, '+35840' || lpad(id::text, 8, '0')), (4, 'p' || id || '@example.fi')) v(kind, value)
"""
HOMES = """
INSERT INTO customers_fact (customer_id, kind, value, source, trust, at)
SELECT id, 'address', jsonb_build_object('street', 'Hämeenkatu ' || mod(id, 90), 'postcode', '33100', 'town', 'Tampere', 'country', 'FI'),
  'shop', 2, now() FROM customers_customer
"""
# of six topics; one in ten said no, one in twenty never said anything
WORDS = """
INSERT INTO customers_standing (customer_id, topic_id, channel, granted, at, consent_id)
SELECT c.id, t.id, CASE WHEN mod(c.id + t.id, 40) = 0 THEN 'sms' ELSE '' END, mod(c.id + t.id, 10) > 0, now() - interval '1 year', 0
FROM customers_customer c, customers_topic t WHERE mod(c.id * 7 + t.id, 20) > 0
"""
WISHES = """
INSERT INTO customers_preference (customer_id, topic_id, channels, language, frequency, source, at)
SELECT id, CASE WHEN mod(id, 2) = 0 THEN %s::bigint END,
  (ARRAY['{email,sms}', '{sms}', '{letter,email}', '{}'])[1 + mod(id / 2, 4)]::text[]::varchar[], '',
  CASE WHEN mod(id, 9) = 0 THEN 'weekly' ELSE '' END, 'bench', now() FROM customers_customer
"""
# three each within five weeks, of forty messages
RECENT = """
INSERT INTO decide_verdict (message_id, customer_id, occurrence, outcome, reason, line_id, address, language, send_at, ladder, because,
  decided_at, taken_at)
SELECT %s::bigint + mod(c.id + 13 * k, 40), c.id, '', 1, 4, %s::bigint, 'p' || c.id || '@example.fi', 'fi', at, '{sms}',
  '{"wanted": ["email"]}', at, at
FROM customers_customer c, LATERAL (SELECT k, now() - mod(c.id * 31 + k * 17, 35) * interval '1 day' AS at FROM generate_series(0, 2) k) r
"""
TABLES = ("customers_customer", "customers_identifier", "customers_fact", "customers_standing", "customers_preference", "decide_verdict")


def ground() -> tuple[Message, int, int]:
    """Lines, topics, the messages of the past; the message that is asked about."""
    from lanka.channels.models import Line
    from lanka.channels.registry import channel
    from lanka.channels.settings import pack
    from lanka.core.clock import now
    from lanka.customers.models import Topic
    from lanka.decide.models import Message

    told = {
        "email": {"address": "news@pyorapolku.example", "smtp_host": "127.0.0.1", "smtp_security": "none"},
        "sms": {"gateway": "http", "sender": "+358405550100", "url": "https://gateway.example", "token": "t", "webhook_secret": "s"},
        "letter": {},
    }
    lines = [Line.objects.create(kind=kind, name=kind, settings=pack(channel(kind).Settings(**s))) for kind, s in told.items()]
    kinds = {"channels": ["email", "sms", "letter"], "frequencies": ["now", "weekly"]}
    topics = [Topic.objects.create(key=f"t{n}", caps=[{"days": 30, "most": 4}], **kinds) for n in range(6)]
    at = now() - timedelta(days=40)
    past = [Message.objects.create(name=f"Past {n}", topic=topics[n % 6], purpose=f"p{n}", sends_at=at) for n in range(40)]
    message = Message.objects.create(name="Spring", topic=topics[0], purpose="p7", sends_at=now() + timedelta(hours=1))
    return message, past[0].pk, lines[0].pk


def fill(people: int, topic: int, past: int, line: int) -> None:
    run("SET session_replication_role = replica")
    with without_indexes(*TABLES):
        run(PEOPLE, FIRST, LAST, people)
        run(ADDRESSES)
        run(HOMES)
        run(WORDS)
        run(WISHES, topic)
        run(RECENT, past, line)
    run("SET session_replication_role = DEFAULT")
    for name in TABLES:
        run(f"VACUUM (ANALYZE) {name}")
    run("CHECKPOINT")


def counts() -> str:
    found = []
    with connection.cursor() as cursor:
        for name in TABLES[1:]:
            cursor.execute(f"SELECT count(*) FROM {name}")
            found.append(f"{cursor.fetchone()[0]:,} {name.split('_')[1]}s")
    return ", ".join(found)


def processor() -> float:
    """Seconds that all processes of this PostgreSQL have worked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = psutil.Process(cursor.fetchone()[0]).parent()
    times = server.cpu_times()
    living = sum(sum(child.cpu_times()[:2]) for child in server.children())
    return float(times.children_user + times.children_system + living)


def copied(message: int) -> float:
    """What the writing alone takes: the same rows once more, into a table of the same indexes."""
    run("CREATE TABLE again (LIKE decide_verdict INCLUDING ALL)")
    begun = time.perf_counter()
    run("INSERT INTO again SELECT * FROM decide_verdict WHERE message_id = %s", message)
    return time.perf_counter() - begun


def singles(message: Message) -> str:
    from lanka.customers.models import Customer
    from lanka.decide.judge import judge_one

    took = []
    for customer in Customer.objects.order_by("public_id")[:60]:
        begun = time.perf_counter()
        judge_one(message, customer)
        took.append((time.perf_counter() - begun) * 1000)
    return f"p50 {statistics.median(took):.1f} ms, p95 {sorted(took)[56]:.1f} ms"


def main(argv: Sequence[str]) -> int:
    from lanka.decide.judge import judge

    people = int(argv[0]) if argv else 1_000_000
    with database("lanka_bench_decide", keep=False):
        message, past, line = ground()
        begun = time.perf_counter()
        fill(people, message.topic_id, past, line)
        rows = {"filled": f"{counts()} in {time.perf_counter() - begun:.0f} s"}
        everybody = "SELECT id FROM customers_customer"
        begun = time.perf_counter()
        dry = judge(message, everybody, dry=True)
        rows["dry run"] = f"{time.perf_counter() - begun:.1f} s"
        begun, worked = time.perf_counter(), processor()
        tally = judge(message, everybody)
        took, worked = time.perf_counter() - begun, processor() - worked
        plain = copied(message.pk)
        assert dry.reasons == tally.reasons and tally.people == people
        rows["decided and written"] = f"{took:.1f} s, {people / took:,.0f}/s (bar {BAR * people / 1e6:.1f} s)"
        rows["processor time"] = f"{worked:.1f} s in the database, on two cores {worked / 2:.1f} s"
        rows["the rows alone"] = f"{plain:.1f} s to insert the same verdicts in one transaction on one connection; ratio {plain / took:.2f}"
        rows["outcomes"] = f"{tally.sent:,} sent, {tally.held:,} held, {tally.refused:,} not"
        rows["reasons"] = ", ".join(f"{reason.name.lower()} {count.people:,}" for reason, count in sorted(tally.reasons.items()))
        rows["one person"] = singles(message)
        table(f"decide: {people:,} people", rows)
    return 0 if took <= BAR * people / 1e6 else 1
