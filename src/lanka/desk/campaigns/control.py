"""The buttons: schedule, pause, go on, stop, try again, once more."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lanka.desk.request import audited, me, refuse, toast
from lanka.outreach.campaigns import control
from lanka.outreach.campaigns.audience import variants
from lanka.outreach.campaigns.draft import NotADraft, Plan, make, save
from lanka.outreach.campaigns.schedule import NotReady, schedule
from lanka.outreach.models import Campaign, CampaignState


def there(campaign: Campaign, words: str) -> HttpResponse:
    return toast(HttpResponse(status=204, headers={"HX-Redirect": reverse("campaign", args=[campaign.pk])}), words)


@require_POST
def campaign_schedule(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = get_object_or_404(Campaign, pk=pk)
    try:
        schedule(campaign, by=me(request))
    except NotReady as error:
        return refuse(error)
    except NotADraft:
        return refuse(_("It is scheduled already."), 409)
    audited(request, "campaign.scheduled", campaign.name, campaign=pk)
    return there(campaign, _("Scheduled"))


def moved(request: HttpRequest, pk: int, verb: Callable[..., Campaign], name: str, words: str) -> HttpResponse:
    campaign = get_object_or_404(Campaign, pk=pk)
    try:
        verb(campaign, by=me(request))
    except control.NotNow:
        return refuse(_("That cannot be done now: reload the page to see how it stands."), 409)
    audited(request, name, campaign.name, campaign=pk)
    return there(campaign, words)


@require_POST
def campaign_pause(request: HttpRequest, pk: int) -> HttpResponse:
    return moved(request, pk, control.pause, "campaign.paused", _("Paused"))


@require_POST
def campaign_resume(request: HttpRequest, pk: int) -> HttpResponse:
    return moved(request, pk, control.resume, "campaign.resumed", _("Goes on"))


@require_POST
def campaign_stop(request: HttpRequest, pk: int) -> HttpResponse:
    return moved(request, pk, control.stop, "campaign.stopped", _("Stopped"))


@require_POST
def campaign_retry(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = get_object_or_404(Campaign, pk=pk)
    again = control.retry(campaign, by=me(request))
    audited(request, "campaign.retried", campaign.name, campaign=pk, deliveries=again)
    return there(campaign, ngettext("%(n)d is tried again", "%(n)d are tried again", again) % {"n": again})


@require_POST
def campaign_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """A new draft with the same choices."""
    old = get_object_or_404(Campaign, pk=pk)
    chosen = [(variant.template, variant.weight) for variant in variants(old)]
    made = make(old.name, by=me(request))
    plan = Plan(old.name, old.topic, list(old.segments.all()), list(old.without.all()), chosen, None, old.local_hour, old.rate)
    save(made, plan, by=me(request))
    return there(made, _("A new draft"))


@require_POST
def campaign_delete(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = get_object_or_404(Campaign, pk=pk)
    if campaign.state != CampaignState.DRAFT:
        return refuse(_("Only a draft can be thrown away: what was sent stays in the books."), 409)
    audited(request, "campaign.deleted", campaign.name, campaign=pk)
    campaign.delete()
    return toast(HttpResponse(status=204, headers={"HX-Redirect": reverse("campaigns")}), _("Thrown away"))
