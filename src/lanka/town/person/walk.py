"""A customer walks to the counter of a shop."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lanka.commerce.models import Order
from lanka.town import catalogue
from lanka.town.company import SHOP, SHOPS
from lanka.town.look import played
from lanka.town.models import Dweller, Kind
from lanka.town.person.devices import act, things, unopened


def fetchable(person: Dweller) -> list[Order]:
    """What lies ready for them, as their own receipts say."""
    mine = Order.objects.filter(customer__identifiers__value__in=[v for v in (person.email, person.phone, person.card) if v])
    return list(mine.filter(status__in=("paid", "sent", "ready")).distinct().order_by("-at")[:5])


@require_http_methods(["GET", "POST"])
@played
def walk(request: HttpRequest, person: Dweller) -> HttpResponse:
    if request.method == "POST":
        shop = request.POST.get("shop", person.shop)
        told = {"shop": shop if shop in SHOP else person.shop}
        verb = request.POST.get("do", "visit")
        if verb == "buy":
            told["product"] = request.POST.get("product", "oil")
        elif verb == "fetch":
            told["order"] = request.POST.get("order", "")
        if verb in ("visit", "buy", "fetch") and act(request, person, verb, **told):
            messages.success(request, _("The till has told Lanka."))
        return redirect("town:walk", person.number)
    context = {
        "person": person, "tab": "walk", "waiting": unopened(person), "shops": SHOPS, "parts": catalogue.PARTS, "orders": fetchable(person),
        "services": catalogue.SERVICES, "walks": things(person, Kind.WALK).order_by("-id")[:8],
    }  # fmt: skip
    return render(request, "town/person/walk.html", context)
