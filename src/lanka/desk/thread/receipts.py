"""What became of an answer, as a tick and in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from lanka.deliver.models import Delivery, State
from lanka.timeline.models import Event


@dataclass(frozen=True, slots=True)
class Tick:
    icon: str
    tone: str  # 'wait', 'sent', 'there', 'read', 'bad', 'doubt'
    word: str
    steps: tuple[str, ...] = ()  # the story so far, shown on hover and focus
    why: str = ""


def states() -> dict[str, tuple[str, str, str]]:
    return {
        State.PLANNED: ("clock-3", "wait", _("on its way")),
        State.HELD: ("clock-3", "wait", _("held")),
        State.CLAIMED: ("clock-3", "wait", _("on its way")),
        State.HANDED: ("check", "sent", _("sent")),
        State.DELIVERED: ("check-check", "there", _("delivered")),
        State.READ: ("check-check", "read", _("read")),
        State.FAILED: ("circle-alert", "bad", _("not delivered")),
        State.UNCERTAIN: ("circle-question-mark", "doubt", _("uncertain")),
        State.SUPPRESSED: ("ban", "bad", _("not sent")),
    }


def receipt_words() -> dict[str, str]:
    return {
        "accepted": _("taken over"),
        "sent": _("sent"),
        "printed": _("printed"),
        "posted": _("posted"),
        "delivered": _("delivered"),
        "read": _("read"),
        "failed": _("failed"),
        "bounced": _("bounced"),
        "returned": _("came back"),
        "complained": _("complained"),
        "suppressed": _("not sent"),
        "again": _("sent again"),
    }


def moment(at: datetime) -> str:
    return date_format(localtime(at), "SHORT_DATETIME_FORMAT")


def tick(delivery: Delivery | None, receipts: list[Event]) -> Tick | None:
    """None where nothing was planned: an event from before, or from elsewhere."""
    told = [receipt.kind.removeprefix("receipt.") for receipt in receipts]
    names = receipt_words()
    steps = tuple(f"{names.get(t, t)} {moment(r.at)}" for t, r in zip(told, receipts, strict=True))
    if delivery is None and not receipts:
        return None
    state = delivery.state if delivery else {"read": State.READ, "delivered": State.DELIVERED}.get(told[-1], State.HANDED)
    icon, tone, word = states().get(str(state), ("check", "sent", str(state)))
    if tone in ("sent", "there") and told and told[-1] in ("printed", "posted", "read"):
        word = names[told[-1]]
    why = (delivery.why if delivery else "") or next((r.text for r in reversed(receipts) if r.text), "")
    return Tick(icon, tone, word, steps, why if tone in ("bad", "doubt", "wait") else "")
