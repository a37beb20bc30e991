"""A campaign is written: a name, a topic, whom, what in which variants, when, how fast. Nothing goes out yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time

from django.db import transaction

from lanka.content.models import Template, Version
from lanka.core.clock import now
from lanka.customers.models import Topic
from lanka.outreach.models import Campaign, CampaignState, Measure, Segment, Step, Variant
from lanka.people.models import User

NAMES = "ABCDEF"


class NotADraft(ValueError):
    """It is scheduled or sent: what people get is not changed under their eyes."""


@dataclass(frozen=True)
class Plan:
    """All that is chosen. `variants`: (template, weight) in the order of A, B, …"""

    name: str
    topic: Topic | None = None
    segments: Sequence[Segment] = ()
    without: Sequence[Segment] = ()
    variants: Sequence[tuple[Template, int]] = ()
    sends_at: datetime | None = None
    local_hour: time | None = None
    rate: int | None = None
    purpose: str = ""
    measure: str = Measure.CLICKED
    horizon_days: int = 3
    errors: list[str] = field(default_factory=list)


@transaction.atomic
def make(name: str, *, by: User | None) -> Campaign:
    campaign = Campaign.objects.create(name=name.strip()[:120], created_by=by)
    step(campaign, "made", by=by)
    return campaign


@transaction.atomic
def save(campaign: Campaign, plan: Plan, *, by: User | None) -> Campaign:
    """Raises NotADraft."""
    row = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if row.state != CampaignState.DRAFT:
        raise NotADraft(row.name)
    for name in ("name", "topic", "sends_at", "local_hour", "rate", "purpose", "measure", "horizon_days"):
        setattr(row, name, getattr(plan, name))
    row.save()
    row.segments.set(plan.segments)
    row.without.set(plan.without)
    row.variants.all().delete()
    chosen = zip(NAMES, plan.variants, strict=False)
    Variant.objects.bulk_create([Variant(campaign=row, name=name, template=what, weight=weight) for name, (what, weight) in chosen])
    return row


def step(campaign: Campaign, what: str, *, by: User | None, **data: object) -> Step:
    return Step.objects.create(campaign=campaign, what=what, at=now(), by=by, data=data)


def approved(template: Template) -> Version | None:
    """What may go out: the newest version that a second person approved."""
    return template.versions.filter(approved_at__isnull=False, refused_at=None).order_by("-number").first()
