"""The list of journeys, a new one, and the page of one with its builder."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lanka.desk.journeys.choices import choices
from lanka.desk.journeys.draft import theirs
from lanka.desk.request import audited, me, refuse
from lanka.desk.segments.vocabulary import vocabulary
from lanka.outreach.journeys.graph import Graph
from lanka.outreach.journeys.numbers import Numbers, numbers, totals
from lanka.outreach.journeys.starters import STARTERS
from lanka.outreach.journeys.words import names, trigger_words
from lanka.outreach.models import Journey
from lanka.people.rights import allowed

EDIT = "journeys.edit"


def journeys(request: HttpRequest) -> HttpResponse:
    found = list(Journey.objects.select_related("draft_by").prefetch_related("editions").order_by("name", "pk"))
    counted = totals([journey.pk for journey in found])
    rows = [row(one, counted[one.pk]) for one in found]
    return render(request, "desk/journeys/list.html", {"rows": rows, "starters": STARTERS, "may_edit": allowed(me(request), EDIT)})


def row(journey: Journey, counted: Numbers) -> dict[str, Any]:
    graph = Graph.model_validate(journey.draft)
    begins = trigger_words(graph, names(graph))
    goal = bool(graph.goal or graph.goal_event)
    return {"journey": journey, "state": state_of(journey), "numbers": counted, "begins": begins, "goal": goal}


def state_of(journey: Journey) -> str:
    """'draft', 'runs', 'still'."""
    if not journey.editions.all():
        return "draft"
    return "runs" if journey.running_since else "still"


def new(request: HttpRequest) -> HttpResponse:
    """GET: what to begin from. POST `start`: makes it and opens it."""
    if request.method != "POST":
        return render(request, "desk/journeys/new.html", {"starters": STARTERS})
    starter = next((one for one in STARTERS if one.key == request.POST.get("start")), None)
    if starter is None:
        return refuse(_("Choose what to begin from."))
    name = str(starter.name) if starter.key != "blank" else _("New journey")
    graph = Graph.model_validate(starter.drawing())
    with transaction.atomic():
        made = Journey.objects.create(name=name, draft=graph.model_dump(), draft_by=me(request))
        audited(request, "journey.made", name)
    return redirect("journey", pk=made.pk)


def journey(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Journey.objects.select_related("draft_by").prefetch_related("editions"), pk=pk)
    told = theirs(found)
    if request.GET.get("as") == "drawing":
        return JsonResponse(told)
    context: dict[str, Any] = {
        "journey": found,
        "state": state_of(found),
        "may_edit": allowed(me(request), EDIT),
        "told": json.dumps(told),
        "graph": json.dumps(told["graph"]),
        "numbers": json.dumps(as_json(numbers(found))),
        "vocabulary": vocabulary(None),
        "no_rule": {},
        **choices(),
    }
    return render(request, "desk/journeys/journey.html", context)


def as_json(counted: Numbers) -> dict[str, Any]:
    return {
        "inside": counted.inside,
        "entered": counted.entered,
        "ended": counted.ended,
        "share": counted.share,
        "here": counted.here,
        "passed": counted.passed,
    }


def numbers_now(request: HttpRequest, pk: int) -> HttpResponse:
    return JsonResponse(as_json(numbers(get_object_or_404(Journey, pk=pk))))


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Journey, pk=pk)
    name = request.POST.get("name", "").replace("\0", "").strip()
    if not name or len(name) > 120:
        return refuse(_("A name of up to 120 letters."))
    Journey.objects.filter(pk=found.pk).update(name=name)
    audited(request, "journey.renamed", name, was=found.name)
    return HttpResponse(status=204)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Only while nobody could walk it: what was published is part of what happened to people."""
    found = get_object_or_404(Journey, pk=pk)
    if found.editions.exists():
        return refuse(_("It has been published. Stop letting people in instead; those inside go on to their end."), status=409)
    with transaction.atomic():
        audited(request, "journey.deleted", found.name)
        found.delete()
    return HttpResponse(status=204, headers={"HX-Redirect": reverse("journeys")})
