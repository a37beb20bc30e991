"""Dates let people in: each year again, so long before or after a day that is known of them (a birthday, a contract's end)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from lanka.core.clock import now
from lanka.customers.load import roots_of
from lanka.customers.models import Customer, Fact
from lanka.outreach.journeys.due import plan_of
from lanka.outreach.journeys.enter import Entry, enter
from lanka.outreach.journeys.graph import Trigger
from lanka.outreach.journeys.news import running
from lanka.outreach.journeys.times import at_wall, plus, zone_of
from lanka.outreach.models import Edition

LOOKS_BACK = timedelta(days=2)  # a worker that stood still for a weekend misses nobody; the occurrence keeps each year to once


def let_in_by_date() -> int:
    """Once an hour. How many came in."""
    return sum(enter(edition, list(entries(edition))) for edition in running() if plan_of(edition.pk).graph.trigger.kind == "date")


def entries(edition: Edition) -> Iterator[Entry]:
    trigger = plan_of(edition.pk).graph.trigger
    since: datetime = max(edition.journey.running_since or now(), now() - LOOKS_BACK)
    facts = Fact.objects.filter(kind=trigger.fact, customer__erased_at=None).values_list("customer_id", "value", "trust", "at")
    best = {base: value for base, value, _, _ in sorted(facts, key=lambda fact: (-fact[2], fact[3]))}
    roots = roots_of(best)
    zones = dict(Customer.objects.filter(pk__in=set(roots.values())).values_list("pk", "zone"))
    for base, value in best.items():
        zone = zones.get(roots[base]) or "UTC"
        for year in (now().year - 1, now().year, now().year + 1):
            day = in_year(value, year)
            moment = moment_for(trigger, day, zone) if day else None
            if day and moment and since < moment <= now():
                yield Entry(base, str(year), moment, {"date": day.isoformat()})


def in_year(value: object, year: int) -> date | None:
    """29 February is the 28th in other years."""
    try:
        day = date.fromisoformat(str(value)[:10])
        return day.replace(year=year, day=28 if (day.month, day.day) == (2, 29) and year % 4 else day.day)
    except ValueError:
        return None


def moment_for(trigger: Trigger, day: date, zone: str) -> datetime:
    midnight = at_wall(datetime.combine(day, datetime.min.time()), zone_of(zone))
    return (plus(midnight, trigger.offset, zone_of(zone)) if trigger.offset else midnight).astimezone(UTC)
