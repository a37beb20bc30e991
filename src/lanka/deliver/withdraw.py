"""What was withdrawn or is out of date leaves the outbox, and the thread says so."""

from __future__ import annotations

import json

from django.db import connection, transaction

from lanka.core.clock import now
from lanka.timeline.record_batch import Happened, record_batch

SUPPRESS = """
WITH gone AS (
  SELECT d.id, e.channel, CASE WHEN m.withdrawn_at IS NULL THEN 'out of date' ELSE 'withdrawn' END AS why
  FROM deliver_delivery d JOIN decide_message m ON m.id = d.message_id JOIN timeline_event e ON e.id = d.event_id
  WHERE d.state IN ('planned', 'held') AND (m.withdrawn_at IS NOT NULL OR m.expires_at <= %(now)s)
  LIMIT 2000 FOR UPDATE OF d SKIP LOCKED
)
UPDATE deliver_delivery d SET state = 'suppressed', why = gone.why, changed_at = %(now)s FROM gone WHERE d.id = gone.id
RETURNING d.id, d.customer_id, d.event_id, d.line_id, d.message_id, d.why, gone.channel
"""


@transaction.atomic
def withdraw_due() -> int:
    """How many left. What is in a sender's hands goes out."""
    with connection.cursor() as cursor:
        cursor.execute(SUPPRESS, {"now": now()})
        rows = cursor.fetchall()
    record_batch(
        [
            Happened(
                who, "receipt.suppressed", now(), kind, f"suppressed:{number}", why, json.dumps({"message": message}), line, about=event
            )
            for number, who, event, line, message, why, kind in rows
        ]
    )
    return len(rows)
