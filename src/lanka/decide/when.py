"""When a message may reach somebody: their pace, the hour where they live, no quiet hour, no public holiday.

Worked out once for each country, zone and pace, in Python, and handed to SQL as a small table. Times that a clock change skips are
moved on; of times that it repeats the second is taken, as PostgreSQL's AT TIME ZONE does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from lanka.customers.models import Frequency
from lanka.customers.where import zones_of

LAST_ZONE = "UTC"  # of a country that has none in the tables
TRIES = 400  # days; no run of holidays is longer


@dataclass(frozen=True, slots=True)
class Hours:
    """What the house thinks decent. `quiet`: country → ('21:00', '08:00'), '' = everywhere else."""

    quiet: dict[str, tuple[time, time]]
    holidays: bool = True
    digest_hour: time = time(9)
    digest_day: int = 0  # Monday

    def quiet_in(self, country: str) -> tuple[time, time] | None:
        return self.quiet.get(country, self.quiet.get(""))


@cache
def _days(country: str) -> Any:
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return {}


@lru_cache(maxsize=10_000)
def is_holiday(country: str, day: date) -> bool:
    return bool(country) and day in _days(country)


def moment(day: date, hour: time, zone: str) -> datetime:
    """That local time as UTC."""
    local = datetime.combine(day, hour, tzinfo=ZoneInfo(zone))
    exists = local.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local.replace(tzinfo=None)
    return local.replace(fold=1 if exists else 0).astimezone(UTC)


def next_at(start: datetime, hour: time, zone: str, weekday: int | None = None) -> datetime:
    """The first time from `start` on that it is this hour there (on that weekday)."""
    day = start.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    while True:
        found = moment(day, hour, zone)
        if found >= start and weekday in (None, day.weekday()):
            return found
        day += timedelta(days=1)


def after_quiet(at: datetime, zone: str, span: tuple[time, time]) -> datetime:
    """The end of the quiet hours if `at` lies in them, else `at`."""
    begins, ends = span
    hour = at.astimezone(ZoneInfo(zone)).time()
    quiet = begins <= hour < ends if begins <= ends else hour >= begins or hour < ends
    return next_at(at, ends, zone) if quiet else at


def after_holiday(at: datetime, zone: str, country: str) -> datetime:
    """The beginning of the next day if `at` lies on a public holiday, else `at`."""
    day = at.astimezone(ZoneInfo(zone)).date()
    return moment(day + timedelta(days=1), time(0), zone) if is_holiday(country, day) else at


def decent(at: datetime, country: str, zones: tuple[str, ...], hours: Hours) -> tuple[datetime, dict[str, Any]]:
    """The first decent moment in all of these zones, and what it waited for."""
    because: dict[str, Any] = {}
    span = hours.quiet_in(country)
    for _ in range(TRIES):
        before = at
        for zone in zones:
            if hours.holidays and (later := after_holiday(at, zone, country)) != at:
                because.setdefault("holiday", at.astimezone(ZoneInfo(zone)).date().isoformat())
                at = later
            if span and (later := after_quiet(at, zone, span)) != at:
                because["quiet"] = [span[0].strftime("%H:%M"), span[1].strftime("%H:%M")]
                at = later
        if at == before:
            return at, because
    return at, because


@dataclass(frozen=True, slots=True)
class Wait:
    """What a message asks of the clock. `quiet`: it heeds decent hours."""

    start: datetime
    local_hour: time | None
    quiet: bool
    hours: Hours
    home: str  # the country of those whose country is not known


def when(wait: Wait, country: str, zone: str, pace: str) -> tuple[datetime, dict[str, Any]]:
    """The moment for people of this country, zone ('' = not known) and pace, and the reasons that are worth telling."""
    country = country or wait.home
    zones = (zone,) if zone else zones_of(country) or (LAST_ZONE,)
    at, because = wait.start, dict[str, Any]()
    if pace in (Frequency.DAILY, Frequency.WEEKLY):
        day = wait.hours.digest_day if pace == Frequency.WEEKLY else None
        at = max(next_at(at, wait.hours.digest_hour, one, day) for one in zones)
        because["pace"] = pace
    elif wait.local_hour is not None:
        at = max(next_at(at, wait.local_hour, one) for one in zones)
        because["hour"] = wait.local_hour.strftime("%H:%M")
    if wait.quiet:
        at, late = decent(at, country, zones, wait.hours)
        because |= late
    if because:
        because["zone"] = zones[0]
    return at, because
