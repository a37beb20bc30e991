"""`lanka bench journey [people]`: a million people waiting in journeys, a driven clock, and a restart each week.

What is due is walked in a fresh process each week, as after a restart. At the end every wait must have fired exactly once, in its own
week. Then as many due people are walked with few and with many waiting: a step must cost what is due, not what waits.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import connection

from bench.big import run
from bench.house import database, table
from lanka.core import clock

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
WEEK = timedelta(days=7)
GRAPH = {
    "trigger": {"kind": "event", "event": "purchase"},
    "steps": [
        {"id": "w", "kind": "wait", "span": {"count": 365, "unit": "days"}},
        {"id": "lot", "kind": "split", "by": "random", "branches": [{"id": "a", "share": 1}, {"id": "b", "share": 1}]},
        {"id": "later", "kind": "wait", "span": {"count": 10, "unit": "years"}},
    ],
}
PEOPLE = """
INSERT INTO customers_customer (public_id, created_at, name, language, country, zone, search)
SELECT gen_random_uuid(), now(), 'P ' || n, 'fi', 'FI', 'Europe/Helsinki', '' FROM generate_series(1, %s) n
"""
# each came in 0 to 364 days ago, so their year is over in 1 to 365 days; at an hour and minute of their own
WAITING = """
INSERT INTO outreach_traveller (journey_id, edition_id, customer_id, occurrence, node, entered_at, node_since, due, awaits, fields, ended)
SELECT %s, %s, id, '', 'w', %s::timestamptz - x.ago, %s::timestamptz - x.ago,
  ((%s::timestamptz - x.ago) AT TIME ZONE 'Europe/Helsinki' + interval '365 days') AT TIME ZONE 'Europe/Helsinki', '{}', '{}', ''
FROM customers_customer, LATERAL (SELECT make_interval(mins => mod(hashint8(id)::bigint + 2147483648, 364 * 1440)::int) ago) x
"""
TOO_EARLY_OR_LATE = """
SELECT count(*) FROM outreach_traveller WHERE node = 'later'
AND NOT node_since - (entered_at AT TIME ZONE 'Europe/Helsinki' + interval '365 days') AT TIME ZONE 'Europe/Helsinki'
  BETWEEN interval '0' AND interval '7 days'
"""


def one(sql: str, *params: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return int(cursor.fetchone()[0] or 0)


def fill(people: int) -> int:
    from lanka.outreach.journeys.publish import let_in_from_now
    from lanka.outreach.models import Journey

    with clock.at(START):
        journey = Journey.objects.create(name="A year", draft=GRAPH)
        let_in_from_now(journey, by=None)
    run(PEOPLE, people)
    run(WAITING, journey.pk, journey.editions.get().pk, START, START, START)
    run("VACUUM (ANALYZE) outreach_traveller")
    return journey.pk


def walk(moment: datetime) -> None:
    """In a process of its own: what a restarted worker finds."""
    from lanka.outreach.journeys.due import CHUNK, walk_due

    with clock.at(moment):
        while walk_due() == CHUNK:
            pass


def week(url: str, moment: datetime) -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", "bench.journey", url, moment.isoformat()], check=True)
    return time.monotonic() - began


def main(argv: Sequence[str]) -> int:
    people, weeks = int(argv[0]) if argv else 1_000_000, int(argv[1]) if len(argv) > 1 else 53
    with database("lanka_bench_journey") as url:
        began = time.monotonic()
        fill(people)
        filled, rates = time.monotonic() - began, []
        for number in range(1, weeks + 1):
            moment = START + number * WEEK
            due = one("SELECT count(*) FROM outreach_traveller WHERE ended_at IS NULL AND due <= %s", moment)
            took = week(url, moment)
            rates.append(due / took)
            if number % 10 == 0:
                print(f"  week {number}: {due:,} due, {took:.1f} s", flush=True)
        fired = one("SELECT count(*) FROM outreach_traveller WHERE node = 'later'")
        expected = one("SELECT count(*) FROM outreach_traveller WHERE entered_at + interval '365 days 3 hours' <= %s", START + weeks * WEEK)
        passed = one("SELECT sum(passed) FROM outreach_passage WHERE node = 'w'")
        table(
            f"Journeys: {people:,} people waiting 1–365 days, a restart each week, {weeks} weeks",
            {
                "filled in": f"{filled:.0f} s",
                "due and walked": f"{statistics.median(rates):,.0f} people/s (with the start of the process)",
                "fired": f"{fired:,} (passages counted: {passed:,}; at least {expected:,} had to)",
                "outside their own week": f"{one(TOO_EARLY_OR_LATE):,}",
                "fired twice": f"{passed - fired:,}",
            },
        )
    return 0 if passed == fired and fired >= expected else 1


def in_process(url: str, moment: str) -> int:
    import os

    os.environ["DATABASE_URL"] = url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lanka.settings")
    import django

    django.setup()
    walk(datetime.fromisoformat(moment))
    return 0


if __name__ == "__main__":
    sys.exit(in_process(*sys.argv[1:3]))
