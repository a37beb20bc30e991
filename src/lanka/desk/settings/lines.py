"""Lines: the list, a new one of any kind, changing, testing, switching off, deleting."""

from __future__ import annotations

import time

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, OuterRef, ProtectedError, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lanka.channels.base import Channel, Checks, Step
from lanka.channels.models import Exchange, Line
from lanka.channels.registry import all_channels, view
from lanka.content.compose import brand_of, tokens
from lanka.core.live import tell
from lanka.deliver.models import Trouble
from lanka.desk import channels
from lanka.desk.request import audited, refuse
from lanka.desk.settings import check, readme
from lanka.desk.settings.line_form import LineForm
from lanka.desk.settings.page import gone, page
from lanka.receive.models import Quarantine, RawItem
from lanka.timeline.models import Event


def lines(request: HttpRequest) -> HttpResponse:
    last = Exchange.objects.filter(line=OuterRef("pk")).order_by("-at")
    waiting = Quarantine.objects.filter(raw__line=OuterRef("pk"), settled_at=None).order_by()
    counted = waiting.values("raw__line").annotate(n=Count("pk")).values("n")
    resting = Trouble.objects.filter(line=OuterRef("pk"), ended_at=None, until__isnull=False)
    found = Line.objects.annotate(
        last_ok=Subquery(last.values("ok")[:1]),
        last_at=Subquery(last.values("at")[:1]),
        quarantined=Subquery(counted),
        rests_until=Subquery(resting.values("until")[:1]),
        rests_why=Subquery(resting.values("why")[:1]),
    ).order_by("-enabled", "name", "pk")
    rows = [{"line": line, "channel": channels.name(line.kind), "lost": line.kind not in all_channels()} for line in found]
    return page(request, "desk/settings/lines.html", "lines", {"rows": rows})


def kinds(request: HttpRequest) -> HttpResponse:
    found = [{"kind": kind, "name": channels.name(kind), "about": readme.summary(type(one))} for kind, one in all_channels().items()]
    return page(request, "desk/settings/kinds.html", "lines", {"kinds": sorted(found, key=lambda one: one["name"])})


def channel_or_404(kind: str) -> Channel:
    if kind not in all_channels():
        raise Http404(kind)
    return all_channels()[kind]


def line_new(request: HttpRequest, kind: str) -> HttpResponse:
    channel = channel_or_404(kind)
    return edited(request, channel, Line(kind=kind, name=channels.name(kind)))


def line_edit(request: HttpRequest, pk: int) -> HttpResponse:
    line = get_object_or_404(Line, pk=pk)
    if line.kind not in all_channels():
        return page(request, "desk/settings/line_lost.html", "lines", {"line": line})
    return edited(request, all_channels()[line.kind], line)


def edited(request: HttpRequest, channel: Channel, line: Line) -> HttpResponse:
    form = LineForm(channel, line, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.ok():
        saved = save(form, request)
        messages.success(request, _("Saved."))
        return redirect("line", pk=saved.pk)
    context = {
        "form": form,
        "line": line,
        "channel": channels.name(line.kind),
        "readme": readme.page(type(channel)),
        "addresses": form.addresses(),
        "checks": isinstance(channel, Checks),
    }
    return page(request, "desk/settings/line.html", "lines", context, status=422 if request.method == "POST" else 200)


@transaction.atomic
def save(form: LineForm, request: HttpRequest) -> Line:
    new = form.line.pk is None
    changed = form.keep()
    if new or changed:
        audited(request, "line.made" if new else "line.changed", str(form.line), kind=form.line.kind, fields=changed)
        tell("lines")
    return form.line


@require_POST
def line_check(request: HttpRequest, pk: int) -> HttpResponse:
    line = get_object_or_404(Line, pk=pk)
    channel = channel_or_404(line.kind)
    if not isinstance(channel, Checks):
        return refuse(_("This channel has no test of its own."))
    began = time.monotonic()
    try:
        found = check.steps(channel, view(line, tokens(brand_of(line.brand_id))))
    except ValueError as error:
        found = [Step(_("settings"), False, str(error)[:500], _("Open the form, fill in what is missing and save it."))]
    check.write_down(line, found, began)
    return render(request, "desk/settings/steps.html", {"steps": found, "ok": all(step.ok for step in found)})


@require_POST
@transaction.atomic
def line_switch(request: HttpRequest, pk: int) -> HttpResponse:
    line = get_object_or_404(Line, pk=pk)
    line.enabled = not line.enabled
    line.save(update_fields=["enabled"])
    audited(request, "line.enabled" if line.enabled else "line.disabled", str(line))
    tell("lines")
    return redirect("lines")


def why_not_deleted(line: Line) -> str:
    """A line that somebody wrote to is part of the record: it can only be switched off."""
    if count := RawItem.objects.filter(line=line).count():
        return _("%(count)s received items belong to this line. Switch it off instead.") % {"count": count}
    if Event.objects.filter(line_id=line.pk).exists():
        return _("The timeline speaks of this line. Switch it off instead.")
    return ""


@require_POST
def line_delete(request: HttpRequest, pk: int) -> HttpResponse:
    line = get_object_or_404(Line, pk=pk)
    if why := why_not_deleted(line):
        return refuse(why, status=409)
    name = str(line)
    try:
        with transaction.atomic():
            line.delete()
            audited(request, "line.deleted", name, kind=line.kind)
            tell("lines")
    except ProtectedError:
        return refuse(_("Messages belong to this line. Switch it off instead."), status=409)
    return gone("lines")
