"""Natural moments to come back to something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from lanka.core.clock import now

MORNING, EVENING = time(9), time(17)


@dataclass(frozen=True, slots=True)
class Preset:
    name: str
    at: datetime


def presets() -> list[Preset]:
    """Only those that lie ahead, soonest first, in the company's time."""
    present = timezone.localtime(now())

    def on(days: int, hour: time) -> datetime:
        day = present.date() + timedelta(days=days)
        return timezone.make_aware(datetime.combine(day, hour))

    monday = (7 - present.weekday()) or 7
    wanted = [
        Preset(_("In an hour"), present.replace(second=0, microsecond=0) + timedelta(hours=1)),
        Preset(_("In three hours"), present.replace(second=0, microsecond=0) + timedelta(hours=3)),
        Preset(_("This evening"), on(0, EVENING)),
        Preset(_("Tomorrow morning"), on(1, MORNING)),
        Preset(_("Next Monday"), on(monday, MORNING)),
        Preset(_("In a month"), on(30, MORNING)),
    ]
    seen: set[datetime] = set()
    ahead = [p for p in sorted(wanted, key=lambda p: p.at) if p.at > present + timedelta(minutes=15)]
    return [p for p in ahead if not (p.at in seen or seen.add(p.at))]  # type: ignore[func-returns-value]
