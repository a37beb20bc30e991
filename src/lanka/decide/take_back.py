"""The undo of a choice: what stood right before comes back, as new words in the ledger. Nothing is deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from lanka.core.clock import now
from lanka.customers.models import Basis, Consent, Customer, Preference
from lanka.customers.standing import Wish
from lanka.decide.consent import grant, withdraw
from lanka.decide.prefer import prefer
from lanka.decide.reach import bases_of
from lanka.people.models import User


@transaction.atomic
def take_back(customer: Customer, moment: datetime, *, by: User | None, source: str) -> datetime | None:
    """Undoes what this person chose at `moment`: all of one action has one time. The time of the undo, by which it can be undone
    in turn; None: nothing was chosen then, or something newer stands.
    """
    at, bases = now(), bases_of(customer.pk)
    said = Consent.objects.filter(customer__in=bases, at=moment).select_related("customer", "topic").order_by("pk")
    wished = Preference.objects.filter(customer__in=bases, at=moment).select_related("customer", "topic").order_by("pk")
    how: dict[str, Any] = {"by": by, "source": source, "at": at}
    undone = [_say_again(one, how) for one in said] + [_wish_again(one, how) for one in wished]
    return at if any(undone) else None


def _say_again(one: Consent, how: dict[str, Any]) -> bool:
    same = Consent.objects.filter(customer=one.customer, topic=one.topic, channel=one.channel)
    if same.filter(at__gt=one.at).exists():
        return False
    before = same.filter(at__lt=one.at).order_by("-at", "-pk").first()
    granted = before.granted if before else one.topic.basis == Basis.INTEREST
    verb = grant if granted else withdraw
    rest: dict[str, Any] = {"wording": before.wording, "words": before.words} if before else {}
    verb(one.customer, one.topic, channel=one.channel, proof={"method": "undo", "of": one.pk}, **rest, **how)
    return True


def _wish_again(one: Preference, how: dict[str, Any]) -> bool:
    if one.replaced_at:
        return False
    before = Preference.objects.filter(customer=one.customer, topic=one.topic, at__lt=one.at).order_by("-at", "-pk").first()
    wish = Wish(tuple(before.channels), before.language, before.frequency, before.pause_until) if before else Wish()
    prefer(one.customer, one.topic, wish, **how)
    return True
