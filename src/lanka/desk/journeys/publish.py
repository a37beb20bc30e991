"""A drawing becomes an edition: what is wrong with it, what changes, what becomes of those inside; and who is let in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_date
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lanka.desk.journeys.views import state_of
from lanka.desk.request import audited, me, refuse, toast
from lanka.outreach.journeys.changes import changes
from lanka.outreach.journeys.check import check
from lanka.outreach.journeys.due import plan_of
from lanka.outreach.journeys.graph import Graph
from lanka.outreach.journeys.jobs import let_past_in
from lanka.outreach.journeys.past import AT_ONCE, let_in_past, would_come
from lanka.outreach.journeys.plan import END, planned
from lanka.outreach.journeys.publish import NotReady, changed, let_in_from_now, let_nobody_in, publish
from lanka.outreach.journeys.words import names, words
from lanka.outreach.models import Edition, Journey


@dataclass(frozen=True, slots=True)
class Affected:
    """So many stand at a step that is different in the new drawing; `there`: where they would stand, '' at the end."""

    count: int
    here: str
    there: str
    gone: bool  # the step is not in the new drawing


def affected(journey: Journey, graph: Graph) -> list[Affected]:
    new, known = planned(graph), names(graph)
    inside = journey.travellers.filter(ended_at=None).values_list("edition", "node").annotate(Count("pk")).order_by("edition", "node")
    found: list[Affected] = []
    for edition, node, count in inside:
        old = plan_of(edition)
        there = changed(old, new).get(node)
        if there is not None and node in old.nodes:
            said = words(old.nodes[node], names(old.graph)).text
            found.append(Affected(count, said, words(new.nodes[there], known).text if there != END else "", node not in new.nodes))
    return found


def last_of(journey: Journey) -> Edition | None:
    return journey.editions.order_by("-number").first()


@require_GET
def ready(request: HttpRequest, pk: int) -> HttpResponse:
    """What is to be known before publishing: the content of the dialog."""
    journey = get_object_or_404(Journey, pk=pk)
    graph, before = Graph.model_validate(journey.draft), last_of(journey)
    known = names(graph)
    findings = [(words(known.steps[f.node], known).text if f.node in known.steps else _("Who comes in"), f) for f in check(graph)]
    was = Graph.model_validate(before.graph) if before else None
    context: dict[str, Any] = {
        "journey": journey,
        "state": state_of(journey),
        "findings": findings,
        "stops": any(finding.stops for _place, finding in findings),
        "before": before,
        "changes": changes(was, graph) if was else [],
        "same": was == graph,
        "inside": journey.travellers.filter(ended_at=None).count(),
        "affected": affected(journey, graph) if before else [],
        "by_event": graph.trigger.kind == "event",
    }
    return render(request, "desk/journeys/publish.html", context)


@require_POST
def do_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `inside`: 'stay' or 'move'; `open`: lets people in from now on as well."""
    journey = get_object_or_404(Journey, pk=pk)
    try:
        edition = publish(journey, by=me(request), inside="move" if request.POST.get("inside") == "move" else "stay")
    except NotReady:
        return refuse(_("Something in the drawing must be mended first."))
    audited(request, "journey.published", journey.name, edition=edition.number)
    if request.POST.get("open"):
        let_in_from_now(journey, by=me(request))
        audited(request, "journey.opened", journey.name)
    return told(request, pk, _("Published as edition %(number)d") % {"number": edition.number})


@require_POST
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `what`: 'open' or 'close'."""
    journey = get_object_or_404(Journey, pk=pk)
    if request.POST.get("what") == "close":
        let_nobody_in(journey)
        audited(request, "journey.closed", journey.name)
        return told(request, pk, _("Nobody is let in any more; those inside go on to their end"))
    if not journey.editions.exists():
        return refuse(_("Publish it first."), status=409)
    let_in_from_now(journey, by=me(request))
    audited(request, "journey.opened", journey.name)
    return told(request, pk, _("Lets people in from now on"))


def since_of(request: HttpRequest) -> datetime | None:
    try:
        day = parse_date((request.POST if request.method == "POST" else request.GET).get("since", ""))
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=get_current_timezone()) if day else None


def past(request: HttpRequest, pk: int) -> HttpResponse:
    """`since`: a day. GET: how many would come in; POST: they come in, by a job when they are many."""
    journey = get_object_or_404(Journey, pk=pk)
    edition, since = last_of(journey), since_of(request)
    if edition is None or since is None:
        return refuse(_("Publish it first, and say since when."))
    if request.method != "POST":
        return render(request, "desk/journeys/past.html", {"count": would_come(edition, since=since)})
    audited(request, "journey.let_in_past", journey.name, since=since.date().isoformat())
    if would_come(edition, since=since) > AT_ONCE:
        let_past_in.defer(edition=edition.pk, since=since.isoformat())
        return told(request, pk, _("They are coming in, a few thousand at a time"))
    came = let_in_past(edition, since=since)
    return told(request, pk, ngettext("%(n)d person came in", "%(n)d people came in", came) % {"n": came})


def told(request: HttpRequest, pk: int, sentence: str) -> HttpResponse:
    """The state of the journey again, for its head."""
    journey = Journey.objects.prefetch_related("editions").get(pk=pk)
    return toast(render(request, "desk/journeys/doings.html", {"journey": journey, "state": state_of(journey), "may_edit": True}), sentence)


@require_GET
def editions(request: HttpRequest, pk: int) -> HttpResponse:
    """Who published what when, each with what was new in it; and how many are still on it."""
    journey = get_object_or_404(Journey, pk=pk)
    every = list(journey.editions.select_related("by").order_by("number"))
    inside = dict(journey.travellers.filter(ended_at=None).values_list("edition").annotate(Count("pk")))
    graphs = [Graph.model_validate(one.graph) for one in every]
    rows = [
        {"edition": one, "changes": changes(graphs[n - 1], graphs[n]) if n else [], "inside": inside.get(one.pk, 0)}
        for n, one in enumerate(every)
    ]
    return render(request, "desk/journeys/editions.html", {"rows": rows[::-1]})
