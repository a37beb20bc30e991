"""Segments kept true by news and by time: only those who changed are asked again, only by rules that read that kind of news."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from django.db import connection, transaction
from django.db.models import Q

from lanka.core.clock import now
from lanka.customers.models import Link
from lanka.outreach.build import READER, build, tell_size
from lanka.outreach.fits import Answer, answers, cluster
from lanka.outreach.models import Crossing, Member, Moment, Segment
from lanka.outreach.rules import read
from lanka.timeline.models import Event
from lanka.timeline.read import news_for

EARLY = timedelta(days=2)
MANY = 2000  # events or moments at once: one step stays short
ROOM = "SET LOCAL jit = off"
NEW = """
SELECT c FROM unnest(%s::bigint[]) c
WHERE NOT EXISTS (SELECT FROM timeline_event e WHERE e.customer_id = c AND (e.transaction, e.id) < (%s, %s))
"""


def keep_current() -> bool:
    """The worker's step: something to build, news, or time. False: all is as it should be."""
    if missing := Segment.objects.filter(built_at=None, retired_at=None).order_by("pk").first():
        build(missing)
        return True
    return bool(follow() or pass_time() or look_ahead())


def keep_all_current(seconds: float = 5.0) -> bool:
    """Several steps, for a worker that looks twice a second: a busy house tells of something all the time."""
    end = time.monotonic() + seconds
    while keep_current():
        if time.monotonic() > end:
            return True
    return False


def follow(limit: int = MANY) -> int:
    """The next events. Returns how many there were."""
    listed = list(Segment.objects.filter(built_at__isnull=False, retired_at=None).order_by("pk"))
    if not listed:
        return 0
    with news_for(READER, limit) as events:
        changed = {kind: {e.customer_id for e in events if e.kind == kind} for kind in {e.kind for e in events}}
        fresh = new_ones(events)
        joined = parted(events)
        for segment in listed:
            whom = fresh | joined
            for kind, bases in changed.items():
                if reads(segment.news, kind):
                    whom = whom | bases
            ask_again(segment, whom)
        return len(events)


def reads(news: Sequence[str], kind: str) -> bool:
    return any(fnmatchcase(kind, one) for one in news)


def new_ones(events: Sequence[Event]) -> set[int]:
    """Bases of which these are the first events: every rule has to look at them, for most people 'did not' do most things."""
    if not events:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(NEW, [list({e.customer_id for e in events}), events[0].transaction, events[0].pk])
        return {row[0] for row in cursor.fetchall()}


def parted(events: Iterable[Event]) -> set[int]:
    """Both sides of every join and every undo."""
    links = {e.data.get("link") for e in events if e.kind in ("person.merged", "person.unmerged")} - {None}
    return {base for pair in Link.objects.filter(pk__in=links).values_list("a_id", "b_id") for base in pair}


def pass_time(limit: int = MANY) -> int:
    """Those whose moment has come. Returns how many."""
    due = Moment.objects.filter(at__lte=now()).order_by("at").values_list("segment_id", "customer_id")[:limit]
    whom: dict[int, set[int]] = {}
    for segment_id, customer_id in due:
        whom.setdefault(segment_id, set()).add(customer_id)
    known = Segment.objects.in_bulk(list(whom))
    for segment_id, bases in whom.items():
        if segment_id not in known or known[segment_id].retired_at:
            Moment.objects.filter(segment_id=segment_id).delete()
        else:
            ask_again(known[segment_id], bases)
    return sum(len(bases) for bases in whom.values())


def look_ahead() -> bool:
    """One segment whose moments are nearly used up, with everybody in it."""
    near = Segment.objects.filter(retired_at=None, built_at__isnull=False, looks_to__lte=now() + EARLY).order_by("looks_to").first()
    return near is not None and bool(build(near))


@transaction.atomic
def ask_again(segment: Segment, bases: Collection[int]) -> None:
    """These people, by this rule, now. Members stand under the root: what stood under another base of theirs goes."""
    if not bases:
        return
    row = Segment.objects.select_for_update(no_key=True).get(pk=segment.pk)
    if row.built_at is None:
        return  # it is to be built from the beginning, with these
    with connection.cursor() as cursor:
        cursor.execute(ROOM)
    whom = cluster(bases)
    found = answers(read(row.rule), whom)
    before = dict(Member.objects.filter(segment=row, customer__in=list(whom)).values_list("customer_id", "since"))
    moments(row, found, whom)
    if crossed := members(row, found, whom, before):
        row.size = max(0, row.size + crossed)
        row.save(update_fields=["size"])
    if crossed or len(before) != sum(one.holds for one in found):
        tell_size(row)


def moments(segment: Segment, found: Sequence[Answer], whom: dict[int, int]) -> None:
    Moment.objects.filter(segment=segment, customer__in=list(whom)).delete()
    Moment.objects.bulk_create(
        [Moment(segment=segment, customer_id=one.root, at=one.next) for one in found if one.next and wanted(segment, one.next)]
    )


def wanted(segment: Segment, at: datetime) -> bool:
    return segment.looks_to is None or at < segment.looks_to


def members(segment: Segment, found: Sequence[Answer], whom: dict[int, int], before: dict[int, datetime]) -> int:
    """By how many the segment grew. Who was in it under any of their bases has not entered; who parted has, or has left."""
    at, inside = now(), {one.root for one in found if one.holds}
    stood = {whom[base] for base in before}
    come, left = inside - stood, stood - inside
    gone = [base for base in before if base not in inside]
    kept = {root: min(since for base, since in before.items() if whom[base] == root) for root in inside & stood}
    Member.objects.filter(Q(segment=segment), customer__in=gone).delete()
    fresh = [Member(segment=segment, customer_id=root, since=kept.get(root, at)) for root in inside - set(before)]
    Member.objects.bulk_create(fresh)
    crossings = [(root, True) for root in sorted(come)] + [(root, False) for root in sorted(left)]
    Crossing.objects.bulk_create([Crossing(segment=segment, customer_id=root, entered=entered, at=at) for root, entered in crossings])
    return len(fresh) - len(gone)
