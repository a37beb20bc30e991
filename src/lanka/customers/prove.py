"""A claimed address gets proven: what was sent to it came back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction

from lanka.core.clock import now
from lanka.customers.graph import place
from lanka.customers.load import load
from lanka.customers.models import Claim, Customer
from lanka.customers.normalise import Key, read
from lanka.customers.recognise import Recognition, recognition_of
from lanka.customers.rows import lock
from lanka.customers.write import Write, ids_for

SALT = "lanka.customers.proof"


class NotProof(ValueError):
    """Forged, too old, or of somebody who has been erased."""


def proof_token(customer: Customer, kind: str, value: str, *, country: str = "FI") -> str:
    """Put it in a message to this address, and nowhere else: who brings it back has read that message. URL-safe, signed."""
    told = read(_Sent(kind, value), country)
    if told is None:
        raise NotProof(f"{value!r} is no address")
    return signing.dumps([customer.public_id.hex, int(told.kind), told.value, told.written], salt=SALT, compress=True)


def accept_proof(token: str, *, source: str, max_age: timedelta = timedelta(days=7)) -> Recognition:
    """The address is this customer's from now on: new to us, it becomes theirs; another base's, the two join by the rule
    'proven-address', unless a guard asks somebody first (`Recognition.review`). Brought twice, it changes nothing.
    """
    try:
        public_id, kind, value, written = signing.loads(token, salt=SALT, max_age=max_age)
    except signing.BadSignature as error:
        raise NotProof(str(error)) from error
    customer = Customer.objects.filter(public_id=UUID(public_id), erased_at__isnull=True).first()
    if customer is None:
        raise NotProof("this customer is no longer known")
    return prove(customer, (kind, value), source=source, written=written)


def prove(customer: Customer, key: Key, *, source: str, written: str = "") -> Recognition:
    """As `accept_proof`, where the caller has seen the proof itself: an answer through our own signed thread, from this address."""
    with transaction.atomic(savepoint=False):
        lock()
        graph, shared = load([key], extra=[customer.pk])
        placed = place(graph, [] if key in shared else [key], ids_for(0), anchor=customer.pk)
        write = Write(graph, rule="proven-address")
        write.add(placed, at=now(), source=source, written={key: written})
        done = write.flush()
        if not placed.refused:
            Claim.objects.filter(customer__in=graph.cluster(customer.pk).bases, kind=key[0], value=key[1]).delete()
        return recognition_of(placed, *done)


class _Sent:
    proven = True

    def __init__(self, kind: str, value: str) -> None:
        self.kind = kind
        self.value = value
