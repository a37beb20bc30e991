"""The journeys of the shop: the bicycle's service after half a year, and a welcome. Drawn, published and walked by the verbs of the
house, with the clock put back; only the mail servers of that time are invented (`spring.handed_over`).
"""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from lanka.content.approve import approve
from lanka.content.ask import ask
from lanka.content.draft import take_over
from lanka.content.models import Template
from lanka.content.template import make
from lanka.core import clock
from lanka.customers.models import Topic
from lanka.deliver.promise import promise_due
from lanka.outreach.journeys.due import plan_of, walk_due
from lanka.outreach.journeys.enter import enter
from lanka.outreach.journeys.graph import Graph
from lanka.outreach.journeys.news import entry_of, matches
from lanka.outreach.journeys.publish import let_in_from_now, publish
from lanka.outreach.models import Edition, Journey
from lanka.people.models import Team
from lanka.timeline.models import Event
from lanka.town.company import Company
from lanka.town.spring import all_of, bought, handed_over, worded

WORDS = Path(__file__).resolve().parent / "talk" / "journeys.toml"
BEGAN = timedelta(days=236)  # so that some have their reminder behind them, and most are on their way to it
WORKDAYS = [0, 1, 2, 3, 4]


def service(company: Company, template: Template) -> dict[str, Any]:
    """Six months after a bicycle was bought, unless it has been serviced; whom nobody hears of, and who rides a lot, is called."""
    note = "No answer to the service reminder. Ask how the bicycle rides, and offer a time at the workshop."
    call = {"id": "call", "kind": "conversation", "callback": True, "team": Team.objects.get(name="Workshop").pk, "note": note}
    loyal = {"is": "score", "what": "money", "least": 5, "most": 5}
    return {
        "trigger": {"kind": "event", "event": "purchase,order.placed", "match": {"lines": "bicycle"}},
        "again": "each",
        "goal": all_of(bought("service", when="within", n=6, unit="months")),
        "steps": [
            {"id": "half-year", "kind": "wait", "span": {"count": 6, "unit": "months"}, "hour": "10:00", "weekdays": WORKDAYS},
            {"id": "remind", "kind": "send", "template": template.key, "topic": "care", "purpose": "service after half a year"},
            {
                "id": "answer",
                "kind": "wait_for",
                "event": "message.in",
                "timeout": {"count": 3, "unit": "weeks"},
                "came": [],
                "timed_out": [
                    {
                        "id": "who",
                        "kind": "split",
                        "branches": [{"id": "best", "name": "Our best customers", "rule": loyal, "steps": [call]}],
                        "otherwise": [],
                    }
                ],
            },
        ],
    }


def welcome(template: Template) -> dict[str, Any]:
    """The morning after the first bicycle, and some tips; by lot half of them hear on a weekend."""
    tips = {"kind": "send", "template": template.key, "topic": "care", "purpose": "welcome"}
    week = {"count": 1, "unit": "weeks"}
    return {
        "trigger": {"kind": "event", "event": "purchase,order.placed", "match": {"lines": "bicycle"}},
        "steps": [
            {"id": "week", "kind": "wait", "span": week, "hour": "17:00"},
            {
                "id": "lot",
                "kind": "split",
                "by": "random",
                "branches": [
                    {"id": "weekday", "name": "On a weekday", "share": 1, "steps": [{"id": "tips", **tips}]},
                    {
                        "id": "weekend",
                        "name": "On the weekend",
                        "share": 1,
                        "steps": [{"id": "saturday", "kind": "wait", "hour": "09:00", "weekdays": [5, 6]}, {"id": "tips-saturday", **tips}],
                    },
                ],
            },
        ],
    }


def text(company: Company) -> Template:
    told = tomllib.loads(WORDS.read_text())["weeks"]
    ben = company.staff["ben"]
    template = make(told.pop("name"), company.brand, by=ben)
    take_over(template, {language: worded(words) for language, words in told.items()}, by=ben)
    approve(ask(Template.objects.get(pk=template.pk), by=ben), by=company.staff["sanna"])
    return template


def journeys(company: Company, templates: dict[str, Template], now: datetime) -> list[Journey]:
    """Both let people in since `BEGAN` and have walked until now."""
    began, rng, ben = now - BEGAN, Random(6), company.staff["ben"]  # noqa: S311
    assert Topic.objects.filter(key="care").exists()
    with clock.at(began - timedelta(days=1)):
        tips = text(company)
    editions = []
    with clock.at(began):
        for name, drawing in (("Service reminder", service(company, templates["service"])), ("Welcome", welcome(tips))):
            draft = Graph.model_validate(drawing).model_dump()
            journey = Journey.objects.create(name=name, draft=draft, draft_by=ben)
            editions.append(publish(journey, by=ben))
            let_in_from_now(journey, by=ben)
    seen = began
    while seen < now:
        until = min(seen + timedelta(days=7), now)
        with clock.at(until):
            for edition in editions:
                come_in(edition, seen, until)
            while walk_due() or promise_due() or handed_over(rng):
                pass
        seen = until
    return [edition.journey for edition in editions]


def come_in(edition: Edition, since: datetime, until: datetime) -> None:
    """Who bought in that week, as the reader of the news would have let them in."""
    trigger = plan_of(edition.pk).graph.trigger
    happened = Event.objects.filter(kind__in=trigger.kinds, at__gt=since, at__lte=until).order_by("at", "pk")
    enter(edition, [entry_of(event) for event in happened if matches(event, trigger.match)])
