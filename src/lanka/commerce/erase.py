"""This room's part in forgetting a person: orders stay for the books, without who it was."""

from __future__ import annotations

from lanka.commerce.models import Order
from lanka.core.erasing import Counts, Who

KEEPS = {"Order": "number, day, goods and amounts are kept as bookkeeping law demands; the base that they point at is an empty shell"}


def erase(who: Who) -> Counts:
    return {"orders_without_a_name": Order.objects.filter(customer__in=who.bases).update(parcel={})}
