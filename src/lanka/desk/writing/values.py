"""What is known of a real person, for a preview: their profile and their newest order.

What only a sending gives (an invoice, the bicycle that a journey began with) is shown by example.
"""

from __future__ import annotations

from typing import Any

from lanka.commerce.models import Order
from lanka.content.fields import samples
from lanka.customers.models import Customer
from lanka.customers.person import person as person_of
from lanka.deliver.values import of_people

Values = dict[str, Any]


def values_for(person: Customer | None, language: str) -> Values:
    """Nobody chosen: the catalogue's examples."""
    if person is None:
        return samples(language)
    whole = person_of(person)
    found: Values = of_people([(whole.root.pk, whole.root.name)])[0]
    newest = Order.objects.filter(customer_id__in=whole.bases).select_related("store").order_by("-at").first()
    given = {name: held for name, held in samples(language).items() if name != "person"}
    return {**given, **found, **({"order": order_values(newest), **shop_values(newest)} if newest else {})}


def order_values(order: Order) -> Values:
    parcel, currency = order.parcel or {}, order.currency
    lines = [
        {
            "name": line.get("name", ""),
            "quantity": line.get("quantity", 1),
            "amount": {"amount": line.get("amount", 0), "currency": currency},
        }
        for line in order.lines
    ]
    return {
        "number": order.number,
        "at": order.at.date().isoformat(),
        "total": {"amount": order.amount, "currency": currency},
        "lines": lines,
        "carrier": str(parcel.get("carrier", "")),
        "parcel": str(parcel.get("code", "")),
    }


def shop_values(order: Order) -> Values:
    return {"shop": {"name": order.store.name, "address": ", ".join(order.store.address)}} if order.store else {}
