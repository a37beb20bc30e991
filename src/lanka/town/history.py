"""Two years of a company and its customers, in memory. The same people every time; the times are relative to now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from lanka.town import catalogue
from lanka.town.book import Book
from lanka.town.company import Company
from lanka.town.hours import shopping as shops
from lanka.town.hours import writing
from lanka.town.people import Person
from lanka.town.present import Present
from lanka.town.purchases import Bought, Shopping, days_after
from lanka.town.talks import Talks
from lanka.town.words import topics

YEARS = timedelta(days=730)
TALKS = {"chatty": (1, 4), "brief": (0, 3), "mail": (1, 4), "phone": (1, 3), "shop": (0, 2), "paper": (1, 2)}
MAIJA, HELVI = 0, 3
BEFORE = ("size", "stock", "testride", "benefit")  # asked before a bicycle is bought


def history(company: Company, people: Sequence[Person], now: datetime, seed: int = 7) -> Book:
    rng, book = Random(seed), Book()  # noqa: S311
    shopping, talks = Shopping(book, company.stores, rng, now), Talks(book, company, rng, now)
    bought: dict[int, list[Bought]] = {}
    for person in people:
        if person.number == MAIJA:
            bought[MAIJA] = maija(person, shopping, now)
            continue
        bought[person.number] = shopping.life(person, _since(rng, now))
        _past(rng, person, bought[person.number], talks, now)
    Present(company, rng, now).fill(book, people, bought)
    return book


def _since(rng: Random, now: datetime) -> datetime:
    """A third was there from the start; the others came one by one, the last a few weeks ago."""
    return now - (YEARS if rng.random() < 0.33 else timedelta(days=rng.uniform(25, 730)))


def maija(person: Person, shopping: Shopping, now: datetime) -> list[Bought]:
    """Her story is ready to begin: a city bicycle long ago, a service in Turku, and a Kuura on its way."""
    helmi, kuura = catalogue.BY_KEY["helmi"], catalogue.BY_KEY["kuura"]
    person.rides.append("helmi")
    first = shopping.in_shop(person, now - timedelta(days=590), [helmi, catalogue.BY_KEY["basket"]])
    person.shop = "turku"
    shopping.in_shop(person, now - timedelta(days=192), [catalogue.BY_KEY["service"]])
    person.shop = "kamppi"
    shopping.visit(person, shops(shopping.rng, "kamppi", now - timedelta(days=6)), "Kuura M 54")
    new = shopping.on_web(person, now - timedelta(days=3), [kuura], number="48213", sent=False)
    person.rides.append("kuura")
    return [first, new]


def _past(rng: Random, person: Person, bought: Sequence[Bought], talks: Talks, now: datetime) -> None:
    low, high = TALKS[person.trait]
    for _ in range(rng.randint(low, high) + (person.number == HELVI)):
        had = rng.choice(bought)
        found = _occasion(rng, person, had, now)
        if found is None:
            continue
        key, at = found
        if at > now - timedelta(days=4):
            continue
        script = talks.script(person, topics()[key], at, had)
        talks.whole(script, at)


def _occasion(rng: Random, person: Person, had: Bought, now: datetime) -> tuple[str, datetime] | None:
    """What somebody who bought this may ask, and when."""
    at, ride = had.order.at, had.ride
    wishes: list[tuple[str, float, float]] = [("invoice", 3, 60)]  # topic, from, to: days after the purchase
    if had.web:
        wishes += [("delivery", 0.6, 3)] * 4
    if had.web and not ride:
        wishes += [("return", 4, 20)] * 3
    if ride:
        wishes += [(key, -14, -1) for key in BEFORE] + [("service", 60, 500)] * 4
        wishes += [("warranty", 30, 600)] * 2 + [("spare", 60, 600), ("praise", 5, 90), ("theft", 90, 650)]
        wishes += [("storage", 20, 600)] * 2 + ([("battery", 30, 500)] * 4 if ride.kind == "ebike" else [])
    else:
        wishes += [(key, -30, 200) for key in (*BEFORE, "child", "hours")]
    key, low, high = rng.choice(wishes)
    room = (now - at).total_seconds() / 86400 - 4
    if room < low:
        return None
    moment = writing(rng, person.country, days_after(rng, at, low, min(high, room)))
    months = topics()[key].months
    return (key, moment) if not months or moment.month in months else None
