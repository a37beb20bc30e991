"""What the editor asks while somebody writes: keep this, what is wrong with it."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from lanka.content import draft as drafts
from lanka.content.blocks import NotBlocks
from lanka.content.check import findings
from lanka.content.models import Template
from lanka.customers.models import Customer
from lanka.desk.request import me, refuse
from lanka.desk.writing.values import values_for

LARGEST = 400_000  # bytes of one draft


@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """JSON `{'texts', 'seen', 'over'?}` → `{'seen'}`; 409 with theirs when somebody wrote meanwhile, 422 with faults."""
    template = get_object_or_404(Template, pk=pk)
    try:
        told = json.loads(request.body[:LARGEST])
        texts = dict(told["texts"])
    except (ValueError, KeyError, TypeError):
        return refuse("not a draft")
    try:
        if told.get("over"):
            kept = drafts.take_over(template, texts, by=me(request))
        else:
            kept = drafts.keep(template, texts, by=me(request), seen=str(told.get("seen", "")))
    except drafts.Overtaken as error:
        return JsonResponse(theirs(error.template), status=409)
    except NotBlocks as error:
        return JsonResponse({"faults": error.faults}, status=422)
    return JsonResponse({"seen": drafts.mark(kept)})


def theirs(template: Template) -> dict[str, Any]:
    return {"seen": drafts.mark(template), "texts": template.draft, "by": template.draft_by.name if template.draft_by else ""}


def found(request: HttpRequest, pk: int) -> HttpResponse:
    """`?person=`: what is wrong, as a list that leads to the places."""
    template = get_object_or_404(Template, pk=pk)
    number = request.GET.get("person", "")
    person = Customer.objects.filter(pk=number).first() if number.isdigit() and len(number) < 18 else None
    people = [values_for(person, person.language or "en")] if person else []
    return render(request, "desk/writing/findings.html", {"findings": findings(template.draft, people), "person": person})
