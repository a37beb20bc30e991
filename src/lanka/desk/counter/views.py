"""The counter's pages: where it stands, who is there, what happened."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lanka.commerce.models import Order
from lanka.conversations.models import Conversation, State
from lanka.customers.load import bases_of, roots_of
from lanka.customers.models import Customer
from lanka.desk.counter.card import give
from lanka.desk.counter.find import look, who_is
from lanka.desk.counter.place import place_of, places, remember
from lanka.desk.counter.record import record
from lanka.desk.counter.said import Wrong, said
from lanka.desk.person.panel import panel
from lanka.desk.request import me
from lanka.timeline.models import Event

KINDS = ("visit", "pickup", "purchase", "note")
CARD = "card"
SHOWN = ("message.in", "message.out", "note", "visit", "purchase", "pickup", "left", "order.placed")  # what a clerk can speak about
KEY = re.compile(r"[0-9a-f-]{36}")


def counter(request: HttpRequest) -> HttpResponse:
    """`?q=` what was scanned or typed. One person: their page at once."""
    among = places()
    place = place_of(request, among)
    text = request.GET.get("q", "").strip()
    if place is None or not text:
        return render(request, "desk/counter/counter.html", {"place": place, "spots": among, "changing": "place" in request.GET})
    found = look(place, text)
    if len(found.people) == 1:
        return redirect("counter-person", pk=found.people[0].pk)
    context = {"place": place, "spots": among, "query": text, "found": found, "told": found.suggest, "key": str(uuid4())}
    return render(request, "desk/counter/counter.html", context)


@require_POST
def place(request: HttpRequest) -> HttpResponse:
    found = next((one for one in places() if one.key == request.POST.get("place")), None)
    response = redirect("counter")
    if found:
        remember(response, found)
    return response


@require_POST
def newcomer(request: HttpRequest) -> HttpResponse:
    """Somebody whom nobody knew: a visit with a name and a number."""
    among = places()
    spot = place_of(request, among)
    if spot is None:
        return redirect("counter")
    told = {name: request.POST.get(name, "").replace("\0", "").strip() for name in ("name", "phone", "email", "card")}
    who = {name: value for name, value in told.items() if value and name != "name"}
    try:
        if not told["name"] or not who:
            raise Wrong(_("A name, and a phone number, an address or a card."))
        event = record(
            spot, "visit", who=who, key=key_in(request), clerk=me(request).name, name=told["name"], checked="checked" in request.POST
        )
    except ValueError as error:
        context = {"place": spot, "spots": among, "told": told, "error": plain(error), "key": str(uuid4()), "query": told["name"] or "?"}
        return render(request, "desk/counter/counter.html", context, status=422)
    if event is None:
        messages.error(request, _("It is kept, but was not understood; a supervisor finds it in the quarantine."))
        return redirect("counter")
    return redirect("counter-person", pk=event.customer_id)


def plain(error: ValueError) -> str:
    return str(error) if isinstance(error, Wrong) else _("This could not be taken; look at what was typed.")


def key_in(request: HttpRequest) -> str:
    """The form's own key: pressed twice it happened once."""
    key = request.POST.get("key", "")
    return f"counter-{key if KEY.fullmatch(key) else uuid4()}"


def person(request: HttpRequest, pk: int) -> HttpResponse:
    return page(request, get_object_or_404(Customer, pk=pk, erased_at=None))


def page(request: HttpRequest, customer: Customer, doing: str = "", error: str = "") -> HttpResponse:
    spot = place_of(request, places())
    root = roots_of([customer.pk])[customer.pk]
    if spot is None or root != customer.pk:
        return redirect("counter") if spot is None else redirect("counter-person", pk=root)
    about = panel(customer)
    doing = doing or request.GET.get("do", "")
    context = {
        **about,
        "place": spot,
        "doing": doing if doing in (*KINDS, CARD) else "",
        "error": error,
        "key": str(uuid4()),
        "nameable": bool(known := who_is(customer)),
        "carded": CARD in known,
        "latest": Event.objects.filter(customer__in=about["bases"], kind__in=SHOWN)
        .order_by("-at", "-pk")
        .select_related("actor")
        .defer("search")[:5],
        "going_on": Conversation.objects.filter(customer__in=about["bases"], merged_into=None)
        .exclude(state=State.CLOSED)
        .select_related("assignee")
        .order_by("-last_at")[:3],
        "goods": goods(),
        "rows": [*zip(request.POST.getlist("product"), request.POST.getlist("price"), strict=False)] or [("", ""), ("", "")],
        "posted": request.POST,
    }
    return render(request, "desk/counter/person.html", context, status=422 if error else 200)


def goods() -> list[dict[str, Any]]:
    """What was sold lately, to choose from while typing."""
    seen: dict[str, dict[str, Any]] = {}
    for lines in Order.objects.order_by("-pk").values_list("lines", flat=True)[:200]:
        for line in lines:
            if isinstance(line, dict) and line.get("name") and len(seen) < 60:
                seen.setdefault(str(line["name"]), line)
    return list(seen.values())


@require_POST
def tell(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    customer = get_object_or_404(Customer, pk=pk, erased_at=None)
    if what not in KINDS:
        raise Http404(what)
    spot, who = place_of(request, places()), who_is(customer)
    if spot is None:
        return redirect("counter")
    try:
        if not who:
            raise Wrong(_("Nobody can be named without a card, a number or an address."))
        told = said(what, request.POST, bases_of([customer.pk])[customer.pk])
        event = record(spot, what, who=who, key=key_in(request), clerk=me(request).name, checked=True, **told)
    except ValueError as error:
        return page(request, customer, what, plain(error))
    return after(request, customer, event)


@require_POST
def card(request: HttpRequest, pk: int) -> HttpResponse:
    customer, spot = get_object_or_404(Customer, pk=pk, erased_at=None), place_of(request, places())
    if spot is None:
        return redirect("counter")
    try:
        give(spot, customer, request.POST.get("card", "").replace("\0", "").strip()[:60], by=me(request))
    except Wrong as error:
        return page(request, customer, CARD, plain(error))
    messages.success(request, _("The card is theirs."))
    return redirect("counter-person", pk=customer.pk)


def after(request: HttpRequest, customer: Customer, event: Event | None) -> HttpResponseRedirect:
    if event is None:
        messages.error(request, _("It is kept, but was not understood; a supervisor finds it in the quarantine."))
    else:
        messages.success(request, _("Written down."))
    return redirect("counter-person", pk=customer.pk)
