"""Facts in words: one short sentence and an icon for each kind of event that is no message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lanka.desk.thread.choice_words import choice_kinds
from lanka.timeline.models import Event

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    icon: str
    text: str
    more: str = ""  # said after it, softer
    quiet: bool = False  # the house's own doings: shown small


def said(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(part) for part in value)
    moment = parse_datetime(value) if isinstance(value, str) and len(value) > 15 else None
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT") if moment and moment.tzinfo else str(value or "")


def assigned(d: Data) -> str:
    whom = said(d.get("to_name") or d.get("team_name") or d.get("to") or d.get("team"))
    return _("assigned to %(whom)s") % {"whom": whom} if whom else _("left to nobody in particular")


def tagged(d: Data) -> str:
    add, remove = said(d.get("add") or d.get("added")), said(d.get("remove") or d.get("removed"))
    parts = [_("tagged %(tags)s") % {"tags": add}] if add else []
    parts += [_("took off %(tags)s") % {"tags": remove}] if remove else []
    return " · ".join(parts) or _("changed the tags")


def place(words: str, at_place: str) -> Callable[[Data], str]:
    def sentence(d: Data) -> str:
        where = said(d.get("store") or d.get("store_name") or d.get("place") or d.get("page"))
        return at_place % {"place": where} if where else words

    return sentence


def snoozed(d: Data) -> str:
    until = said(d.get("until"))
    return _("snoozed until %(until)s") % {"until": until} if until else _("snoozed")


def order_status(d: Data) -> str:
    return _("Order %(number)s: %(status)s") % {"number": said(d.get("number") or d.get("order")), "status": said(d.get("status"))}


def merged(d: Data) -> str:
    return _("Two strands are one person")


Sentence = Callable[[Data], str]


def followed(d: Data) -> str:
    return _("A link was followed, probably by a mail scanner") if d.get("machine") else _("Followed a link in our message")


def outreach_kinds() -> dict[str, tuple[str, bool, Sentence]]:
    return {
        "clicked": ("mouse-pointer-click", True, followed),
        "journey.asks": (
            "waypoints",
            False,
            lambda d: _("A journey asks to call them") if d.get("callback") else _("A journey asks a person"),
        ),
        "journey.put_in": ("log-in", False, lambda d: _("Put on the journey “%(name)s”") % {"name": said(d.get("name"))}),
        "journey.removed": ("log-out", False, lambda d: _("Taken off the journey “%(name)s”") % {"name": said(d.get("name"))}),
    }


def kinds() -> dict[str, tuple[str, bool, Sentence]]:
    """Icon, quiet, sentence."""
    return {
        "visit": ("store", False, place(_("Visited"), _("Visited %(place)s"))),
        "purchase": ("shopping-bag", False, place(_("Bought in the shop"), _("Bought in %(place)s"))),
        "pickup": ("package-check", False, place(_("Fetched the parcel"), _("Fetched the parcel from %(place)s"))),
        "left": ("door-open", False, place(_("Left the page"), _("Left %(place)s"))),
        "order.placed": ("shopping-cart", False, lambda d: _("Ordered %(number)s") % {"number": said(d.get("number") or d.get("order"))}),
        "order.status": ("truck", False, order_status),
        "consent": ("shield-check", False, lambda d: _("Consent: %(what)s") % {"what": said(d.get("what") or d.get("topic"))}),
        **choice_kinds(),
        "assigned": ("user-round-check", True, assigned),
        "tagged": ("tag", True, tagged),
        "snoozed": ("alarm-clock", True, snoozed),
        "woken": ("alarm-clock-off", True, lambda d: _("awake again")),
        "closed": ("check", True, lambda d: pgettext("what happened", "closed")),
        "reopened": ("rotate-ccw", True, lambda d: _("opened again")),
        "conversation.merged": ("merge", True, lambda d: _("another conversation was joined to this one")),
        "conversation.split": ("split", True, lambda d: _("a conversation was parted from this one")),
        "person.merged": ("merge", False, merged),
        "person.unmerged": ("split", False, lambda d: _("Parted again: two persons after all")),
        **outreach_kinds(),
        "field": (
            "pencil-line",
            True,
            lambda d: _("%(name)s is %(value)s") % {"name": said(d.get("name")), "value": said(d.get("value")) or "–"},
        ),
        "fact": ("pencil-line", False, lambda d: _("Learnt: %(what)s") % {"what": said(d.get("kind"))}),
        "claim": ("circle-question-mark", False, lambda d: _("Says: %(what)s, not proven") % {"what": said(d.get("value"))}),
    }


def words_for(event: Event) -> Words:
    data = event.data if isinstance(event.data, dict) else {}
    icon, quiet, sentence = kinds().get(event.kind, ("dot", True, lambda d: event.kind.replace(".", " ")))
    text = sentence(data)
    if quiet and event.actor:
        text = f"{event.actor.name} · {text}"
    return Words(icon, text, event.text, quiet)
