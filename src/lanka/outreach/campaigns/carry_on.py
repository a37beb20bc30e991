"""The worker's part: verdicts for all who are meant, the start, the end. Every step may be killed and is gone on with."""

from __future__ import annotations

from django.db import connection, transaction

from lanka.core import live
from lanka.core.clock import now
from lanka.decide.judge import judge
from lanka.decide.models import Message, Outcome, Verdict
from lanka.decide.reasons import Reason
from lanka.deliver.models import Delivery, State
from lanka.outreach.campaigns.audience import audience, share, variants
from lanka.outreach.campaigns.draft import step
from lanka.outreach.models import Campaign, CampaignState

LOCK = 0x63616D70  # 'camp'
GONE = """
UPDATE decide_verdict v SET outcome = %s, reason = %s, because = v.because || '{{"left": true}}', decided_at = %s
WHERE v.message_id = ANY(%s) AND v.outcome <> %s AND v.taken_at IS NULL AND NOT EXISTS (
  SELECT FROM ({audience}) a LEFT JOIN customers_alias r ON r.customer_id = v.customer_id WHERE a.id = coalesce(r.root_id, v.customer_id))
"""
OPEN = (State.PLANNED, State.HELD, State.CLAIMED)


def carry_on() -> bool:
    """One step of one campaign. False: nothing is to be done now."""
    for campaign in Campaign.objects.filter(state=CampaignState.SCHEDULED).order_by("sends_at"):
        if campaign.judged_at is None and alone(campaign, judge_audience):
            return True
        if campaign.judged_at and campaign.sends_at and campaign.sends_at <= now() and alone(campaign, start):
            return True
    return any(finish(campaign) for campaign in Campaign.objects.filter(state=CampaignState.SENDING))


def alone(campaign: Campaign, doing: object) -> bool:
    """One worker at a time; the lock goes with its connection, so it never outlives a killed one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, campaign.pk])
        if not cursor.fetchone()[0]:
            return False
        try:
            campaign.refresh_from_db()
            return bool(doing(campaign))  # type: ignore[operator]
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, campaign.pk])


def judge_audience(campaign: Campaign) -> bool:
    """In earnest: from here on these verdicts count in caps and as doubles. In chunks, each whole."""
    if campaign.state != CampaignState.SCHEDULED or campaign.judged_at:
        return False
    listed = variants(campaign)
    for variant in listed:
        assert variant.message is not None
        judge(variant.message, share(campaign, variant, listed))
    Campaign.objects.filter(pk=campaign.pk, state=CampaignState.SCHEDULED).update(judged_at=now())
    live.tell("campaigns", {"campaign": campaign.pk})
    return True


def start(campaign: Campaign) -> bool:
    """Looks at everybody once more: who left the segments is out, who came is in, what they chose since then counts. Then it goes."""
    if campaign.state != CampaignState.SCHEDULED:
        return False
    listed = variants(campaign)
    messages = [variant.message.pk for variant in listed if variant.message]
    with connection.cursor() as cursor:
        asked = GONE.format(audience=audience(campaign))
        cursor.execute(asked, [Outcome.NO, Reason.NOT_MEANT, now(), messages, Outcome.NO])
        left = cursor.rowcount
    for variant in listed:
        assert variant.message is not None
        whom = share(campaign, variant, listed)
        judge(variant.message, whom, again=True)
        judge(variant.message, whom)  # those who came since; all others have their answer
    with transaction.atomic():
        row = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if row.state != CampaignState.SCHEDULED:  # stopped meanwhile
            return True
        row.state, row.started_at = CampaignState.SENDING, now()
        row.save(update_fields=["state", "started_at"])
        Message.objects.filter(pk__in=messages).update(paused_at=None)
        step(row, "started", by=None, left=left)
        live.tell("verdicts")
        live.tell("campaigns", {"campaign": row.pk})
    return True


@transaction.atomic
def finish(campaign: Campaign) -> bool:
    """Done when nobody waits any more, neither for a decision nor in the outbox."""
    messages = [variant.message_id for variant in variants(campaign)]
    waiting = Verdict.objects.filter(message__in=messages, taken_at=None).exclude(outcome=Outcome.NO)
    if waiting.exists() or Delivery.objects.filter(message__in=messages, state__in=OPEN).exists():
        return False
    row = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if row.state != CampaignState.SENDING:
        return False
    row.state = CampaignState.DONE
    row.save(update_fields=["state"])
    step(row, "done", by=None)
    live.tell("campaigns", {"campaign": row.pk})
    return True
