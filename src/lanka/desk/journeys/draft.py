"""The drawing comes from the browser as it is drawn, and goes back with its words and findings."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from pydantic import ValidationError

from lanka.desk.request import me
from lanka.outreach.journeys.check import check
from lanka.outreach.journeys.graph import Graph, Split, nodes
from lanka.outreach.journeys.keep import Overtaken, keep
from lanka.outreach.journeys.plan import ways_out
from lanka.outreach.journeys.words import names, rule_words, start_words, way_words, words
from lanka.outreach.models import Journey


def told(graph: Graph) -> dict[str, Any]:
    """What the cards say: {'words': {id: [text, more]}, 'ways': {id: {way: text}}, 'start': [[icon, text]],
    'rules': {id or 'start': {path: text}}, 'findings': […]}."""
    known = names(graph)
    every = list(nodes(graph.steps))
    said = {node.id: words(node, known) for node in every}
    return {
        "words": {step: [one.text, one.more] for step, one in said.items()},
        "ways": {node.id: {way: way_words(node, way, known) for way, _steps in ways_out(node)} for node in every if ways_out(node)},
        "start": start_words(graph, known),
        "rules": {"start": rules_at_start(graph)} | {node.id: rules_in(node) for node in every if isinstance(node, Split)},
        "findings": [asdict(finding) for finding in check(graph)],
    }


def rules_at_start(graph: Graph) -> dict[str, str]:
    rules = {"trigger.rule": graph.trigger.rule, "goal": graph.goal, "leave": graph.leave}
    return {path: rule_words(rule) for path, rule in rules.items() if rule}


def rules_in(split: Split) -> dict[str, str]:
    return {f"branches.{n}.rule": rule_words(branch.rule) for n, branch in enumerate(split.branches) if branch.rule}


def drawn(request: HttpRequest) -> tuple[Graph | None, dict[str, Any], str]:
    """The drawing in the request's body {'graph': …}, the whole body, or what is wrong with it."""
    try:
        body = json.loads(request.body or b"{}")
        return Graph.model_validate(body["graph"]), body, ""
    except ValidationError as error:
        first = error.errors()[0]
        return None, {}, f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    except (ValueError, KeyError, TypeError):
        return None, {}, _("That is no drawing.")


@require_POST
def check_drawing(request: HttpRequest) -> HttpResponse:
    """Is it valid, and what does it say? Nothing is kept."""
    graph, _body, wrong = drawn(request)
    return JsonResponse(told(graph)) if graph else JsonResponse({"wrong": wrong}, status=422)


@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """{'graph', 'seen': the state that it was drawn upon}. 409 with the other state when somebody else kept one meanwhile."""
    journey = get_object_or_404(Journey, pk=pk)
    graph, body, wrong = drawn(request)
    if graph is None:
        return JsonResponse({"wrong": wrong}, status=422)
    try:
        seen = parse_datetime(str(body.get("seen", "")))
    except ValueError:
        seen = None
    try:
        kept = keep(journey, graph, by=me(request), seen=seen or journey.created_at)
    except Overtaken as other:
        return JsonResponse(theirs(other.journey), status=409)
    return JsonResponse({"at": kept.draft_at.isoformat(), **told(graph)})


def theirs(journey: Journey) -> dict[str, Any]:
    graph = Graph.model_validate(journey.draft)
    by = journey.draft_by.name if journey.draft_by else ""
    return {"at": journey.draft_at.isoformat(), "by": by, "graph": graph.model_dump(), **told(graph)}
