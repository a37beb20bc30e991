"""Deleting a person: a verb that reaches every room, and proves it (GDPR, article 17).

The bases stay as empty shells with a new public id, so that what a room keeps for the law (`KEEPS`) points at nobody. Signed tokens of
theirs die with the old id. Who comes later with the same address is somebody new.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q

from lanka.core import live
from lanka.core.clock import now
from lanka.core.erasing import Counts, Who, left, parts
from lanka.core.ids import uuid7
from lanka.customers.load import bases_of, roots_of
from lanka.customers.models import Claim, Customer, Identifier, Kind, Link, NoLink
from lanka.customers.rows import lock
from lanka.people.audit import audit
from lanka.people.models import User

BLANK = {"name": "", "language": "", "country": "", "zone": "", "search": ""}


@dataclass(frozen=True, slots=True)
class Forgotten:
    """`rooms`: what each did, by its own count. `left`: rows that still point at them; all zero is the proof."""

    bases: list[int]
    rooms: dict[str, Counts]
    left: Counts


class StillThere(Exception):
    """A room has not let go: nothing was erased."""


@transaction.atomic
def forget(customer: Customer, *, by: User, remote: str = "") -> Forgotten:
    """The whole person, in one transaction. Raises core.erasing.Busy while a message is being handed over to them, StillThere."""
    lock()
    who = of(customer)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lanka.erasing = 'yes'")  # what is append-only lets go of nothing else
    rooms = {room: part.erase(who) for room, part in parts()}
    for base in who.bases:
        Customer.objects.filter(pk=base).update(public_id=uuid7(), **BLANK, erased_at=now())
        live.tell(f"person:{base}", {})
    remains = left(Customer, who.bases)
    if any(remains.values()):
        raise StillThere(str({name: count for name, count in remains.items() if count}))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lanka.erasing = ''")
    audit("customer.forgotten", f"person {who.bases[0]}", by=by, remote=remote, bases=who.bases, **rooms)
    return Forgotten(who.bases, rooms, remains)


def of(customer: Customer) -> Who:
    """What the other rooms have to look for."""
    root = roots_of([customer.pk])[customer.pk]
    bases = bases_of([root])[root]
    rows: list[Identifier | Claim] = [*Identifier.objects.filter(customer__in=bases), *Claim.objects.filter(customer__in=bases)]
    values = {writing for row in rows for value in (row.value, row.written) if value for writing in writings(row.kind, value)}
    return Who(bases, frozenset(values), sorted(beside(bases)))


def writings(kind: int, value: str) -> list[str]:
    """As others may write it: a number without its plus, an account without its provider."""
    if kind == Kind.PHONE:
        return [value, value.lstrip("+")]
    return [value, value.partition(":")[2]] if kind == Kind.ACCOUNT and ":" in value else [value]


def beside(bases: list[int]) -> set[int]:
    touching = Q(a__in=bases) | Q(b__in=bases)
    pairs = [*Link.objects.filter(touching).values_list("a", "b"), *NoLink.objects.filter(touching).values_list("a", "b")]
    return {base for pair in pairs for base in pair} - set(bases)
