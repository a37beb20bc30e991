"""A segment worked out from the beginning, in one statement; and the same as a checker of what news and time have made of it."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import NamedTuple

from django.db import connection, transaction
from psycopg import sql

from lanka.core import live
from lanka.core.clock import now
from lanka.outreach.fits import compiled
from lanka.outreach.models import Segment, Size
from lanka.outreach.rules import read
from lanka.outreach.scale import ready
from lanka.timeline.models import Cursor
from lanka.timeline.read import safe_transaction

READER = "segments"
LAST = 2**63 - 1
# lost with the machine it is simply built again: no wait for the disk
ROOM = "SET LOCAL work_mem = '192MB'; SET LOCAL jit = off; SET LOCAL enable_nestloop = off; SET LOCAL synchronous_commit = off"
KEEP = "CREATE TEMP TABLE segment_fits ON COMMIT DROP AS SELECT * FROM ({}) f WHERE holds OR next < {}"
GONE = (
    "DELETE FROM outreach_member m WHERE segment_id = %s AND NOT EXISTS (SELECT FROM segment_fits f WHERE f.root = m.customer_id AND holds)"
)
COME = """
INSERT INTO outreach_member (segment_id, customer_id, since) SELECT %s, root, %s FROM segment_fits WHERE holds ORDER BY root
ON CONFLICT DO NOTHING
"""
CROSS = """
INSERT INTO outreach_crossing (segment_id, customer_id, entered, at)
SELECT %(segment)s, root, true, %(at)s FROM segment_fits f WHERE holds
  AND NOT EXISTS (SELECT FROM outreach_member m WHERE m.segment_id = %(segment)s AND m.customer_id = f.root)
UNION ALL
SELECT %(segment)s, customer_id, false, %(at)s FROM outreach_member m WHERE segment_id = %(segment)s
  AND NOT EXISTS (SELECT FROM segment_fits f WHERE f.root = m.customer_id AND holds)
"""
WAIT = "INSERT INTO outreach_moment (segment_id, customer_id, at) SELECT %s, root, next FROM segment_fits WHERE next < %s ORDER BY root"
AHEAD = timedelta(days=40)  # a moment further away is not written down yet: half a million of them took longer than finding them
COUNT = "SELECT count(*) FROM segment_fits WHERE holds"


class Difference(NamedTuple):
    """Somebody about whom the segment is wrong. Always none: tests and `./lanka doctor` ask."""

    customer: int
    inside: bool  # what the segment says


@transaction.atomic
def build(segment: Segment) -> Segment:
    """From the beginning. Who stays keeps since when. After a change of the rule nobody is said to have entered or left, for nothing
    happened to them; when it only looks further ahead, whoever time has moved meanwhile is told as always.
    """
    start = time.monotonic()
    begin_reading(segment)  # the cursor before the segment, as `follow` takes them
    row = Segment.objects.select_for_update().get(pk=segment.pk)
    rule, at, ahead = read(row.rule), now(), now() + AHEAD
    ready(rule)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS segment_fits")
        cursor.execute(ROOM)
        cursor.execute(sql.SQL(KEEP).format(compiled(rule, at), ahead))  # type: ignore[arg-type]
        if row.built_at is not None:
            cursor.execute(CROSS, {"segment": row.pk, "at": at})
        cursor.execute(GONE, [row.pk])
        cursor.execute(COME, [row.pk, at])
        cursor.execute("DELETE FROM outreach_moment WHERE segment_id = %s", [row.pk])
        cursor.execute(WAIT, [row.pk, ahead])
        cursor.execute(COUNT)
        row.size = cursor.fetchone()[0]
        cursor.execute("DROP TABLE segment_fits")
    row.built_at, row.looks_to, row.seconds = at, ahead, time.monotonic() - start
    row.save(update_fields=["size", "built_at", "looks_to", "seconds"])
    tell_size(row)
    return row


def begin_reading(segment: Segment) -> None:
    """The first segment there is: news from now on; all before is in its first build."""
    if Segment.objects.filter(built_at__isnull=False, retired_at=None).exclude(pk=segment.pk).exists():
        return
    Cursor.objects.update_or_create(reader=READER, defaults={"transaction": safe_transaction() - 1, "event_id": LAST})


def tell_size(segment: Segment) -> None:
    Size.objects.update_or_create(segment=segment, day=now().date(), defaults={"size": segment.size})
    live.tell("segments", {"segment": segment.pk})


def differences(segment: Segment) -> list[Difference]:
    """Whom a full build would put elsewhere now. Reads only."""
    wanted = sql.SQL("SELECT root FROM ({}) f WHERE holds").format(compiled(read(segment.rule), now()))
    held = sql.SQL("SELECT customer_id FROM outreach_member WHERE segment_id = {}").format(segment.pk)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("({h} EXCEPT {w}) ORDER BY 1").format(h=held, w=wanted))  # type: ignore[arg-type]
        wrong = [Difference(row[0], True) for row in cursor.fetchall()]
        cursor.execute(sql.SQL("({w} EXCEPT {h}) ORDER BY 1").format(h=held, w=wanted))  # type: ignore[arg-type]
        return wrong + [Difference(row[0], False) for row in cursor.fetchall()]
