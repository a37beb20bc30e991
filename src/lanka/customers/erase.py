"""Forgets a person, in this room. The bases stay as empty shells: other rooms still point at them until they have forgotten too."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q

from lanka.core.clock import now
from lanka.core.ids import uuid7
from lanka.customers.load import bases_of, roots_of
from lanka.customers.models import (
    Alias,
    Claim,
    Consent,
    Customer,
    Fact,
    Identifier,
    Implied,
    Link,
    Mark,
    NoLink,
    Preference,
    Review,
    Standing,
)
from lanka.customers.rows import lock

BLANK = {"name": "", "language": "", "country": "", "zone": "", "search": ""}


@dataclass(frozen=True, slots=True)
class Erased:
    """`bases`: what the other rooms have to look for. `left`: rows that still tell of them; all zero is the proof."""

    bases: list[int]
    deleted: dict[str, int]
    left: dict[str, int]


def erase(customer: Customer) -> Erased:
    """Deletes the whole person: identifiers, claims, facts, links, questions, and the name. Signed tokens of theirs die with the
    public id. Who comes later with the same address is somebody new.

    A value marked as shared stays marked: it is not this person's alone.
    """
    with transaction.atomic(savepoint=False):
        lock()
        root = roots_of([customer.pk])[customer.pk]
        bases = bases_of([root])[root]
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lanka.erasing = 'yes'")  # the ledger of consent lets go of nothing else
        deleted = {name: rows_of.delete()[0] for name, rows_of in _everything(bases).items()}
        for base in bases:
            Customer.objects.filter(pk=base).update(public_id=uuid7(), **BLANK, erased_at=now())
        return Erased(bases, deleted, remains(bases))


def remains(bases: list[int]) -> dict[str, int]:
    """How many rows of this room still tell something of these bases."""
    named = Customer.objects.filter(pk__in=bases).exclude(**BLANK).count()
    return {"customers": named} | {name: rows_of.count() for name, rows_of in _everything(bases).items()}


def _everything(bases: list[int]):  # type: ignore[no-untyped-def]  # querysets of several models
    return {
        "identifiers": Identifier.objects.filter(customer__in=bases),
        "claims": Claim.objects.filter(customer__in=bases),
        "facts": Fact.objects.filter(customer__in=bases),
        "consents": Consent.objects.filter(customer__in=bases),
        "standing": Standing.objects.filter(customer__in=bases),
        "preferences": Preference.objects.filter(customer__in=bases),
        "implied": Implied.objects.filter(customer__in=bases),
        "marks": Mark.objects.filter(customer__in=bases),
        "aliases": Alias.objects.filter(Q(customer__in=bases) | Q(root__in=bases)),
        "links": Link.objects.filter(Q(a__in=bases) | Q(b__in=bases)),
        "no_links": NoLink.objects.filter(Q(a__in=bases) | Q(b__in=bases)),
        "reviews": Review.objects.filter(roots__overlap=bases),
    }
