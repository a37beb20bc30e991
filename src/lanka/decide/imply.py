"""What behaviour says about channels, worked out from the timeline: opens mail never, answers SMS always.

Set-based and by the piece: people of whom something was recorded since the last run, and those whose scores have grown
old. A score is shown as implied and gives way to any choice (`customers.standing`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from lanka.core.clock import now
from lanka.timeline.models import Cursor
from lanka.timeline.read import safe_transaction

READER = "imply"
SINCE = timedelta(days=365)  # what is older tells nothing of today
STALE = timedelta(days=30)
BATCH = 20_000  # events a step: the transaction stays short
REACTIONS = ("message.in", "receipt.read", "clicked")  # what mail scanners clicked is marked and left out

NEWS = """
SELECT "transaction", id, customer_id FROM timeline_event
WHERE ("transaction", id) > (%s, %s) AND "transaction" < %s ORDER BY "transaction", id LIMIT %s
"""
OLD = "SELECT DISTINCT customer_id FROM customers_implied WHERE at < %s LIMIT 5000"

# One row a person and channel. Ignored messages weigh less than answers weigh: silence is weak news. Under three messages
# silence says nothing at all. A reaction to our message counts once, however often it was opened.
IMPLY = """
WITH root AS (
  SELECT DISTINCT coalesce(a.root_id, b) AS id FROM unnest(%(people)s::bigint[]) b LEFT JOIN customers_alias a ON a.customer_id = b
), base AS (
  SELECT id AS root, id AS base FROM root UNION ALL SELECT a.root_id, a.customer_id FROM customers_alias a JOIN root ON root.id = a.root_id
), gone AS (
  DELETE FROM customers_implied i USING base WHERE i.customer_id = base.base AND base.base <> base.root
), seen AS (
  SELECT base.root, e.channel,
    count(*) FILTER (WHERE e.kind = 'message.out') AS sent,
    count(*) FILTER (WHERE e.kind = 'message.in') AS wrote,
    count(DISTINCT e.about_id) FILTER (WHERE e.kind = ANY(%(reactions)s) AND e.kind <> 'message.in') AS took_notice,
    min(e.at)::date AS since
  FROM base JOIN timeline_event e ON e.customer_id = base.base
  WHERE e.at > %(since)s AND e.channel <> '' AND (e.kind = 'message.out' OR e.kind = ANY(%(reactions)s))
    AND coalesce(e.data ->> 'machine', '') = ''
  GROUP BY 1, 2
), scored AS (
  SELECT *, wrote * 2 + took_notice AS good, greatest(sent - took_notice - wrote, 0) AS quiet FROM seen
), wished AS (
  SELECT root, channel, sent, wrote, took_notice, since,
    CASE WHEN good = 0 AND sent < 3 THEN 0
         WHEN good = 0 THEN -least(100, 40 + 10 * (sent - 3))
         ELSE round(100.0 * (good - 0.5 * quiet) / (good + 0.5 * quiet + 1)) END::smallint AS score
  FROM scored
), forgotten AS (
  DELETE FROM customers_implied i USING root WHERE i.customer_id = root.id
  AND NOT EXISTS (SELECT 1 FROM wished w WHERE w.root = i.customer_id AND w.channel = i.channel AND w.score <> 0)
)
INSERT INTO customers_implied AS i (customer_id, channel, score, why, at)
SELECT root, channel, score, jsonb_build_object('sent', sent, 'opened', took_notice, 'answered', wrote, 'since', since), %(now)s
FROM wished WHERE score <> 0
ON CONFLICT (customer_id, channel) DO UPDATE SET score = EXCLUDED.score, why = EXCLUDED.why, at = EXCLUDED.at
"""


def imply(people: Collection[int]) -> int:
    """Works out these people anew (any of their bases). How many rows stand now."""
    if not people:
        return 0
    with connection.cursor() as cursor:
        told: dict[str, Any] = {"people": list(people), "reactions": list(REACTIONS), "since": now() - SINCE, "now": now()}
        cursor.execute(IMPLY, told)
        return int(cursor.rowcount)


@transaction.atomic
def step() -> int:
    """The next stretch of the timeline: how many events were read. 0: nothing is new."""
    Cursor.objects.get_or_create(reader=READER)
    place = Cursor.objects.select_for_update().get(reader=READER)
    with connection.cursor() as cursor:
        cursor.execute(NEWS, [place.transaction, place.event_id, safe_transaction(), BATCH])
        news = cursor.fetchall()
    if news:
        imply({customer for _, _, customer in news})
        place.transaction, place.event_id = news[-1][0], news[-1][1]
        place.save()
    return len(news)


def imply_news() -> int:
    """Everything recorded since the last time, and what has grown old. How many events were read."""
    read = 0
    while done := step():
        read += done
    with connection.cursor() as cursor:
        cursor.execute(OLD, [now() - STALE])
        old = [row[0] for row in cursor.fetchall()]
    imply(old)
    return read
