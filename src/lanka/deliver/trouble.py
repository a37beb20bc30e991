"""The circuit breaker: a line whose provider fails again and again rests, spares everybody else's attempts, and is tried with one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection, transaction

from lanka.channels.base import ChannelError, Sent
from lanka.channels.models import Line
from lanka.core import live
from lanka.core.clock import now
from lanka.deliver.models import Trouble
from lanka.deliver.settle import OF_THE_LINE

MANY = 5  # failures in a row that open it
REST = [timedelta(seconds=s) for s in (10, 30, 60, 120, 300, 600)]  # before the next probe, longer each time
PROBE = timedelta(seconds=60)  # while one is being tried nobody else tries

MOVE = """
UPDATE deliver_delivery d SET line_id = %s FROM timeline_event e
WHERE d.line_id = %s AND d.state IN ('planned', 'held') AND d.not_before <= %s AND e.id = d.event_id AND e.conversation_id IS NULL
"""


@transaction.atomic
def allows(line_id: int, wanted: int) -> int:
    """All of them when the line is well; one as a probe when its rest is over; else none."""
    open_one = Trouble.objects.select_for_update().filter(line_id=line_id, ended_at=None).first()
    if open_one is None or open_one.until is None:
        return wanted
    if open_one.until > now():
        return 0
    open_one.until = now() + PROBE
    open_one.save(update_fields=["until"])
    return 1


def heard(line: Line, results: Sequence[Sent | ChannelError]) -> None:
    """Counts failures that are the line's own, in the order in which they came. Any answer about a person says that it works."""
    if not results:
        return
    bad: list[ChannelError] = []
    for result in results:
        bad = [*bad, result] if isinstance(result, OF_THE_LINE) else []
    well = len(bad) < len(results)
    if not bad and not Trouble.objects.filter(line=line, ended_at=None).exists():
        return
    with transaction.atomic():
        if well:
            ended(line)
        if bad:
            failed(line, bad)


def ended(line: Line) -> None:
    if Trouble.objects.filter(line=line, ended_at=None).update(ended_at=now()):
        live.tell("lines", {"line": line.pk})
        live.tell("outbox")


def failed(line: Line, errors: Sequence[ChannelError]) -> None:
    last = errors[-1]
    found, _ = Trouble.objects.select_for_update().get_or_create(
        line=line, ended_at=None, defaults={"began_at": now(), "failures": 0, "why": last.words}
    )
    found.failures += len(errors)
    found.why = last.words
    if found.failures >= MANY:
        rest = REST[min(found.failures - MANY, len(REST) - 1)]
        found.until = now() + max(rest, last.after or rest)
        live.tell("lines", {"line": line.pk})
    found.save()


def take_over() -> int:
    """What waits on a resting line goes by another line of the same kind and brand that is well. Answers of agents wait for their own."""
    moved = 0
    resting = Trouble.objects.filter(ended_at=None, until__isnull=False)
    for sick in Line.objects.filter(pk__in=resting.values("line"), enabled=True):
        others = Line.objects.filter(enabled=True, kind=sick.kind, brand_id=sick.brand_id)
        well = others.exclude(pk__in=resting.values("line")).order_by("id").first()
        if well is not None:
            with connection.cursor() as cursor:
                cursor.execute(MOVE, [well.pk, sick.pk, now()])
                moved += cursor.rowcount
    return moved
