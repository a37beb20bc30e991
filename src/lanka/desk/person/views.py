"""People: the list of them, and one person's whole thread."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from lanka.conversations.models import Conversation
from lanka.conversations.start import start
from lanka.customers.models import Customer
from lanka.decide.reach import bases_of
from lanka.desk import channels
from lanka.desk.inbox.query import read_key
from lanka.desk.journeys import of_person
from lanka.desk.palette.views import found_people
from lanka.desk.person.panel import open_questions, panel
from lanka.desk.person.strands import strung
from lanka.desk.person.why import askable, messages_of
from lanka.desk.request import me
from lanka.desk.thread import knots
from lanka.people.rights import allowed
from lanka.timeline.models import Event

CHOICE = ("consent.granted", "consent.withdrawn", "consent.asked", "preference", "marked", "unmarked")
GROUPS: dict[str, tuple[str, ...]] = {
    "messages": ("message.in", "message.out"),
    "notes": ("note",),
    "shop": ("visit", "purchase", "pickup", "order.placed", "order.status"),
    "house": ("assigned", "tagged", "snoozed", "woken", "closed", "reopened", "conversation.merged", "conversation.split"),
    "person": ("person.merged", "person.unmerged", "fact", "claim", "consent", *CHOICE),
}


def customers(request: HttpRequest) -> HttpResponse:
    """`?q=`: people by name, address or number; without it the newest."""
    words = request.GET.get("q", "").strip()
    newest = Customer.objects.filter(alias=None, erased_at=None).order_by("-pk").prefetch_related("identifiers")
    found = found_people(words, 60) if words else newest[:60]
    context = {"found": found, "query": words, "suggestions": [] if words else open_questions()}
    return render(request, "desk/person/people.html", context)


def chosen(request: HttpRequest) -> dict[str, str]:
    return {"channel": request.GET.get("channel", ""), "kind": request.GET.get("kind", "")}


def thread_of(bases: list[int], wish: dict[str, str], before: tuple[datetime, int] | None = None) -> knots.Stretch:
    """The newest come first here: the page is a history."""
    events = Event.objects.filter(customer__in=bases).exclude(kind__startswith="receipt.").select_related("actor").defer("search")
    if wish["channel"]:
        events = events.filter(channel=wish["channel"])
    if wish["kind"] in GROUPS:
        events = events.filter(kind__in=GROUPS[wish["kind"]])
    found = knots.stretch(events, before, 40)
    return strung(found, bases)


def customer(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Customer, pk=pk, erased_at=None)
    bases = bases_of(pk)
    if bases[0] != pk:
        return redirect("customer", pk=bases[0])
    wish = chosen(request)
    context: dict[str, Any] = {
        **panel(person),
        **wish,
        "stretch": thread_of(bases, wish),
        "groups": list(GROUPS),
        "channels": channels_of(bases),
        "told_messages": messages_of(bases),
        "askable": askable(),
        "may_edit": allowed(me(request), "customers.edit"),
        **of_person.shown(request, person),
        "may_erase": allowed(me(request), "customers.erase"),
        "conversations": Conversation.objects.filter(customer__in=bases, merged_into=None).order_by("-last_at")[:12],
    }
    return render(request, "desk/person/person.html", context)


def channels_of(bases: list[int]) -> list[tuple[str, str]]:
    kinds = Event.objects.filter(customer__in=bases).exclude(channel="").values_list("channel", flat=True).distinct().order_by("channel")
    return [(kind, channels.name(kind)) for kind in kinds]


def events(request: HttpRequest, pk: int) -> HttpResponse:
    """`?before=`: further back."""
    found = thread_of(bases_of(pk), chosen(request), read_key(request.GET.get("before", "")))
    response = render(request, "desk/thread/events.html", {"knots": found.knots})
    response["X-Older"] = found.older
    return response


def side(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel alone, after something about the person changed."""
    person = get_object_or_404(Customer, pk=pk)
    number = request.GET.get("conversation", "")
    conversation = Conversation.objects.filter(pk=number).first() if number.isdigit() else None
    return render(request, "desk/person/panel.html", {"conversation": conversation, **panel(person, conversation)})


@require_POST
def conversation_new(request: HttpRequest) -> HttpResponse:
    """We write first."""
    person = get_object_or_404(Customer, pk=request.POST.get("customer") or 0)
    begun = start(person, by=me(request), subject=request.POST.get("subject", ""))
    return redirect("inbox-open", view="mine", pk=begun.pk)
