"""What is done after somebody was recognised, when there is time."""

from __future__ import annotations

from procrastinate.contrib.django import app

from lanka.customers.models import Customer
from lanka.customers.suggest import suggest


@app.task
def look_for_doubles(customer_id: int) -> None:
    """Something was learnt of them: perhaps they are somebody we know."""
    customer = Customer.objects.filter(pk=customer_id, erased_at=None).first()
    if customer is not None:
        suggest(customer)
