"""Somebody has died, or has moved away: what follows for everything that is sent to them, and the way back."""

from __future__ import annotations

from django.db import transaction

from lanka.core.clock import now
from lanka.customers.models import Claim, Customer, Identifier, Kind, Mark, Topic
from lanka.decide.consent import withdraw
from lanka.decide.models import Suppression
from lanka.decide.reach import bases_of, postal_lines, postal_of
from lanka.decide.suppress import suppress
from lanka.decide.take_back import take_back
from lanka.people.models import User
from lanka.timeline.record import record

POSTAL = Kind.POSTAL.name.lower()


class MarkedAlready(ValueError):
    """It is known."""


def standing_mark(customer: Customer, what: str) -> Mark | None:
    return Mark.objects.filter(customer__in=bases_of(customer.pk), what=what, lifted_at=None).first()


@transaction.atomic
def mark(customer: Customer, what: str, *, by: User, why: str) -> Mark:
    """`what`: 'deceased' or 'moved'.

    Deceased: no to every topic that may be stopped, and no electronic address is written to any more; what the law or a
    contract asks for goes on to the estate on paper. Moved: the postal address is not used until a new one is known.
    Raises MarkedAlready.
    """
    if standing_mark(customer, what):
        raise MarkedAlready(what)
    at = now()
    made = Mark.objects.create(customer=customer, what=what, why=why, at=at, by=by)
    if what == Mark.What.DECEASED:
        for topic in Topic.objects.filter(retired_at=None):
            if topic.stoppable:
                withdraw(customer, topic, by=by, source="agent", words=why, proof={"method": "deceased", "mark": made.pk}, at=at)
    blocked = [suppress(kind, value, what) for kind, value in addresses(customer, what)]
    made.blocked = [one.pk for one in blocked if one.why == what]
    made.save(update_fields=["blocked"])
    record(customer, "marked", actor=by, at=at, text=why, data={"what": what, "mark": made.pk})
    return made


def addresses(customer: Customer, what: str) -> list[tuple[str, str]]:
    bases = bases_of(customer.pk)
    if what == Mark.What.MOVED:
        lines = postal_lines(postal_of(customer), customer.name)
        return [(POSTAL, lines)] if lines else []
    reachable = [kind for kind in Kind if kind in (Kind.EMAIL, Kind.PHONE, Kind.ACCOUNT)]
    known = Identifier.objects.filter(customer__in=bases, kind__in=reachable).values_list("kind", "value")
    told = Claim.objects.filter(customer__in=bases, kind__in=reachable).values_list("kind", "value")
    return [(Kind(kind).name.lower(), value) for kind, value in {*known, *told}]


@transaction.atomic
def unmark(customer: Customer, made: Mark, *, by: User, why: str) -> Mark:
    """It was a mistake, or is no longer so: the addresses are open again, and what the mark said no to is as it was before."""
    made.lifted_at, made.lifted_by, made.lifted_why = now(), by, why
    made.save(update_fields=["lifted_at", "lifted_by", "lifted_why"])
    Suppression.objects.filter(pk__in=made.blocked, lifted_at=None).update(lifted_at=now())
    take_back(customer, made.at, by=by, source="agent")
    record(customer, "unmarked", actor=by, text=why, data={"what": made.what, "mark": made.pk})
    return made
