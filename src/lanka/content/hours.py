"""Is the shop open? Opening hours, the country's holidays, the shop's own time zone."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Hours = dict[str, list[list[str]]]


@cache
def _holidays(country: str) -> Any:
    return holidays.country_holidays(country)


def spans(hours: Hours, country: str, day: datetime) -> list[tuple[datetime, datetime]]:
    """Opening spans of that local day, none on a holiday."""
    if day.date() in _holidays(country):
        return []
    found = []
    for start, end in hours.get(DAYS[day.weekday()], []):
        first = datetime.combine(day.date(), time.fromisoformat(start), tzinfo=day.tzinfo)
        found.append((first, datetime.combine(day.date(), time.fromisoformat(end), tzinfo=day.tzinfo)))
    return found


def is_open(hours: Hours, country: str, zone: str, at: datetime) -> bool:
    """No hours given means always open."""
    if not hours:
        return True
    local = at.astimezone(ZoneInfo(zone))
    return any(start <= local < end for start, end in spans(hours, country, local))


def next_opening(hours: Hours, country: str, zone: str, at: datetime) -> datetime | None:
    """The next moment it opens within three weeks, None if it is open now or never opens."""
    if is_open(hours, country, zone, at):
        return None
    local = at.astimezone(ZoneInfo(zone))
    for days in range(21):
        for start, _ in spans(hours, country, local + timedelta(days=days)):
            if start > local:
                return start
    return None
