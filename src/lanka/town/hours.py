"""Moments when somebody is at work, and moments when people write."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from lanka.content.hours import spans
from lanka.town.company import SHOP

SEASON = (0.4, 0.5, 0.9, 1.3, 1.5, 1.4, 1.1, 1.0, 0.8, 0.6, 0.6, 0.9)  # bicycles, January to December
AWAKE = (0.05, 0.02, 0, 0, 0, 0.05, 0.25, 0.6, 0.9, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.9, 0.9, 0.8, 0.6, 0.4, 0.15)
ZONES = {"FI": ZoneInfo("Europe/Helsinki"), "PL": ZoneInfo("Europe/Warsaw")}


def after(shop: str, moment: datetime, minutes: float) -> datetime:
    """`minutes` of opening time after `moment`, in that shop."""
    place, left = SHOP[shop], timedelta(minutes=minutes)
    local = moment.astimezone(ZONES[place.country])
    for days in range(60):
        for start, end in spans(place.hours, place.country, local + timedelta(days=days)):
            begin = max(start, local)
            if begin + left < end:
                return begin + left
            left -= max(end - begin, timedelta())
    return moment + left


def before(shop: str, moment: datetime, minutes: float) -> datetime:
    """`minutes` of opening time before `moment`."""
    place, left = SHOP[shop], timedelta(minutes=minutes)
    local = moment.astimezone(ZONES[place.country])
    for days in range(60):
        for start, end in reversed(spans(place.hours, place.country, local - timedelta(days=days))):
            finish = min(end, local)
            if finish - left > start:
                return finish - left
            left -= max(finish - start, timedelta())
    return moment - left


def shopping(rng: Random, shop: str, day: datetime) -> datetime:
    """While the shop is open, on that day or the next open one."""
    morning = day.astimezone(ZONES[SHOP[shop].country]).replace(hour=0, minute=1)
    return after(shop, morning, rng.uniform(5, 460))


def writing(rng: Random, country: str, day: datetime) -> datetime:
    """When people sit down to write: rarely at night."""
    local = day.astimezone(ZONES[country])
    hour = rng.choices(range(24), AWAKE)[0]
    return local.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60))


def season(rng: Random, start: datetime, end: datetime) -> datetime:
    """A moment between the two, oftener in spring than in winter."""
    span = (end - start).total_seconds()
    for _ in range(12):
        moment = start + timedelta(seconds=rng.random() * span)
        if rng.random() * 1.5 < SEASON[moment.month - 1]:
            break
    return moment
