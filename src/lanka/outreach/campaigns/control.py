"""Pause, go on, stop, try the failed ones again: what somebody does with a campaign that is on its way."""

from __future__ import annotations

from django.db import transaction

from lanka.core import live
from lanka.core.clock import now
from lanka.decide.models import Message
from lanka.deliver.again import send_again
from lanka.deliver.models import Delivery, State
from lanka.outreach.campaigns.audience import variants
from lanka.outreach.campaigns.draft import step
from lanka.outreach.models import Campaign, CampaignState
from lanka.people.models import User

S = CampaignState


class NotNow(ValueError):
    """It is in a state where that cannot be done: somebody else was quicker, or it has ended."""


def pause(campaign: Campaign, *, by: User | None) -> Campaign:
    """Nothing of it leaves from now on; what the providers have is gone. Raises NotNow."""
    return move(campaign, {S.SENDING}, S.PAUSED, "paused", by, paused_at=now())


def resume(campaign: Campaign, *, by: User | None) -> Campaign:
    """Raises NotNow."""
    return move(campaign, {S.PAUSED}, S.SENDING, "resumed", by, paused_at=None)


def stop(campaign: Campaign, *, by: User | None) -> Campaign:
    """For good: who has not got it will not. Raises NotNow."""
    return move(campaign, {S.SCHEDULED, S.SENDING, S.PAUSED}, S.STOPPED, "stopped", by, withdrawn_at=now())


@transaction.atomic
def move(campaign: Campaign, before: set[CampaignState], after: CampaignState, what: str, by: User | None, **message: object) -> Campaign:
    row = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if row.state not in before:
        raise NotNow(row.get_state_display())
    row.state = after
    row.save(update_fields=["state"])
    Message.objects.filter(pk__in=[variant.message_id for variant in variants(row)]).update(**message)
    step(row, what, by=by)
    live.tell("verdicts")
    live.tell("outbox")
    live.tell("campaigns", {"campaign": row.pk})
    return row


def failed(campaign: Campaign) -> list[int]:
    """Deliveries that failed on their last way: neither handed over later nor given to another channel."""
    messages = [variant.message_id for variant in variants(campaign)]
    last = Delivery.objects.filter(message__in=messages).order_by("verdict", "-rung").distinct("verdict").values_list("pk", "state")
    return [pk for pk, state in last if state == State.FAILED]


def retry(campaign: Campaign, *, by: User) -> int:
    """Those that failed are planned once more, under the same id. How many. Uncertain ones are left: they may have arrived."""
    again = sum(
        send_again(delivery, by=by) for delivery in Delivery.objects.filter(pk__in=failed(campaign)).select_related("event", "line")
    )
    with transaction.atomic():
        row = Campaign.objects.select_for_update().get(pk=campaign.pk)
        step(row, "retried", by=by, deliveries=again)
        if again and row.state == S.DONE:
            row.state = S.SENDING
            row.save(update_fields=["state"])
        live.tell("campaigns", {"campaign": row.pk})
    return again
