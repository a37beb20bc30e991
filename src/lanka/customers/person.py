"""One person: a root, the bases that hang together, and what is known of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from lanka.customers.load import bases_of, roots_of
from lanka.customers.models import Claim, Customer, Fact, Identifier, Link, Review


@dataclass
class Person:
    """Read one query at a time, when asked for. `bases`: the root first, then by age."""

    root: Customer
    bases: list[int]

    @cached_property
    def identifiers(self) -> list[Identifier]:
        """Proven ones, the strongest first."""
        return list(Identifier.objects.filter(customer__in=self.bases).order_by("kind", "-first_seen_at", "id"))

    @cached_property
    def claims(self) -> list[Claim]:
        return list(Claim.objects.filter(customer__in=self.bases).order_by("kind", "-at", "id"))

    @cached_property
    def facts(self) -> list[Fact]:
        """The most trusted first, the newest first among equals: the first of a kind is what is shown."""
        return list(Fact.objects.filter(customer__in=self.bases).order_by("trust", "-at", "-id"))

    @cached_property
    def links(self) -> list[Link]:
        """Why these bases are one person: what an undo can withdraw."""
        return list(Link.objects.filter(a__in=self.bases, undone_at__isnull=True).select_related("by").order_by("at", "id"))

    @cached_property
    def withdrawn(self) -> list[Link]:
        """What was undone, with this person on one side."""
        either = Q(a__in=self.bases) | Q(b__in=self.bases)
        return list(Link.objects.filter(either, undone_at__isnull=False).select_related("by", "undone_by").order_by("-undone_at", "id"))

    @cached_property
    def reviews(self) -> list[Review]:
        """Open questions: perhaps somebody else is this person too."""
        return list(Review.objects.filter(decided_at__isnull=True, roots__overlap=self.bases).order_by("-score", "id"))

    def fact(self, kind: str) -> Fact | None:
        """The one to show."""
        return next((fact for fact in self.facts if fact.kind == kind), None)

    def addresses(self, kind: int) -> list[str]:
        """Proven addresses of one kind, as their owner writes them, the one seen last first."""
        return [identifier.address for identifier in self.identifiers if identifier.kind == kind]


def person(customer: Customer) -> Person:
    """The person that this base belongs to now."""
    root = roots_of([customer.pk])[customer.pk]
    return Person(Customer.objects.get(pk=root), bases_of([root])[root])


def people(ids: Iterable[int]) -> dict[int, Customer]:
    """base -> root, for lists: two queries however many."""
    root_of = roots_of(set(ids))
    roots = Customer.objects.in_bulk(set(root_of.values()))
    return {base: roots[root] for base, root in root_of.items() if root in roots}
