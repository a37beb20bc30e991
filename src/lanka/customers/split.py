"""Takes one base, with the identifiers that point at it, out of a person."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from lanka.customers.models import Customer, Identifier
from lanka.customers.rows import lock, rows
from lanka.customers.unmerge import withdraw
from lanka.people.models import User

TIES = "SELECT id FROM customers_link WHERE undone_at IS NULL AND (a_id = %s OR b_id = %s)"


@dataclass(frozen=True, slots=True)
class Split:
    links: list[int]  # withdrawn
    roots: list[int]  # of the people that are there now


def split(what: Customer | Identifier, *, by: User | None, why: str) -> Split:
    """Withdraws every link that ties this base (or this identifier's base) to others. Bases that only it held together part too:
    a shared phone's base is typically what wrongly joined them. Nothing tied: nothing happens.

    An identifier keeps its base for ever; one that belongs to many is taken out of use by `shared.mark_shared`.
    """
    base = what.customer_id if isinstance(what, Identifier) else what.pk
    with transaction.atomic(savepoint=False):
        lock()
        links = [row[0] for row in rows(TIES, (base, base))]
        return Split(links, withdraw(links, by=by, why=why) if links else [])
