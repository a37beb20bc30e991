"""The list of segments, and one of them: read, tried, kept, put away."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lanka.core.clock import now
from lanka.desk.request import audited, me, refuse, toast
from lanka.desk.segments.vocabulary import vocabulary
from lanka.outreach.models import Campaign, CampaignState, Segment, Size
from lanka.outreach.rules import BadRule, Group, Leaf, read, written
from lanka.outreach.save import InUse, change, make, retire
from lanka.outreach.sentence import sentence
from lanka.outreach.trial import trial
from lanka.people.rights import allowed

DAYS = 30


@require_GET
def segments(request: HttpRequest) -> HttpResponse:
    listed = list(Segment.objects.filter(retired_at=None).select_related("changed_by"))
    sizes: dict[int, list[int]] = {}
    since = now().date() - timedelta(days=DAYS)
    for pk, size in Size.objects.filter(day__gte=since).order_by("day").values_list("segment_id", "size"):
        sizes.setdefault(pk, []).append(size)
    rows = [
        {"segment": one, "words": words_of(one), "line": polyline(sizes.get(one.pk, [])), "change": grown(sizes.get(one.pk, []), one.size)}
        for one in listed
    ]
    return render(request, "desk/segments/segments.html", {"rows": rows, "may_edit": allowed(me(request), "segments.edit")})


def words_of(segment: Segment) -> str:
    try:
        return sentence(read(segment.rule))
    except BadRule as error:
        return str(error)


def polyline(sizes: list[int]) -> str:
    """Points of a line in a box of 96 by 24; empty when there is no line to draw."""
    if len(sizes) < 2:
        return ""
    low, high = min(sizes), max(sizes)
    step, tall = 96 / (len(sizes) - 1), (high - low) or 1
    return " ".join(f"{n * step:.1f},{22 - (size - low) / tall * 20:.1f}" for n, size in enumerate(sizes))


def grown(sizes: list[int], size: int) -> int:
    return size - sizes[0] if sizes else 0


def segment_new(request: HttpRequest) -> HttpResponse:
    start = {"is": "all", "rules": [{"is": "bought"}]}
    return kept(request, None) if request.method == "POST" else shown(request, None, {"name": "", "about": "", "rule": start})


def segment(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Segment, pk=pk, retired_at=None)
    if request.method == "POST":
        return kept(request, row) if allowed(me(request), "segments.edit") else refuse(_("You may look at segments, not change them."), 403)
    return shown(request, row, {"name": row.name, "about": row.about, "rule": row.rule})


def shown(request: HttpRequest, row: Segment | None, told: dict[str, Any], error: str = "", status: int = 200) -> HttpResponse:
    context = {
        "segment": row,
        "told": told,
        "rule": whole(told["rule"]),
        "vocabulary": vocabulary(row),
        "error": error,
        "may_edit": allowed(me(request), "segments.edit"),
        "uses": used_in(row) if row else [],
        **tried(whole(told["rule"])),
    }
    return render(request, "desk/segments/segment.html", context, status=status)


def whole(rule: Any) -> dict[str, Any]:
    """As the builder draws it: the outermost is always a group."""
    data = rule if isinstance(rule, dict) and rule else {"is": "all", "rules": []}
    return data if "rules" in data else {"is": "all", "rules": [data]}


def used_in(row: Segment) -> list[dict[str, str]]:
    found = [(one.name, reverse("segment", args=[one.pk])) for one in Segment.objects.filter(uses__contains=[row.pk], retired_at=None)]
    campaigns = Campaign.objects.filter(segments=row) | Campaign.objects.filter(without=row)
    found += [(one.name, reverse("campaign", args=[one.pk])) for one in campaigns.distinct().order_by("-pk")[:8]]
    return [{"name": name, "url": url} for name, url in found]


def tried(rule: dict[str, Any]) -> dict[str, Any]:
    """What a rule comes to: for first paint and while typing alike."""
    try:
        tree = read(rule)
        found = trial(tree)
    except BadRule as error:
        return {"tried": None, "trouble": said(str(error))}
    return {"tried": found, "words": sentence(tree), "share": 100 * found.size / max(1, found.of), "of": found.of}


def said(words: str) -> str:
    known = {
        "say what they bought": _("Say what they bought."),
        "say where": _("Say where they live."),
        "choose a date": _("Choose a day."),
        "say what it should be": _("Say what it should be."),
        "write a number": _("Write a number."),
        "a segment may not be part of itself": _("A segment may not be part of itself."),
    }
    return known.get(words, _("Something is still missing in a condition."))


@require_POST
def segment_try(request: HttpRequest) -> HttpResponse:
    """Reads only."""
    try:
        rule = json.loads(request.body or b"{}")
    except ValueError:
        return refuse(_("That is no rule."), 400)
    return render(request, "desk/segments/tried.html", tried(rule if isinstance(rule, dict) else {}))


def kept(request: HttpRequest, row: Segment | None) -> HttpResponse:
    name, about = request.POST.get("name", "").strip(), request.POST.get("about", "").strip()
    rule = told_rule(request)
    told = {"name": name, "about": about, "rule": rule if isinstance(rule, dict) else {}}
    try:
        if not name:
            raise BadRule(_("Give it a name."))
        tree = read(rule)
        with transaction.atomic():
            made = saved(request, row, name, tree, about)
    except BadRule as error:
        return shown(request, row, told, said(str(error)) if name else str(error), 422)
    except IntegrityError:
        return shown(request, row, told, _("Another segment has this name."), 422)
    audited(request, "segment.changed" if row else "segment.made", made.name, segment=made.pk)
    return redirect("segments")


def told_rule(request: HttpRequest) -> Any:
    try:
        return json.loads(request.POST.get("rule", "") or "{}")
    except ValueError:
        return {"is": "?"}


def saved(request: HttpRequest, row: Segment | None, name: str, tree: Leaf | Group, about: str) -> Segment:
    by = me(request)
    return change(row, name, written(tree), by=by, about=about) if row else make(name, written(tree), by=by, about=about)


@require_POST
def segment_retire(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Segment, pk=pk, retired_at=None)
    waiting = Campaign.objects.filter(segments=row, state__in=[CampaignState.DRAFT, CampaignState.SCHEDULED]).first()
    if waiting:
        return refuse(_("The campaign “%(name)s” still needs it.") % {"name": waiting.name}, 409)
    try:
        retire(row, by=me(request))
    except InUse as error:
        return refuse(_("The segment “%(name)s” still names it.") % {"name": error}, 409)
    audited(request, "segment.retired", row.name, segment=row.pk)
    return toast(HttpResponse(status=204, headers={"HX-Redirect": reverse("segments")}), _("Put away"))
