"""What the organisation allows itself: caps, quiet hours, how long the same said again is a double. The newest row counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction

from lanka.core.clock import now
from lanka.decide.models import Rules
from lanka.decide.when import Hours
from lanka.people.models import User

LONGEST_CAP = 366  # days


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many in any window of so many days. `scope`: 'all', 'topic', or 'channel' with its kind."""

    days: float
    most: int
    scope: str = "all"
    kind: str = ""

    @property
    def span(self) -> timedelta:
        return timedelta(days=self.days)


def current() -> Rules:
    """As a row; where nobody has set any, the defaults of the model."""
    return Rules.objects.order_by("-pk").first() or Rules(at=now())


def hours(rules: Rules) -> Hours:
    quiet = {country: (time.fromisoformat(begins), time.fromisoformat(ends)) for country, (begins, ends) in rules.quiet.items()}
    return Hours(quiet, rules.holidays, rules.digest_hour, rules.digest_day)


def caps_of(told: list[dict[str, Any]], scope: str = "all") -> list[Cap]:
    return [Cap(one["days"], one["most"], "channel" if one.get("channel") else scope, one.get("channel", "")) for one in told]


@transaction.atomic
def set_rules(
    *,
    by: User,
    caps: list[dict[str, Any]],
    quiet: dict[str, list[str]],
    holidays: bool,
    double_days: int,
    digest_hour: time,
    digest_day: int,
    at: datetime | None = None,
) -> Rules:
    """A new row; the old ones tell what counted when. Raises ValueError."""
    for cap in caps:
        if not (0 < cap["days"] <= LONGEST_CAP and cap["most"] >= 1):
            raise ValueError(f"a cap needs 1 to {LONGEST_CAP} days and at least one message: {cap}")
    for begins, ends in quiet.values():
        time.fromisoformat(begins), time.fromisoformat(ends)
    if not (0 <= double_days <= LONGEST_CAP and 0 <= digest_day <= 6):
        raise ValueError("days out of range")
    told = {"caps": caps, "quiet": quiet, "holidays": holidays, "double_days": double_days}
    return Rules.objects.create(**told, digest_hour=digest_hour, digest_day=digest_day, at=at or now(), by=by)
