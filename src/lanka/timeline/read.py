"""Durable readers: a cursor that never passes a transaction that may still write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from lanka.timeline.models import Cursor, Event

# PostgreSQL's own answer, pg_snapshot_xmin, also waits for writers of other databases on the same server: a restore next door would
# stop every journey here. The snapshot is taken first, then who still writes here is read: whoever ended in between is
# seen by the statement that follows.
WRITERS = """
SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint, ARRAY(
  SELECT backend_xid::text::bigint FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL
  UNION ALL SELECT transaction::text::bigint FROM pg_prepared_xacts WHERE database = current_database())
"""


def safe_transaction() -> int:
    """Every transaction of this database below this one has ended: nothing can appear behind the cursor any more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # who is at work is otherwise remembered until the transaction ends
        cursor.execute(WRITERS)
        end, writing = cursor.fetchone()
    return int(min([end, *(whole(low, end) for low in writing)]))


def whole(low: int, near: int) -> int:
    """A transaction's number from its 32 low bits, which is all that a backend shows: the one nearest to `near`."""
    return near + (low - near + 2**31) % 2**32 - 2**31


@contextmanager
def news_for(reader: str, limit: int = 500) -> Iterator[list[Event]]:
    """The next events for this reader, in an order that never changes; the cursor moves when the block ends well.

    One transaction: what the reader writes and how far it has read are kept or lost together. Two processes with the
    same reader's name wait for each other.
    """
    with transaction.atomic():
        Cursor.objects.get_or_create(reader=reader)
        cursor = Cursor.objects.select_for_update().get(reader=reader)
        events = list(
            Event.objects.extra(
                where=['("transaction", id) > (%s, %s)', '"transaction" < %s'],
                params=[cursor.transaction, cursor.event_id, safe_transaction()],
            ).order_by("transaction", "id")[:limit]
        )
        yield events
        if events:
            cursor.transaction, cursor.event_id = events[-1].transaction, events[-1].pk
            cursor.save()
