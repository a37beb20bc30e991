"""The list of campaigns, and the report of one: live while it goes, the same page for ever after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lanka.channels.models import Line
from lanka.core.clock import now
from lanka.decide.models import Verdict
from lanka.decide.reasons import Reason
from lanka.deliver.models import Delivery
from lanka.desk.campaigns import draft, words
from lanka.desk.request import me
from lanka.outreach.campaigns.audience import variants
from lanka.outreach.campaigns.books import Account, Books, books
from lanka.outreach.campaigns.chance import Arm, judge_test
from lanka.outreach.models import Campaign, CampaignState, Measure
from lanka.outreach.sentence import languages, topic
from lanka.people.rights import allowed

MOST = 60  # campaigns on the list
PAGE = 100  # people
MOVING = {CampaignState.SCHEDULED, CampaignState.SENDING}
OF_STATE = {
    "pending": ["planned", "held", "claimed"],
    "sent": ["handed"],
    "delivered": ["delivered", "read"],
    "failed": ["failed"],
    "uncertain": ["uncertain"],
    "suppressed": ["suppressed"],
}


@require_GET
def campaigns(request: HttpRequest) -> HttpResponse:
    listed = Campaign.objects.select_related("topic").order_by("-pk")[:MOST]
    rows = [{"campaign": one, "topic": topic(one.topic.key) if one.topic else "", **gone(one)} for one in listed]
    return render(request, "desk/campaigns/campaigns.html", {"rows": rows, "may_edit": allowed(me(request), "campaigns.edit")})


def gone(row: Campaign) -> dict[str, Any]:
    if row.state == CampaignState.DRAFT:
        return {"account": None}
    account = books(row).whole
    return {"account": account, "states": words.states(account)}


@require_GET
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Campaign.objects.select_related("topic", "created_by"), pk=pk)
    if row.state == CampaignState.DRAFT:
        return draft.page(request, row)
    return render(request, "desk/campaigns/campaign.html", told(request, row))


@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """What moves, for the page that is open."""
    row = get_object_or_404(Campaign.objects.select_related("topic"), pk=pk)
    return render(request, "desk/campaigns/report.html", told(request, row))


def told(request: HttpRequest, row: Campaign) -> dict[str, Any]:
    found = books(row)
    lines = Line.objects.in_bulk(list(found.lines))
    return {
        "campaign": row,
        "topic": topic(row.topic.key) if row.topic else "",
        "whole": found.whole,
        "states": words.states(found.whole),
        "live": row.state in MOVING,
        "excluded": reasons(found.reasons),
        "waits": reasons(found.waits),
        "lines": [{"line": lines.get(pk), "account": one} for pk, one in sorted(found.lines.items(), key=lambda p: -p[1].planned) if pk],
        "languages": [{"name": languages([code])[0], "account": one} for code, one in found.languages.items() if code],
        "steps": [{"step": one, "words": words.step(one.what)} for one in row.steps.select_related("by").order_by("-pk")],
        "segments": list(row.segments.all()),
        "without": list(row.without.all()),
        "may_edit": allowed(me(request), "campaigns.edit"),
        **tested(row, found),
    }


def reasons(counts: dict[int, int]) -> list[dict[str, Any]]:
    return [{"number": n, "words": words.reason(n), "people": people} for n, people in sorted(counts.items(), key=lambda pair: -pair[1])]


def tested(row: Campaign, found: Books) -> dict[str, Any]:
    """Of variants. What people did is not shown before the day on which it is looked at."""
    listed = variants(row)
    if len(listed) < 2:
        return {"arms": [], "variants": [{"variant": one, "account": found.variants[one.name]} for one in listed]}
    over = row.started_at is not None and row.started_at + timedelta(days=row.horizon_days) <= now()
    arms = [arm(one.name, found.variants[one.name], row.measure) for one in listed]
    verdict = judge_test(arms, over=over)
    day = row.started_at + timedelta(days=row.horizon_days) if row.started_at else None
    high = max((one.interval[1] for one in arms), default=1) or 1
    return {
        "arms": [shown(one, high, verdict.winner) for one in arms],
        "variants": [{"variant": one, "account": found.variants[one.name]} for one in listed],
        "over": over,
        "test": words.test_words(verdict, formats.date_format(day, "DATE_FORMAT") if day else _("the day set")),
        "verdict": verdict,
        "measure": Measure(row.measure).label,
    }


def arm(name: str, account: Account, measure: str) -> Arm:
    return Arm(name, account.gone, account.clicked if measure == Measure.CLICKED else account.opened)


def shown(one: Arm, high: float, winner: str) -> dict[str, Any]:
    low, top = one.interval
    return {"arm": one, "rate": 100 * one.rate, "low": 100 * low, "high": 100 * top, "won": one.name == winner,
            "x": round(300 * low / high, 1), "wide": round(300 * (top - low) / high, 1), "at": round(300 * one.rate / high, 1)}  # fmt: skip


@require_GET
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is behind a number of the report, and why."""
    row = get_object_or_404(Campaign, pk=pk)
    messages = [one.message_id for one in variants(row)]
    listed = Verdict.objects.filter(message__in=messages).select_related("customer")
    state, why = request.GET.get("state", ""), request.GET.get("reason", "")
    if why.isascii() and why.isdigit() and int(why) in set(Reason):
        listed, title = listed.filter(reason=int(why)), words.reason(int(why))
    elif state in OF_STATE:
        chosen = Q(pk__in=Delivery.objects.filter(message__in=messages, state__in=OF_STATE[state]).values("verdict"))
        waiting = Q(taken_at=None) & ~Q(outcome=3)
        listed, title = listed.filter(chosen | waiting if state == "pending" else chosen), next_name(state)
    else:
        title = _("Everybody who is meant")
    deliveries = {one.verdict_id: one for one in Delivery.objects.filter(verdict__in=[v.pk for v in listed[:PAGE]]).order_by("rung")}
    rows = [
        {"verdict": one, "why": words.reason(one.reason) if one.reason >= 10 else "", "delivery": deliveries.get(one.pk)}
        for one in listed.order_by("pk")[:PAGE]
    ]
    context = {"campaign": row, "rows": rows, "title": title, "count": listed.count(), "most": PAGE}
    return render(request, "desk/campaigns/people.html", context)


def next_name(state: str) -> str:
    return next(str(one["name"]) for one in words.states(Account()) if one["key"] == state)
