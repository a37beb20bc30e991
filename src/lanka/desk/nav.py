"""The rail: where one can go, for those who may."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lanka.people.models import User
from lanka.people.rights import allowed


@dataclass(frozen=True, slots=True)
class Place:
    name: Promise | str
    icon: str
    route: str
    right: str
    keys: str  # pressed one after the other
    under: str  # the part of the address that marks it as the present one
    wide_only: bool = False


PLACES = [
    Place(_("Inbox"), "inbox", "inbox-home", "conversations.read", "g i", "/desk/inbox/"),
    Place(_("People"), "users-round", "customers", "customers.read", "g p", "/desk/person/"),
    Place(_("Counter"), "scan-line", "counter", "counter.use", "g c", "/desk/counter/"),
    Place(_("Segments"), "list-filter", "segments", "segments.read", "g e", "/desk/segments/", wide_only=True),
    Place(_("Campaigns"), "megaphone", "campaigns", "campaigns.read", "g k", "/desk/campaigns/", wide_only=True),
    Place(_("Journeys"), "waypoints", "journeys", "journeys.read", "g j", "/desk/journeys/", wide_only=True),
    Place(_("Writing"), "pen-line", "templates", "content.read", "g w", "/desk/writing/", wide_only=True),
    Place(_("Quarantine"), "shield-alert", "quarantine", "quarantine.read", "g q", "/desk/quarantine/", wide_only=True),
    Place(_("Audit trail"), "scroll-text", "audit", "audit.read", "g a", "/desk/audit/", wide_only=True),
    Place(_("Settings"), "settings-2", "settings", "desk.open", "g s", "/desk/settings/", wide_only=True),
]


@cache
def address(route: str) -> str:
    """Empty while no such screen is there."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""


def places(user: User, path: str) -> list[dict[str, object]]:
    return [
        {"place": place, "url": address(place.route), "here": path.startswith(place.under)}
        for place in PLACES
        if allowed(user, place.right) and address(place.route)
    ]
