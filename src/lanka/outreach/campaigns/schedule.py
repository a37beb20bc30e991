"""The button. Versions are fixed, a message is made for each variant, and the worker asks `decide` about everybody.

Killed in the middle, the worker goes on: a verdict is unique for a message and a person, and who has one keeps it. Until the campaign
starts its messages are paused, so nothing leaves before the audience was looked at once more.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from lanka.core import live
from lanka.core.clock import now
from lanka.decide.models import Message
from lanka.outreach.campaigns.audience import variants
from lanka.outreach.campaigns.draft import NotADraft, approved, step
from lanka.outreach.models import Campaign, CampaignState, Variant
from lanka.people.models import User


class NotReady(ValueError):
    """What is missing, in sentences for the person at the button."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(" ".join(missing))
        self.missing = missing


def missing(campaign: Campaign) -> list[str]:
    """Empty: it may be scheduled."""
    found = []
    if campaign.topic is None:
        found.append(_("Choose what it is about: the topic says who may be written to."))
    if not campaign.segments.exists():
        found.append(_("Choose at least one segment."))
    listed = variants(campaign)
    if not listed:
        found.append(_("Choose what is sent."))
    for variant in listed:
        if approved(variant.template) is None:
            found.append(
                _("“%(name)s” has no approved version: open it, ask for approval, and let a colleague approve it.")
                % {"name": variant.template.name}
            )
    if listed and sum(variant.weight for variant in listed) <= 0:
        found.append(_("Give at least one variant a share."))
    return found


@transaction.atomic
def schedule(campaign: Campaign, *, by: User | None) -> Campaign:
    """Raises NotADraft, NotReady."""
    row = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if row.state != CampaignState.DRAFT:
        raise NotADraft(row.name)
    if lacks := missing(row):
        raise NotReady(lacks)
    row.sends_at = max(row.sends_at or now(), now())
    row.state, row.judged_at, row.started_at = CampaignState.SCHEDULED, None, None
    row.save()
    for variant in variants(row):
        variant.version = approved(variant.template)
        variant.message = message_of(row, variant)
        variant.message.save()
        variant.save()
    step(row, "scheduled", by=by, sends_at=row.sends_at.isoformat())
    live.tell("campaigns", {"campaign": row.pk})
    return row


def message_of(campaign: Campaign, variant: Variant) -> Message:
    """Not saved. A dry run asks about the same message that will be sent; all variants have one purpose, so nobody gets two."""
    version = variant.version or approved(variant.template) or variant.template.versions.order_by("-number").first()
    assert campaign.topic is not None
    return Message(
        name=f"{campaign.name} · {variant.name}" if campaign.variants.count() > 1 else campaign.name,
        topic=campaign.topic,
        brand_id=variant.template.brand_id,
        version_id=version.pk if version else None,
        source=f"campaign:{campaign.pk}",
        purpose=campaign.purpose or f"campaign:{campaign.pk}",
        content=version.digest if version else "",
        sends_at=max(campaign.sends_at or now(), now()),
        local_hour=campaign.local_hour,
        paused_at=now(),
        rate=campaign.rate,
    )
