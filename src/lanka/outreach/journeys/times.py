"""When a wait is over: calendar time where the person lives."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from lanka.outreach.journeys.graph import Span, Wait

CLOCK = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1)}
DAYS = {"days": 1, "weeks": 7}
MONTHS = {"months": 1, "years": 12}


@lru_cache(maxsize=600)
def zone_of(name: str) -> ZoneInfo:
    """A name that this machine does not know is UTC."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def at_wall(naive: datetime, zone: ZoneInfo) -> datetime:
    """That wall-clock time there, in UTC. An hour that the spring change skips comes an hour later; of one told twice, the first."""
    return naive.replace(tzinfo=zone, fold=0).astimezone(UTC)


def plus(moment: datetime, span: Span, zone: ZoneInfo) -> datetime:
    """31 January and a month is the last day of February."""
    if span.unit in CLOCK:
        return moment + CLOCK[span.unit] * span.count
    local = moment.astimezone(zone).replace(tzinfo=None)
    if span.unit in DAYS:
        return at_wall(local + timedelta(days=DAYS[span.unit] * span.count), zone)
    months = local.year * 12 + local.month - 1 + MONTHS[span.unit] * span.count
    year, month = divmod(months, 12)
    return at_wall(local.replace(year=year, month=month + 1, day=min(local.day, monthrange(year, month + 1)[1])), zone)


def next_hour(moment: datetime, hour: str, weekdays: list[int], zone: ZoneInfo) -> datetime:
    """The first such hour at or after `moment`, on one of the weekdays (none: any)."""
    local = moment.astimezone(zone)
    wanted = time.fromisoformat(hour)
    for ahead in range(9):
        day = local.date() + timedelta(days=ahead)
        found = at_wall(datetime.combine(day, wanted), zone)
        if found >= moment and (not weekdays or day.weekday() in weekdays):
            return found
    raise AssertionError("a week has every weekday")


def wait_ends(node: Wait, since: datetime, date: datetime | None, zone: ZoneInfo) -> datetime:
    """`since`: when they came to the node. `date`: what `node.date` is for them; unknown: the wait counts from `since`."""
    end = date if node.date and date else since
    if node.span:
        end = plus(end, node.span, zone)
    if node.hour:
        end = next_hour(max(end, since), node.hour, node.weekdays, zone)
    return end
