"""Fills the templates of `talk/`: fields, the reader's grammatical gender, and the manners of each channel."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency

from lanka.town.hours import ZONES, after
from lanka.town.people import Person

TALK = Path(__file__).resolve().parent / "talk"
ARTICLE = re.compile(r"\b([Aa]) (?=[AEIOU][a-z])")
FIELD = re.compile(r"\{(\w+)\}")
EITHER = re.compile(r"\[([^\[\]|]*)\|([^\[\]|]*)\]")


@dataclass(frozen=True)
class Topic:
    key: str
    tags: list[str]
    needs: str  # what the person must have: '', 'bike', 'ebike', 'order', 'part', 'parcel'
    weight: float
    months: list[int]
    texts: dict[str, dict[str, Any]]  # language: {'subject', 'talk', 'more', 'note'}


@cache
def manners() -> dict[str, dict[str, Any]]:
    return tomllib.loads((TALK / "manners.toml").read_text())


@cache
def topics() -> dict[str, Topic]:
    found = {}
    for path in sorted((TALK / "topics").glob("*.toml")):
        book = tomllib.loads(path.read_text())
        texts = {language: book[language] for language in manners()}
        found[path.stem] = Topic(path.stem, book["tags"], book["needs"], book["weight"], book.get("months", []), texts)
    return found


def say(template: str, person: Person, fields: Mapping[str, str]) -> str:
    """`{field}` and `[to a man|to a woman]`."""
    filled = template.format_map({"first": person.first, "last": person.last, "name": person.name, **fields})
    spoken = EITHER.sub(lambda either: either[2] if person.woman else either[1], filled)
    return ARTICLE.sub(r"\1n ", spoken) if person.language == "en" else spoken


def fitting(subjects: list[str], question: str) -> list[str]:
    """Those that speak of nothing that the question does not speak of; all of them if there are none."""
    told = set(FIELD.findall(question))
    return [one for one in subjects if set(FIELD.findall(one)) <= told] or subjects


def money(amount: int, currency: str, language: str) -> str:
    return format_currency(amount / 100, currency, locale=language)


def weekday(moment: datetime, person: Person) -> str:
    """'tiistaina', 'på tisdag', 'on Tuesday', 'we wtorek'."""
    return str(manners()[person.language]["days"][moment.astimezone(ZONES[person.country]).weekday()])


def coming(rng: Random, person: Person, moment: datetime) -> dict[str, str]:
    """A day and a time soon after `moment`, when the shop is open; and the other small things that people mention."""
    then = after(person.shop, moment + timedelta(days=rng.randint(1, 3)), rng.choice((30, 90, 150, 210)))
    hour = rng.choice((10, 11, 13, 14, 15, 16))
    clock = f"{hour}.00" if person.language in ("fi", "sv") else f"{hour}:00"
    height = rng.randint(158, 178) if person.woman else rng.randint(169, 192)
    return {
        "day": weekday(then, person),
        "time": clock,
        "height": str(height),
        "leg": str(round(height * 0.47)),
        "code_short": str(rng.randint(10_000, 99_999)),
    }


def long_date(moment: datetime, person: Person) -> str:
    form = {"fi": "d.M.", "sv": "d.M.", "pl": "d MMMM", "en": "d MMMM"}[person.language]
    return format_date(moment.astimezone(ZONES[person.country]), form, locale=person.language)


def inline(hello: str) -> str:
    """A greeting that goes on in the same line."""
    return hello.rstrip(",!") + "!"


def casual(rng: Random, text: str, trait: str) -> str:
    """As people type in a hurry."""
    if trait == "brief" and rng.random() < 0.5:
        return text[0].lower() + text[1:].rstrip(".")
    return text


def from_customer(rng: Random, person: Person, kind: str, body: str, *, first: bool) -> str:
    """The customer's message as typed in that channel."""
    book = manners()[person.language]
    hello, bye = rng.choice(book["hello"]), say(rng.choice(book["bye"]), person, {})
    if kind == "email":
        return f"{hello}\n\n{body}\n\n{bye}" if first else f"{body}\n\n{bye}"
    body = casual(rng, body, person.trait)
    if not first or person.trait == "brief":
        return body
    hello = inline(book["hello"][0])
    return f"{hello} {body}" if kind == "chat" else f"{hello} {body} {bye.splitlines()[-1]}"


def from_agent(person: Person, kind: str, body: str, agent: str, *, first: bool, moved: bool = False) -> str:
    """The company's answer: letters and mails greet and sign, a text message signs, a chat greets once."""
    book, fields = manners()[person.language], {"agent": agent}
    hello = say(book["reply_hello"], person, fields)
    if moved:
        body = f"{body} {book['moved']}"
    if kind == "letter":
        return f"{say(book['letter_hello'], person, fields)}\n\n{body}\n\n{say(book['agent_bye'], person, fields)}"
    if kind == "email":
        return f"{hello}\n\n{body}\n\n{say(book['agent_bye'], person, fields)}"
    if kind == "sms":
        return f"{body} {say(book['agent_sms'], person, fields)}"
    return f"{inline(hello)} {body}" if first else body
