"""Double opt-in: somebody said yes, or seems to have; only who reads the mailbox and presses the button has said it for good.

The message itself goes out by `deliver.opt_in`, which lies above this room.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from lanka.core.clock import now
from lanka.customers.models import Consent, Customer, Topic, Wording
from lanka.decide.consent import grant
from lanka.decide.links import Opened
from lanka.decide.reach import bases_of
from lanka.people.models import User
from lanka.timeline.models import Event
from lanka.timeline.record import record

LASTS = timedelta(days=30)


def asked(customer: Customer, topic: Topic, *, channel: str, address: str, wording: Wording | None, by: User | None, source: str) -> Event:
    """What is to be confirmed, on the timeline. Consent is given by nobody yet."""
    data = {"topic": topic.key, "names": topic.names, "address": address, "wording": wording.pk if wording else None, "source": source}
    event = record(customer, "consent.asked", channel=channel, actor=by, data=data)
    assert event is not None  # it has no key
    return event


def still_open(customer: Customer, topic: Topic) -> Event | None:
    """A question that waits for its button: newer than any word on the topic."""
    events = Event.objects.filter(customer__in=bases_of(customer.pk), kind="consent.asked", data__topic=topic.key, at__gte=now() - LASTS)
    newest = events.order_by("-at", "-id").first()
    if newest is None or Consent.objects.filter(customer__in=bases_of(customer.pk), topic=topic, at__gte=newest.at).exists():
        return None
    return newest


class TooLate(LookupError):
    """The question is older than a month, or nobody asked it."""


@transaction.atomic
def confirm(customer: Customer, topic: Topic, opened: Opened) -> Consent | None:
    """The button was pressed. None: it was pressed before. Raises TooLate."""
    event = Event.objects.filter(pk=opened.mark, kind="consent.asked", customer__in=bases_of(customer.pk)).first()
    if event is None or event.data.get("topic") != topic.key or event.at < now() - LASTS:
        raise TooLate(topic.key)
    proof = {"method": "double-opt-in", "asked": event.pk, "asked_at": event.at.isoformat(), "address": event.data.get("address", "")}
    wording = Wording.objects.filter(pk=event.data.get("wording") or 0).first()
    return grant(customer, topic, by=None, source="confirmed", wording=wording, proof=proof, key=f"confirmed:{event.pk}")
