"""A purchase told by a till or a web shop becomes an order; a pick-up ends one."""

from __future__ import annotations

from lanka.commerce.models import Order, Store
from lanka.customers.models import Customer
from lanka.timeline.models import Event


def purchased(customer: Customer, event: Event) -> Order | None:
    """From the event's data {order, store, lines, amount, currency}. The same order number again changes nothing but its status."""
    data = event.data
    number = str(data.get("order") or "")[:40]
    if event.kind == "pickup":
        Order.objects.filter(number=number).update(status="done")
        return Order.objects.filter(number=number).first()
    store = Store.objects.filter(name=data.get("store", "")).first()
    order, _ = Order.objects.get_or_create(
        number=number or f"T{event.pk}",
        defaults={
            "customer": customer,
            "store": store,
            "at": event.at,
            "status": "done",
            "lines": data.get("lines", []),
            "amount": int(data.get("amount") or 0),
            "currency": str(data.get("currency") or "EUR")[:3],
        },
    )
    return order
