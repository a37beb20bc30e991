"""What we sent to somebody and why, or why not; and whether they would get a message, as of now."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from lanka.customers.models import Customer
from lanka.decide.judge import judge_one
from lanka.decide.models import Message, Verdict
from lanka.decide.words import Explained, explain, explain_all

NEWEST = 400  # messages that are looked through: what is older is on the timeline
SHOWN = 30


def messages_of(bases: Sequence[int]) -> list[Explained]:
    """Verdicts on this person, the newest first."""
    newest = Message.objects.order_by("-pk").values_list("pk", flat=True)[:NEWEST]
    found = Verdict.objects.filter(message__in=list(newest), customer__in=list(bases)).select_related("message__topic")
    return explain_all(found.order_by("-decided_at", "-pk")[:SHOWN])


def would(request: HttpRequest, pk: int) -> HttpResponse:
    """`?message=`: what would be decided for them now, whatever was decided before."""
    person = get_object_or_404(Customer, pk=pk, erased_at=None)
    asked = request.GET.get("message", "")
    message = Message.objects.select_related("topic").filter(pk=asked).first() if asked.isdigit() else None
    told = explain(judge_one(message, person)) if message else None
    return render(request, "desk/person/why_one.html", {"told": told, "open": True})


def askable() -> list[Message]:
    """Messages that one may ask about."""
    return list(Message.objects.filter(withdrawn_at=None).select_related("topic").order_by("-pk")[:60])
