"""The list, one of them, and the three ways out: replay, replay all of a line, dismiss."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.db.models.functions import Length
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lanka.channels.models import Line
from lanka.desk.quarantine.body import shown
from lanka.desk.request import audited, me
from lanka.desk.settings.page import page
from lanka.desk.settings.paging import newest_first
from lanka.people.rights import allowed
from lanka.receive.models import Quarantine, RawItem
from lanka.receive.understand import dismiss, replay

AT_ONCE = 200  # replayed in one request; the button can be pressed again


def waiting(request: HttpRequest) -> HttpResponse:
    """`?line=`, `?settled=1`, `?before=`."""
    wish = {"line": request.GET.get("line", ""), "settled": request.GET.get("settled", "")}
    rule = Q(settled_at__isnull=not wish["settled"])
    if wish["line"].isdigit():
        rule &= Q(raw__line=int(wish["line"]))
    rows = Quarantine.objects.filter(rule).select_related("raw__line", "settled_by").annotate(size=Length("raw__body"))
    found = newest_first(rows.defer("trace", "raw__body", "raw__headers"), request.GET.get("before", ""))
    context = {"found": found, "wish": wish, "lines": lines_waiting(), "settles": allowed(me(request), "quarantine.settle")}
    return page(request, "desk/quarantine/quarantine.html", "quarantine", context)


def lines_waiting() -> list[Line]:
    held = Quarantine.objects.filter(settled_at=None).values("raw__line").distinct()
    return list(Line.objects.filter(pk__in=held).order_by("name"))


def one(request: HttpRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(Quarantine.objects.select_related("raw__line", "settled_by"), pk=pk)
    body = bytes(item.raw.body)
    context = {"item": item, "body": shown(body), "size": len(body), "settles": allowed(me(request), "quarantine.settle")}
    return page(request, "desk/quarantine/one.html", "quarantine", context)


def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes as they came, for a program that can read them; never shown by the browser as what they claim to be."""
    item = get_object_or_404(Quarantine.objects.select_related("raw"), pk=pk)
    response = HttpResponse(bytes(item.raw.body), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="raw-{item.raw_id}.bin"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def do_replay(request: HttpRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(Quarantine.objects.select_related("raw__line"), pk=pk)
    done = replay(item.raw, by=me(request))
    audited(request, "quarantine.replayed", str(item.raw.line), raw=item.raw_id, understood=done)
    if done:
        messages.success(request, _("Understood. It stands on the timeline now."))
        return redirect("quarantine")
    messages.error(request, _("Still not understood. The reason below is from just now."))
    return redirect("quarantined", pk=pk)


@require_POST
def do_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(Quarantine.objects.select_related("raw__line"), pk=pk)
    dismiss(item.raw, by=me(request))
    audited(request, "quarantine.dismissed", str(item.raw.line), raw=item.raw_id)
    messages.success(request, _("Dismissed. It is kept, and can be replayed any time."))
    return redirect("quarantine")


@require_POST
def replay_line(request: HttpRequest, pk: int) -> HttpResponse:
    """The oldest first, as they came."""
    line = get_object_or_404(Line, pk=pk)
    raws = RawItem.objects.filter(line=line, quarantine__settled_at=None, quarantine__isnull=False).order_by("pk")[:AT_ONCE]
    results = [replay(raw, by=me(request)) for raw in raws]
    audited(request, "quarantine.replayed", str(line), tried=len(results), understood=sum(results))
    messages.success(request, _("%(done)s of %(all)s understood.") % {"done": sum(results), "all": len(results)})
    return redirect("quarantine")
