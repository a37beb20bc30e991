"""The draft, on one page: kept as one goes, and what it would come to beside it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lanka.content.models import Brand, Template
from lanka.customers.models import Topic
from lanka.desk.campaigns import words
from lanka.desk.request import audited, me, refuse
from lanka.outreach.campaigns.audience import variants
from lanka.outreach.campaigns.chance import people_needed
from lanka.outreach.campaigns.draft import NAMES, NotADraft, Plan, approved, make, save
from lanka.outreach.campaigns.schedule import missing
from lanka.outreach.campaigns.snapshot import snapshot
from lanka.outreach.models import Campaign, CampaignState, Measure, Segment
from lanka.outreach.sentence import topic as topic_name
from lanka.people.rights import allowed

USUAL = 0.03  # the rate that is reckoned with before anything is known: clicks of all mails of shops


@require_POST
def campaign_new(request: HttpRequest) -> HttpResponse:
    made = make(_("New campaign"), by=me(request))
    audited(request, "campaign.made", made.name, campaign=made.pk)
    return redirect("campaign", made.pk)


def zone() -> ZoneInfo:
    """In which days and hours are written here: the company's."""
    name = Brand.objects.order_by("pk").values_list("time_zone", flat=True).first()
    return ZoneInfo(name or "UTC")


def page(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    listed = variants(campaign)
    context = {
        "campaign": campaign,
        "segments": Segment.objects.filter(retired_at=None),
        "inside": set(campaign.segments.values_list("pk", flat=True)),
        "without": set(campaign.without.values_list("pk", flat=True)),
        "topics": [{"topic": one, "name": topic_name(one.key)} for one in Topic.objects.filter(retired_at=None)],
        "templates": [{"template": one, "approved": approved(one)} for one in Template.objects.filter(retired_at=None).order_by("name")],
        "variants": [{"name": one.name, "template": one.template_id, "weight": one.weight} for one in listed]
        or [{"name": "A", "weight": 100}],
        "names": NAMES,
        "measures": Measure.choices,
        "local": campaign.sends_at.astimezone(zone()) if campaign.sends_at else None,
        "zone": zone().key.split("/")[-1].replace("_", " "),
        "may_edit": allowed(me(request), "campaigns.edit"),
    }
    return render(request, "desk/campaigns/draft.html", context)


@require_POST
def campaign_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps what stands in the form; answers with what it would come to."""
    campaign = get_object_or_404(Campaign, pk=pk)
    try:
        save(campaign, plan(request), by=me(request))
    except NotADraft:
        return refuse(_("It is scheduled already: what people get is not changed under their eyes."), 409)
    return outlook(request, Campaign.objects.get(pk=pk))


@require_GET
def campaign_snapshot(request: HttpRequest, pk: int) -> HttpResponse:
    return outlook(request, get_object_or_404(Campaign, pk=pk))


def outlook(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    lacks = missing(campaign) if campaign.state == CampaignState.DRAFT else []
    context: dict[str, Any] = {"campaign": campaign, "missing": lacks, "may_edit": allowed(me(request), "campaigns.edit")}
    if campaign.topic and campaign.segments.exists() and campaign.variants.exists():
        found = snapshot(campaign)
        context |= {"found": found, "excluded": told(found.excluded), "held": told(found.held), **test_of(campaign, found.variants)}
    return render(request, "desk/campaigns/snapshot.html", context)


def told(reasons: Any) -> list[dict[str, Any]]:
    return [{"words": words.reason(why.reason), "people": why.people, "examples": why.examples} for why in reasons]


def test_of(campaign: Campaign, shares: dict[str, int]) -> dict[str, Any]:
    if len(shares) < 2:
        return {}
    needed = people_needed(USUAL, USUAL * 1.2, pairs=len(shares) * (len(shares) - 1) // 2)
    return {"shares": shares, "needed": needed, "enough": min(shares.values()) >= needed}


def plan(request: HttpRequest) -> Plan:
    """What cannot be read is left out; the checks say what is missing."""
    told = request.POST
    listed = zip(told.getlist("template"), told.getlist("weight"), strict=False)
    templates = {str(one.pk): one for one in Template.objects.filter(pk__in=numbers(told.getlist("template")))}
    return Plan(
        name=told.get("name", "").strip() or _("New campaign"),
        topic=Topic.objects.filter(pk__in=numbers([told.get("topic", "")])).first(),
        segments=list(Segment.objects.filter(pk__in=numbers(told.getlist("segments")), retired_at=None)),
        without=list(Segment.objects.filter(pk__in=numbers(told.getlist("without")), retired_at=None)),
        variants=[(templates[pk], min(1000, number(weight, 0))) for pk, weight in listed if pk in templates][: len(NAMES)],
        sends_at=moment(told.get("sends_at", "")) if told.get("begins") == "later" else None,
        local_hour=hour(told.get("local_hour", "")) if told.get("own_hour") else None,
        rate=number(told.get("rate", ""), 0) or None,
        purpose=told.get("purpose", "").strip()[:120],
        measure=told.get("measure", "") if told.get("measure", "") in Measure.values else Measure.CLICKED,
        horizon_days=max(1, min(60, number(told.get("horizon_days", ""), 3))),
    )


def number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else otherwise


def numbers(listed: list[str]) -> list[int]:
    return [number(one, -1) for one in listed]


def moment(text: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.fromisoformat(text).replace(tzinfo=zone())
    return None


def hour(text: str) -> time | None:
    with suppress(ValueError):
        return time.fromisoformat(text)
    return None
