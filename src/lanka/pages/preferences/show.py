"""What the centre shows: a card a topic, with its reasons. Addresses are masked: a message can be forwarded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from lanka.core.clock import now
from lanka.customers.models import Basis, Consent, Customer, Frequency, Preference, Topic, Wording
from lanka.customers.standing import Choices, Wish, choices, ledger, topics, wording_now
from lanka.decide.offered import Offer, masked, offered
from lanka.decide.opt_in import still_open
from lanka.pages.preferences.words import consent_words, preference_words, reasons


@dataclass(frozen=True, slots=True)
class Way:
    """One channel of a card. `place` 1 is tried first; 0: not used."""

    offer: Offer
    masked: str
    place: int = 0
    last: bool = False
    leaning: int = 0  # 1: they usually take notice there, -1: they seldom do; only where nobody chose


@dataclass(frozen=True, slots=True)
class Card:
    topic: Topic
    on: bool
    used: list[Way]
    others: list[Way]
    wish: Wish
    own: Wish
    why: list[str]
    wording: Wording | None  # that a yes agrees to
    waiting: bool  # a mail waits for its button
    paper: str  # 'paper', 'electronic', 'both', '' where there is no such choice
    frequencies: list[tuple[str, str]]

    @property
    def paused(self) -> datetime | None:
        until = self.wish.pause_until
        return until if until and until > now() and self.topic.stoppable else None


def shown(customer: Customer, language: str) -> dict[str, Any]:
    found, offers = choices(customer), offered(customer)
    said = ledger(found.bases)
    cards = [card(topic, Person(customer, found, offers, said, language)) for topic in topics()]
    everything = found.own(None)
    return {
        "cards": cards,
        "everything": everything,
        "paused": everything.pause_until if everything.pause_until and everything.pause_until > now() else None,
        "speaks": everything.language or (customer.language or language)[:2],
        "stoppable": any(one.on and one.topic.stoppable for one in cards),
        "history": history(found, said),
    }


@dataclass(frozen=True, slots=True)
class Person:
    """What is read once and used for every card. `said`: the ledger, newest first."""

    customer: Customer
    found: Choices
    offers: list[Offer]
    said: list[Consent]
    language: str


def card(topic: Topic, who: Person) -> Card:
    found, offers = who.found, who.offers
    open_kinds = [offer.kind for offer in offers if not offer.blocked]
    order = found.order(topic, open_kinds)
    by_kind = {offer.kind: offer for offer in offers}
    chosen = found.wish(topic).channels
    used = [
        Way(by_kind[kind], masked(by_kind[kind]), n, n == len(order), 0 if chosen else found.leaning(kind))
        for n, kind in enumerate(order, 1)
    ]
    others = [Way(offer, masked(offer)) for offer in offers if offer.kind not in order]
    on = not topic.stoppable or bool(order) or (not offers and found.may(topic, ""))
    return Card(
        topic=topic,
        on=on,
        used=used,
        others=others,
        wish=found.wish(topic),
        own=found.own(topic),
        why=reasons(topic, [one for one in who.said if one.topic_id == topic.pk], on=on),
        wording=wording_now(topic, who.language) if topic.stoppable and not on else None,
        waiting=not on and topic.basis == Basis.CONSENT and still_open(who.customer, topic) is not None,
        paper=paper(offers, used),
        frequencies=[(value, str(Frequency(value).label)) for value in topic.frequencies] if len(topic.frequencies) > 1 else [],
    )


def paper(offers: list[Offer], used: list[Way]) -> str:
    """Whether it comes on paper, where both ways are there to choose from."""
    if len({offer.paper for offer in offers if not offer.blocked}) < 2 or not used:
        return ""
    kinds = {way.offer.paper for way in used}
    return "both" if len(kinds) == 2 else "paper" if kinds == {True} else "electronic"


def history(found: Choices, said: list[Consent]) -> list[tuple[datetime, str]]:
    """Yes, no and wishes, the newest first."""
    wishes = Preference.objects.filter(customer__in=found.bases).select_related("topic").order_by("-at", "-pk")[:60]
    rows = [(one.at, consent_words(one)) for one in said[:60]]
    rows += [(one.at, preference_words(one) or _("No choice")) for one in wishes]
    return sorted(rows, key=lambda row: row[0], reverse=True)[:60]
