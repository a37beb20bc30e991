"""What waits is asked again when its time has come: are they still there, still willing, is there room now?"""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import Min

from lanka.core.clock import now
from lanka.decide.judge import judge
from lanka.decide.models import Message, Outcome, Verdict

AT_ONCE = 20_000  # people in one go of the job; the next minute takes the next
# somebody who was joined with an older base meanwhile: the verdict follows, unless that one has an answer of its own
FOLLOW = """
UPDATE decide_verdict v SET customer_id = CASE WHEN taken THEN v.customer_id ELSE root END,
  outcome = CASE WHEN taken THEN 3 ELSE v.outcome END, reason = CASE WHEN taken THEN 29 ELSE v.reason END,
  because = CASE WHEN taken THEN jsonb_build_object('message', v.message_id, 'at', %(at)s) ELSE v.because END
FROM (
  SELECT h.id, a.root_id AS root, row_number() OVER (PARTITION BY h.message_id, a.root_id, h.occurrence ORDER BY h.id) > 1 OR EXISTS (
    SELECT FROM decide_verdict o WHERE o.message_id = h.message_id AND o.customer_id = a.root_id AND o.occurrence = h.occurrence) AS taken
  FROM decide_verdict h JOIN customers_alias a ON a.customer_id = h.customer_id WHERE h.outcome = 2 AND h.send_at <= %(at)s
) moved WHERE v.id = moved.id
"""


def ask_again(*, at: datetime | None = None) -> int:
    """How many were asked. What still has to wait has a later time afterwards, so it does not come up twice."""
    at = at or now()
    with connection.cursor() as cursor:
        cursor.execute(FOLLOW, {"at": at})
    due = Verdict.objects.filter(outcome=Outcome.HOLD, send_at__lte=at)
    asked = 0
    for message, occurrence, _first in due.values_list("message", "occurrence").annotate(first=Min("send_at")).order_by("first"):
        people = due.filter(message=message, occurrence=occurrence).order_by("send_at").values_list("customer", flat=True)
        waiting = list(people[: AT_ONCE - asked])
        judge(Message.objects.select_related("topic").get(pk=message), waiting, occurrence=occurrence, at=at, again=True)
        asked += len(waiting)
        if asked >= AT_ONCE:
            break
    return asked


def ask_once_more(verdicts: list[Verdict], *, at: datetime | None = None) -> int:
    """Before something planned long ago is handed over: the same question again. How many still go; the rows tell the rest."""
    lots: dict[tuple[int, str], list[int]] = {}
    for verdict in verdicts:
        lots.setdefault((verdict.message_id, verdict.occurrence), []).append(verdict.customer_id)
    messages = Message.objects.select_related("topic").in_bulk([message for message, _ in lots])
    return sum(judge(messages[pk], people, occurrence=occurrence, at=at, again=True).sent for (pk, occurrence), people in lots.items())
