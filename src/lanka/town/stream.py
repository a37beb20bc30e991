"""Customers doing things by themselves: a gentle stream of believable happenings, and answers to what agents wrote."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db.models import Max, Q

from lanka.conversations.models import Seen
from lanka.core.clock import now
from lanka.timeline.models import Event
from lanka.town import catalogue
from lanka.town.company import SHOP
from lanka.town.dwellers import person_of
from lanka.town.models import Dweller, Item, Kind, Pace
from lanka.town.people import uses_telegram
from lanka.town.words import coming, fitting, from_customer, long_date, manners, money, say, topics

MOST = 2000  # happenings, then the town rests
SLEEPS = timedelta(minutes=30)  # after nobody has looked
LEFT_ALONE = timedelta(minutes=10)  # whom somebody plays
GAP = (20.0, 60.0)  # seconds between two happenings
THINKS = (12.0, 75.0)  # seconds until somebody answers
REPLIES = 3  # answers of one person within the hour: nobody talks for ever
CAST = 5  # the first ones belong to the stories and the tour
SPOKEN = {"mail": "email", "bot": "chat"}  # verb: the manners of which channel
DOES = {"sms": "sends a text message", "mail": "writes a mail", "chat": "asks in the chat", "bot": "writes to the bot"}
Do = Callable[[int, str, dict[str, Any]], None]
log = logging.getLogger(__name__)


class Stream:
    def __init__(self, do: Do, rng: Random | None = None) -> None:
        self.do, self.rng = do, rng or Random()  # noqa: S311
        self.next_at: datetime | None = None
        self.looked_at: datetime | None = None

    def step(self) -> None:
        pace, _ = Pace.objects.get_or_create(pk=1)
        if pace.paused or pace.happened >= MOST or self._nobody_looks(pace):
            return
        self.react(pace)
        if self.next_at is None:
            self.next_at = now() + timedelta(seconds=8)
        if now() >= self.next_at:
            self.next_at = now() + timedelta(seconds=self.rng.uniform(*GAP) / max(pace.speed, 0.1))
            self.happen(pace)

    def _nobody_looks(self, pace: Pace) -> bool:
        """A page of the town, or somebody who reads or writes at the desk; asked once a minute."""
        if self.looked_at is None or now() - self.looked_at > timedelta(minutes=1):
            self.looked_at = now()
            acted = Event.objects.filter(actor__isnull=False).aggregate(last=Max("recorded_at"))["last"]
            read = Seen.objects.aggregate(last=Max("at"))["last"]
            self.last_look = max(filter(None, (pace.looked_at, acted, read)), default=now())
        return now() - max(self.last_look, pace.looked_at or self.last_look) > SLEEPS

    def happen(self, pace: Pace) -> None:
        """One thing, by somebody whom nobody plays."""
        alone = Q(played_at=None) | Q(played_at__lt=now() - LEFT_ALONE)
        quiet = Q(active_at=None) | Q(active_at__lt=now() - LEFT_ALONE)
        person = Dweller.objects.filter(alone, quiet, number__gte=CAST).order_by("?").first()
        if person is None:
            return
        verb, data, words = self._idea(person)
        self._do(pace, person, verb, data, words)

    def _idea(self, person: Dweller) -> tuple[str, dict[str, Any], str]:
        if person.card and self.rng.random() < 0.22:
            return self._outing(person)
        has = {
            "sms": person.phone,
            "mail": person.email,
            "chat": person.email or person.phone,
            "bot": person.phone and uses_telegram(person.number),
        }
        channels = [verb for verb, held in has.items() if held]
        if not channels:
            return "visit", {}, "visits the shop"
        verb = self.rng.choice(channels)
        topic = topics()[self.rng.choice(list(self._about(person)))]
        who, fields = person_of(person), self._fields(person)
        text, *_ = self.rng.choice(topic.texts[person.language]["talk"])
        kind = SPOKEN.get(verb, verb)
        words = from_customer(self.rng, who, kind, say(text, who, fields), first=True)
        if verb == "mail":
            return (
                verb,
                {"subject": say(self.rng.choice(fitting(topic.texts[person.language]["subject"], text)), who, fields), "text": words},
                "writes a mail",
            )
        return verb, {"text": words}, DOES[verb]

    def _outing(self, person: Dweller) -> tuple[str, dict[str, Any], str]:
        if self.rng.random() < 0.5:
            return "visit", {}, "visits the shop"
        product = self.rng.choice([one for one in catalogue.PARTS if one.price < 15_000])
        return "buy", {"product": product.key}, f"buys {product.name('en').lower()}"

    def _about(self, person: Dweller) -> Iterator[str]:
        rides = [catalogue.BY_KEY[key] for key in person.about["rides"]]
        for topic in topics().values():
            if topic.needs in ("", "bike" if rides else "-", "ebike" if any(ride.kind == "ebike" for ride in rides) else "-"):
                yield topic.key

    def _fields(self, person: Dweller) -> dict[str, str]:
        who, shop = person_of(person), SHOP[person.shop]
        grown = [key for key in person.about["rides"] if key != "pikku"] or ["kuura", "aalto", "tuuli"]
        ride = catalogue.BY_KEY[self.rng.choice(grown)]
        return coming(self.rng, who, now()) | {
            "bike": ride.name(person.language),
            "product": ride.name(person.language),
            "size": ride.size(who.size),
            "shop_in": shop.places[person.language][0],
            "shop_to": shop.places[person.language][1],
            "frame": f"PP{self.rng.randint(20, 26)}-{self.rng.randint(10_000, 99_999)}",
            "date": long_date(now() - timedelta(days=self.rng.randint(20, 300)), who),
            "number": str(self.rng.randint(40_000, 48_000)),
            "amount": money(ride.price, shop.currency, person.language),
            "code": "",
        }

    def react(self, pace: Pace) -> None:
        """Somebody got an answer a while ago: they thank, go on asking, or leave it at that."""
        old = now() - timedelta(seconds=THINKS[0] / max(pace.speed, 0.1))
        for item in Item.objects.filter(mine=False, reacted=False, at__lt=old).select_related("dweller").order_by("id")[:20]:
            due = item.at + timedelta(seconds=Random(item.pk).uniform(*THINKS) / max(pace.speed, 0.1))  # noqa: S311
            if now() >= due:
                Item.objects.filter(pk=item.pk).update(reacted=True)
                self._answer(pace, item)

    def _answer(self, pace: Pace, item: Item) -> None:
        person = item.dweller
        played = person.played_at and now() - person.played_at < LEFT_ALONE
        said = person.items.filter(mine=True, kind=item.kind, at__gt=now() - timedelta(hours=1)).count()
        if played or person.number < CAST or said > REPLIES or item.kind == Kind.LETTER or self.rng.random() < 0.25:
            return
        who, thanks = person_of(person), self.rng.choice(manners()[person.language]["thanks"])
        if self.rng.random() < 0.35:
            topic = topics()[self.rng.choice(("hours", "service", "testride"))]
            thanks = say(self.rng.choice(topic.texts[person.language]["more"])[0], who, self._fields(person))
        kind = SPOKEN.get(str(item.kind), str(item.kind))
        text = from_customer(self.rng, who, kind, say(thanks, who, {}), first=False)
        if item.kind == Kind.MAIL:
            subject = item.subject if item.subject.lower().startswith("re:") else f"Re: {item.subject}"
            self._do(pace, person, "mail", {"subject": subject, "text": text, "answers": item.pk}, "answers a mail")
        else:
            self._do(pace, person, str(item.kind), {"text": text}, "answers")

    def _do(self, pace: Pace, person: Dweller, verb: str, data: dict[str, Any], words: str) -> None:
        try:
            self.do(person.number, verb, data)
        except (ValueError, KeyError) as error:
            log.info("%s could not %s: %s", person.name, verb, error)
            return
        Pace.objects.filter(pk=pace.pk).update(happened=pace.happened + 1, words=f"{person.name} {words}"[:200])
        pace.happened += 1
