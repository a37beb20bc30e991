"""Which strand of the thread an event hangs on: a merge is two strands that join, before it each base has its own."""

from __future__ import annotations

from datetime import datetime

from lanka.customers.models import Link
from lanka.desk.thread.knots import Stretch

MOST = 3  # strands drawn side by side; more share the last


def joins(bases: list[int]) -> dict[int, datetime]:
    """When each base but the first was joined to the person: the moment of its earliest evidence that still stands."""
    found: dict[int, datetime] = {}
    if len(bases) < 2:
        return found
    for link in Link.objects.filter(a__in=bases, b__in=bases, undone_at=None).order_by("at"):
        for base in (link.a_id, link.b_id):
            if base != bases[0]:
                found.setdefault(base, link.at)
    return found


def strung(stretch: Stretch, bases: list[int]) -> Stretch:
    """Newest first, each knot on its strand. The day stands above the first knot of it that is read."""
    joined = joins(bases)
    place = {base: min(n, MOST - 1) for n, base in enumerate(joined, start=1)}
    for knot in stretch.knots:
        apart = {place[base] for base, at in joined.items() if knot.event.at < at}
        knot.strands = 1 + max(apart, default=0)
        base = knot.event.customer_id
        knot.strand = place[base] if base in joined and knot.event.at < joined[base] else 0
        knot.joined = False
    stretch.knots.reverse()
    day = None
    for knot in stretch.knots:
        found = knot.event.at.astimezone().date()
        knot.day = found if found != day else None
        day = found
    return stretch
