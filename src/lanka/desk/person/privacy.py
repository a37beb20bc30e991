"""What a person may ask of a company: all that is known of them, and to be forgotten."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lanka.commerce.models import Order
from lanka.core.clock import now
from lanka.core.erasing import Busy
from lanka.customers.export import export as known
from lanka.customers.forget import forget
from lanka.customers.models import Customer
from lanka.decide.reach import bases_of
from lanka.desk.request import audited, me, refuse
from lanka.people.accounts import remote_of
from lanka.timeline.models import Event


def told(event: Event) -> dict[str, Any]:
    files = [file.get("name", "") for file in event.data.get("files", ()) if isinstance(file, dict)]
    about = {"subject": event.data.get("subject", ""), "address": event.data.get("address", ""), "files": files}
    row = {"at": event.at.astimezone(UTC).isoformat(), "kind": event.kind, "channel": event.channel, "text": event.text, **about}
    return {name: value for name, value in row.items() if value}


def bought(order: Order) -> dict[str, Any]:
    return {
        "number": order.number,
        "at": order.at.isoformat(),
        "lines": order.lines,
        "amount": order.amount,
        "currency": order.currency,
        "parcel": order.parcel,
    }


def everything(person: Customer) -> dict[str, Any]:
    """Plain data of all rooms. What colleagues wrote among themselves is about the person, so it is in, without who wrote it."""
    bases = bases_of(person.pk)
    events = Event.objects.filter(customer__in=bases).order_by("at", "id").defer("search")
    orders = Order.objects.filter(customer__in=bases).order_by("at")
    return {
        "made_at": now().isoformat(),
        "person": known(person),
        "history": [told(event) for event in events.iterator(2000)],
        "orders": [bought(order) for order in orders],
    }


@require_POST
@transaction.atomic
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """A file for the person (GDPR, articles 15 and 20). That it was made is on the audit trail."""
    person = get_object_or_404(Customer, pk=pk)
    body = json.dumps(everything(person), ensure_ascii=False, indent=1, default=str)
    audited(request, "customer.exported", f"person {pk}")
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="person-{pk}.json"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """`name`: typed once more, so that nobody erases by a slip."""
    person = get_object_or_404(Customer, pk=pk, erased_at=None)
    if request.POST.get("name", "").strip().casefold() != str(person).strip().casefold():
        return refuse(_("That is not the name. Nothing was erased."))
    try:
        forget(person, by=me(request), remote=remote_of(request))
    except Busy:
        return refuse(_("A message to this person is just going out. Try again in a minute."), status=409)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = reverse("customers")
    return response
