"""Segments of the shop, and its spring campaign: made by the verbs of the house, with the clock put back to April.

Only what the world outside does is invented here: which mail servers took the message, who opened it and clicked.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from lanka.channels.base import Sent, Unreachable
from lanka.channels.models import Line
from lanka.channels.registry import channel, view
from lanka.content.approve import approve
from lanka.content.ask import ask
from lanka.content.draft import take_over
from lanka.content.models import Template
from lanka.content.template import make as make_template
from lanka.core import clock
from lanka.customers.models import Customer, Topic
from lanka.decide.consent import withdraw
from lanka.deliver.claim import Claimed, claim
from lanka.deliver.models import Delivery
from lanka.deliver.promise import promise_due
from lanka.deliver.settle import Tried, settle
from lanka.outreach.build import build
from lanka.outreach.campaigns.carry_on import carry_on
from lanka.outreach.campaigns.draft import Plan, make, save
from lanka.outreach.campaigns.schedule import schedule
from lanka.outreach.models import Campaign, Segment
from lanka.outreach.save import make as make_segment
from lanka.timeline.record_batch import Happened, record_batch
from lanka.town.company import Company
from lanka.town.writing import WORDS as WRITING

WORDS = Path(__file__).resolve().parent / "talk" / "spring.toml"
RATES = {"price": (0.24, 0.13), "road": (0.29, 0.17)}  # of those who got it: told that they read it, clicked
STEPS = (0, 20, 60, 240, 720, 1440, 4320, 8640, 8700, 10080, 14400)  # minutes after it began: own hours, retries, who hears weekly


def bought(category: str, **more: Any) -> dict[str, Any]:
    return {"is": "bought", "what": "category", "value": category, **more}


def all_of(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"is": "all", "rules": list(rules)}


def segments(company: Company, april: datetime) -> dict[str, Segment]:
    riders = all_of(bought("bicycle", when="until", date=april.date().isoformat()))
    rules: dict[str, tuple[str, dict[str, Any]]] = {
        "remind": ("Bicycle bought six months ago and not serviced", all_of(
            bought("bicycle", when="before", n=6, unit="months"), bought("service", when="within", n=6, unit="months", no=True))),
        "lapsed": ("Lapsed", all_of({"is": "bought", "when": "last", "n": 9, "unit": "months"})),
        "loyal": ("Loyal in Turku", all_of(
            {"is": "place", "what": "town", "values": ["Turku"]}, {"is": "score", "what": "frequency", "least": 4, "most": 5})),
        "polish": ("Polish customers", {"is": "any", "rules": [
            {"is": "language", "values": ["pl"]}, {"is": "place", "what": "country", "values": ["PL"]}]}),
        "riders": ("Riders before the spring", riders),
        "known": ("Known before the spring", all_of({"is": "met", "when": "until", "date": april.date().isoformat()})),
        "wrote": ("Wrote to us this month", all_of({"is": "did", "event": "message.in", "when": "within", "n": 30, "unit": "days"})),
    }  # fmt: skip
    ben = company.staff["ben"]
    return {key: build(make_segment(name, rule, by=ben)) for key, (name, rule) in rules.items()}


def texts(company: Company, key: str, name: str) -> Template:
    """Written by Ben, approved by Sanna."""
    told = tomllib.loads(WORDS.read_text())[key]
    template = make_template(name, company.brand, by=company.staff["ben"])
    take_over(template, {language: worded(words) for language, words in told.items()}, by=company.staff["ben"])
    approve(ask(Template.objects.get(pk=template.pk), by=company.staff["ben"]), by=company.staff["sanna"])
    return template


def worded(words: dict[str, str]) -> dict[str, Any]:
    blocks = [
        {"id": "heading", "kind": "heading", "text": words["heading"]},
        {"id": "text", "kind": "text", "text": words["text"]},
        {"id": "book", "kind": "button", "label": words["button"], "url": "https://www.pyorapolku.example/huolto"},
        {"id": "bye", "kind": "signature", "name": "Pyörä & Polku"},
    ]
    return {"subject": words["subject"], "preview": words["preview"], "short": words["short"], "blocks": blocks}


def last_april(now: datetime) -> datetime:
    """A Tuesday morning."""
    day = now.replace(month=4, day=14, hour=6, minute=0, second=0, microsecond=0)
    day = day if day < now - timedelta(days=20) else day.replace(year=now.year - 1)
    return day + timedelta(days=(1 - day.weekday()) % 7)


def spring(company: Company, now: datetime) -> Campaign:
    """One that is done, and one that is being written about the winter. After `writing`."""
    april, rng = last_april(now), Random(14)  # noqa: S311
    ben, offers = company.staff["ben"], Topic.objects.get(key="offers")
    with clock.at(april - timedelta(hours=20)):
        price, road = texts(company, "price", "Spring service: the price"), texts(company, "road", "Spring service: the road")
    known = segments(company, april)
    with clock.at(april - timedelta(hours=17)):
        done = make("Spring service", by=ben)
        variants = [(price, 50), (road, 50)]
        plan = Plan(
            "Spring service", offers, [known["riders"], known["known"]], [], variants, april, purpose="spring-service", horizon_days=7
        )
        done = schedule(save(done, plan, by=ben), by=ben)
    for minutes in STEPS:
        with clock.at(april + timedelta(minutes=minutes)):
            while carry_on() or promise_due() or handed_over(rng):
                pass
    react(done, {"A": RATES["price"], "B": RATES["road"]}, rng)
    with clock.at(now - timedelta(hours=3)):
        winter = Template.objects.get(name=tomllib.loads(WRITING.read_text())["winter"]["name"])
        draft = make("Winter storage", by=ben)
        save(
            draft,
            Plan("Winter storage", offers, [known["remind"]], [known["wrote"]], [(winter, 100)], purpose="winter-storage"),
            by=ben,
        )
    return done


def handed_over(rng: Random) -> int:
    """As the sender does, with servers that are not running yet: nearly all take it."""
    for line in Line.objects.filter(enabled=True).order_by("pk"):
        rows = claim(line.pk, 200)
        if rows:
            settle(line, [Tried(row, answer(line, row, rng), clock.now()) for row in rows])
            return len(rows)
    return 0


def answer(line: Line, row: Claimed, rng: Random) -> Sent | Unreachable:
    if rng.random() < 0.02:
        return Unreachable("550 5.1.1 the mailbox does not exist")
    can = channel(line.kind).can(view(line))
    return Sent(f"town-{row.id}", state="delivered" if rng.random() < 0.97 else "sent", cost=can.cost, currency=can.currency)


def react(campaign: Campaign, rates: dict[str, tuple[float, float]], rng: Random) -> None:
    """Who read, clicked, and said no thanks, in the days after."""
    events: list[Happened] = []
    for variant in campaign.variants.all():
        rows = Delivery.objects.filter(message=variant.message, state__in=["handed", "delivered"]).select_related("line", "customer")
        for row in rows.order_by("pk"):
            events += reactions(row, *rates[variant.name], rng)
            if rng.random() < 0.02:
                stop(row.customer, campaign, row.changed_at + timedelta(hours=rng.uniform(1, 60)))
    record_batch(sorted(events, key=lambda one: one.at))


def reactions(row: Delivery, reads: float, clicks: float, rng: Random) -> Iterable[Happened]:
    """Nobody is watched while reading: read is what a mail program or a chat tells by itself. A click is a click."""
    at = row.changed_at + timedelta(minutes=min(4000.0, rng.expovariate(1 / 300)))
    told = Happened(row.customer_id, "clicked", at, row.line.kind, f"clicked:{row.pk}", line_id=row.line_id, about=row.event_id)
    if "read" in channel(row.line.kind).can(view(row.line)).receipts and rng.random() < reads:
        yield told._replace(kind="receipt.read", key=f"read:{row.pk}")
    if rng.random() < clicks:
        yield told._replace(at=at + timedelta(seconds=rng.randint(5, 90)))


def stop(customer: Customer, campaign: Campaign, at: datetime) -> None:
    assert campaign.topic
    withdraw(customer, campaign.topic, by=None, source="unsubscribe", proof={"method": "one-click"}, at=at)
