"""The real world for many walkers at once: each question is asked of the database once, for all of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.utils.dateparse import parse_date, parse_datetime

from lanka.core.clock import now
from lanka.customers.load import bases_of, roots_of
from lanka.customers.models import Customer, Fact
from lanka.outreach.fits import fitting
from lanka.outreach.journeys.graph import Rule
from lanka.outreach.journeys.times import at_wall, zone_of
from lanka.outreach.journeys.walk import Walker

BECAME = {  # what a timeline event about a message says of it
    "receipt.delivered": {"delivered"},
    "receipt.read": {"delivered", "opened"},
    "clicked": {"delivered", "opened", "clicked"},
    "receipt.failed": {"failed"},
    "receipt.bounced": {"failed"},
    "receipt.returned": {"failed"},
}
OUTCOMES = """
SELECT v.customer_id, v.occurrence, array_agg(news.kind)
FROM decide_verdict v
JOIN deliver_delivery d ON d.verdict_id = v.id
LEFT JOIN timeline_event news ON news.about_id = d.event_id AND coalesce(news.data ->> 'machine', '') = ''
WHERE v.message_id = %s AND v.customer_id = ANY(%s)
GROUP BY 1, 2
"""


def moment_of(value: Any, zone: str) -> datetime | None:
    """A date or a time as facts and events write them; a date alone is midnight where they live."""
    if not isinstance(value, str):
        return None
    moment = parse_datetime(value)
    if moment is not None:
        return moment.astimezone(UTC) if moment.tzinfo else at_wall(moment, zone_of(zone))
    day = parse_date(value[:10])
    return at_wall(datetime(day.year, day.month, day.day), zone_of(zone)) if day else None  # noqa: DTZ001


class Real:
    """For the walkers of one edition. `messages`: send node → decide.Message."""

    def __init__(self, walkers: Sequence[Walker], messages: dict[str, int], at: datetime | None = None) -> None:
        self.now = at or now()
        self.roots = roots_of({walker.customer for walker in walkers})
        self.bases = bases_of(set(self.roots.values()))
        self.messages = messages
        self.zones = dict(Customer.objects.filter(pk__in=self.roots.values()).values_list("pk", "zone"))
        self.asked: dict[str, set[int]] = {}
        self.facts: dict[str, dict[int, Any]] = {}
        self.became: dict[str, dict[tuple[int, str], set[str]]] = {}

    def zone(self, walker: Walker) -> str:
        return self.zones.get(self.roots[walker.customer]) or "UTC"

    def date(self, walker: Walker, name: str) -> datetime | None:
        if name == "entered":
            return walker.entered_at
        if name == "trigger":
            return moment_of(walker.fields.get("trigger", {}).get("at"), self.zone(walker)) or walker.entered_at
        if name not in self.facts:
            self.facts[name] = self.facts_called(name.removeprefix("fact:"))
        return moment_of(self.facts[name].get(self.roots[walker.customer]), self.zone(walker))

    def facts_called(self, kind: str) -> dict[int, Any]:
        """Root → the most trusted, newest value."""
        of_base = {base: root for root, bases in self.bases.items() for base in bases}
        told = Fact.objects.filter(customer__in=of_base, kind=kind).order_by("-trust", "at").values_list("customer_id", "value")
        return {of_base[base]: value for base, value in told}

    def fits(self, walker: Walker, rule: Rule) -> bool:
        key = json.dumps(rule, sort_keys=True)
        if key not in self.asked:
            self.asked[key] = fitting(rule, set(self.roots.values()))
        return self.roots[walker.customer] in self.asked[key]

    def outcomes(self, walker: Walker, send: str) -> set[str]:
        if send not in self.became:
            self.became[send] = self.look_up(send)
        return self.became[send].get((self.roots[walker.customer], walker.occurrence), {"not_sent"})

    def look_up(self, send: str) -> dict[tuple[int, str], set[str]]:
        message = self.messages.get(send)
        if message is None:
            return {}
        every_base = [base for bases in self.bases.values() for base in bases]
        of_base = {base: root for root, bases in self.bases.items() for base in bases}
        found: dict[tuple[int, str], set[str]] = {}
        for customer, occurrence, news in self.rows(OUTCOMES, [message, every_base]):
            became = {"sent"}.union(*(BECAME[kind] for kind in news if kind in BECAME))
            found.setdefault((of_base[customer], occurrence), set()).update(became)
        return found

    def rows(self, sql: str, params: Iterable[Any]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, list(params))
            return list(cursor.fetchall())
