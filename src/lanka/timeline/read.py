"""Durable readers: a cursor that never passes a transaction that may still write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from lanka.timeline.models import Cursor, Event


def safe_transaction() -> int:
    """Every transaction below this one has ended: nothing can appear behind the cursor any more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


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
