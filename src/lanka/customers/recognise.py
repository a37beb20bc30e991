"""Who is it? One contact's identifiers, resolved to one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from lanka.customers.claim import note_claims
from lanka.customers.fact import learn_told
from lanka.customers.graph import Placed, place
from lanka.customers.load import load
from lanka.customers.models import Customer, Link, Review
from lanka.customers.names import language_tag, tidy
from lanka.customers.normalise import Key, Known, Told, read_all
from lanka.customers.rows import Row, lock, rows
from lanka.customers.write import Write, ids_for, trust_in

# one round trip: each identifier, its base, its base's root, whether it is shared; both customers' rows
WHO = """
SELECT k.kind, k.value, s.id IS NOT NULL, i.customer_id, coalesce(a.root_id, i.customer_id),
  b.id, b.public_id, b.created_at, b.name, b.language, b.search, b.erased_at,
  r.id, r.public_id, r.created_at, r.name, r.language, r.search, r.erased_at
FROM unnest(%s::smallint[], %s::text[]) AS k(kind, value)
LEFT JOIN customers_identifier i ON i.kind = k.kind AND i.value = k.value COLLATE "C"
LEFT JOIN customers_alias a ON a.customer_id = i.customer_id
LEFT JOIN customers_customer b ON b.id = i.customer_id
LEFT JOIN customers_customer r ON r.id = coalesce(a.root_id, i.customer_id)
LEFT JOIN customers_shared s ON s.kind = k.kind AND s.value = k.value COLLATE "C"
ORDER BY k.kind, k.value COLLATE "C"
"""
COLUMNS = ["id", "public_id", "created_at", "name", "language", "search", "erased_at"]
BOTH = """
SELECT b.id, b.public_id, b.created_at, b.name, b.language, b.search, b.erased_at,
  r.id, r.public_id, r.created_at, r.name, r.language, r.search, r.erased_at
FROM customers_customer b LEFT JOIN customers_alias a ON a.customer_id = b.id
JOIN customers_customer r ON r.id = coalesce(a.root_id, b.id) WHERE b.id = %s
"""


@dataclass(frozen=True, slots=True)
class Recognition:
    """`customer` is the base that the event belongs to for ever; `person` is the root of who that is now.

    The caller records on the timeline what happened: `joined` as 'person.merged', `claimed` as 'claim'. When `changed`, it
    asks `suggest.suggest(customer)` later, in a job.
    """

    customer: Customer
    person: Customer
    new: bool = False  # nobody we had met
    changed: bool = False  # something was learnt: an identifier, a claim, a name
    joined: list[Link] = field(default_factory=list)
    review: Review | None = None


def recognise(
    identifiers: Sequence[Known], *, at: datetime, source: str, name: str = "", language: str = "", country: str = "FI"
) -> Recognition:
    """Finds or makes the customer behind one contact. `country`: where national phone numbers are from; `source`: what told us.

    Only proven identifiers resolve and join; what was merely told becomes a claim. Works inside the caller's transaction; when
    anything about who is who changes, all other changers wait until that transaction ends: keep it short.
    """
    told = read_all(identifiers, country)
    name, language = tidy(name), language_tag(language)
    proven = [one for one in told if one.proven]
    found = _known(proven)
    if found is None:
        with transaction.atomic(savepoint=False):
            recognition = _settle(proven, at=at, source=source, name=name, language=language)
    else:
        recognition = found
    return _hear(recognition, told, at=at, source=source, name=name, language=language)


def _known(proven: Sequence[Told]) -> Recognition | None:
    """The fast path, no lock: all identifiers known and of one person."""
    if not proven:
        return None
    found = [row for row in rows(WHO, ([int(one.kind) for one in proven], [one.value for one in proven])) if not row[2]]
    if not found or any(row[4] != found[0][4] or row[4] is None for row in found):
        return None
    return Recognition(*_customers(found[0][5:]))


def _customers(row: Row) -> tuple[Customer, Customer]:
    width = len(COLUMNS)
    return Customer.from_db("default", COLUMNS, row[:width]), Customer.from_db("default", COLUMNS, row[width:])


def _settle(proven: Sequence[Told], *, at: datetime, source: str, name: str, language: str) -> Recognition:
    """The careful path: behind the lock, read again, decide, write."""
    lock()
    graph, shared = load([one.key for one in proven])
    keys: list[Key] = [one.key for one in proven if one.key not in shared]
    placed = place(graph, keys, ids_for(1))
    write = Write(graph)
    names = [(kind, value, trust_in(keys)) for kind, value in (("name", name), ("language", language)) if value]
    write.add(placed, at=at, source=source, written={one.key: one.written for one in proven}, names=names)
    return recognition_of(placed, *write.flush())


def recognition_of(placed: Placed, links: Sequence[int], reviews: Sequence[int]) -> Recognition:
    customer, person = _customers(rows(BOTH, (placed.base,))[0])
    return Recognition(
        customer,
        person,
        new=placed.new,
        changed=bool(placed.new or placed.learnt or links),
        joined=list(Link.objects.filter(pk__in=links).order_by("pk")) if links else [],
        review=Review.objects.get(pk=reviews[0]) if reviews else None,
    )


def _hear(found: Recognition, told: Sequence[Told], *, at: datetime, source: str, name: str, language: str) -> Recognition:
    """What the contact says about itself beside who it is: claims, a name, a language."""
    keys = [one.key for one in told if one.proven]
    claims, review = note_claims(found.customer, [one for one in told if not one.proven], at=at, source=source)
    facts = learn_told(found.customer, found.person, trust_in(keys), name=name, language=language, at=at, source=source)
    if not claims and not facts:
        return found
    customer, person = _customers(rows(BOTH, (found.customer.pk,))[0]) if facts else (found.customer, found.person)
    return Recognition(customer, person, found.new, True, found.joined, found.review or review)
