"""What the palette asks the server: people and conversations by what is being typed."""

from __future__ import annotations

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lanka.conversations.models import Conversation
from lanka.customers.find import find as find_people
from lanka.customers.load import bases_of
from lanka.customers.models import Customer


def found_people(words: str, most: int) -> list[Customer]:
    """With what they are known by."""
    found = find_people(words, limit=most)
    prefetch_related_objects(found, "identifiers")
    return found


def find(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    persons = found_people(words, 6)
    rows = Conversation.objects.filter(merged_into=None).select_related("customer").order_by("-last_at")
    number = words.lstrip("#")
    found = list(rows.filter(pk=int(number)) if number.isdigit() and len(number) < 10 else [])
    bases = [base for group in bases_of(p.pk for p in persons).values() for base in group]
    found += list(rows.filter(customer__in=bases)[:6]) if bases else []
    return render(request, "desk/palette/found.html", {"people": persons, "conversations": found})


def find_person(request: HttpRequest) -> HttpResponse:
    """For menus that choose a person: `as` is the name of the field the choice is posted as."""
    context = {
        "people": [p for p in found_people(request.GET.get("q", ""), 8) if str(p.pk) != request.GET.get("not", "")],
        "field": "other" if request.GET.get("as") == "other" else "customer",
    }
    return render(request, "desk/palette/person_choice.html", context)
