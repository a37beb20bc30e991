"""Reasons and states in plain words, as they stand beside a number of people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lanka.decide.reasons import Reason
from lanka.outreach.campaigns.books import Account
from lanka.outreach.campaigns.chance import Verdict


def reason(number: int) -> str:
    return (
        {
            Reason.PAUSED: _("want a pause: asked again when it ends"),
            Reason.CAP: _("have heard enough for now: asked again when there is room"),
            Reason.OUTRANKED: _("something weightier comes to them first: asked again after it"),
            Reason.CHANNEL_CAP: _("have heard enough on every channel that is open: asked again when there is room"),
            Reason.DISPLACED: _("something weightier took its place"),
            Reason.WITHDRAWN: _("the campaign was stopped"),
            Reason.ERASED: _("were forgotten at their own wish"),
            Reason.DECEASED: _("have died"),
            Reason.NO_ADDRESS: _("have no address on any of the channels"),
            Reason.NEVER_ASKED: _("have never said yes to this topic"),
            Reason.SAID_NO: _("said no to this topic"),
            Reason.YES_ELSEWHERE: _("said yes only for channels on which we have no address"),
            Reason.BLOCKED: _("every address of theirs is blocked: it bounced, complained, or asked us to stop"),
            Reason.NOT_THEIR_CHANNEL: _("chose channels that are not open here"),
            Reason.DOUBLE: _("get or got the same from another campaign"),
            Reason.TOO_LATE: _("would get it too late to be of use"),
            Reason.NO_LINE: _("no line of ours speaks on the channels of this topic"),
            Reason.USED_UP: _("every way to them failed"),
            Reason.NOT_MEANT: _("had left the segments when it started"),
        }.get(Reason(number), Reason(number).name)
        if number in set(Reason)
        else str(number)
    )


def states(account: Account) -> list[dict[str, Any]]:
    """What is planned, part by part, in the order of the bar."""
    names = {
        "delivered": pgettext("people", "delivered"),
        "sent": pgettext("people", "handed over"),
        "pending": pgettext("people", "waiting"),
        "uncertain": pgettext("people", "uncertain"),
        "failed": pgettext("people", "failed"),
        "suppressed": pgettext("people", "blocked at the last moment"),
    }
    whole, at, found = max(1, account.planned), 0.0, []
    for key, name in names.items():
        share = 100 * account.states[key] / whole
        found.append({"key": key, "name": name, "people": account.states[key], "share": share, "at": at})
        at += share
    return found


def test_words(found: Verdict, day: str) -> str:
    if found.state == "early":
        return _(
            "Not yet decided. It is looked at once, on %(day)s, as was set beforehand: who looks earlier finds winners that are none."
        ) % {"day": day}
    if found.state == "few":
        return _("Not decided: too few people reacted for a test.")
    if found.state == "same":
        return _("No difference shown: what there is may well be chance.")
    return _("%(name)s won: so large a difference would come by chance less than %(chance)s times in 100.") % {
        "name": found.winner,
        "chance": max(1, round(found.chance * 100 + 0.5)),
    }


def step(what: str) -> str:
    return {
        "made": pgettext("campaign", "drafted"),
        "scheduled": pgettext("campaign", "scheduled"),
        "started": pgettext("campaign", "started"),
        "paused": pgettext("campaign", "paused"),
        "resumed": pgettext("campaign", "resumed"),
        "stopped": pgettext("campaign", "stopped"),
        "retried": pgettext("campaign", "tried the failed ones again"),
        "done": pgettext("campaign", "done"),
    }.get(what, what)
