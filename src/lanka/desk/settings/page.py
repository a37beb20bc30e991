"""The frame of all settings: the places on its left, for those who may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lanka.desk.request import me
from lanka.people.rights import allowed


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    name: Promise
    icon: str
    route: str
    right: str


TABS = [
    Tab("lines", _("Lines"), "cable", "lines", "lines.edit"),
    Tab("brands", _("Brands"), "palette", "brands", "brands.edit"),
    Tab("answers", _("Answers"), "message-square-quote", "answers-edit", "answers.edit"),
    Tab("topics", _("Topics"), "list-checks", "topics", "topics.edit"),
    Tab("rules", _("Limits and quiet hours"), "moon-star", "rules", "topics.edit"),
    Tab("staff", _("Colleagues"), "id-card", "staff", "people.edit"),
    Tab("teams", _("Teams"), "users", "teams", "people.edit"),
    Tab("exchanges", _("Exchange log"), "arrow-left-right", "exchanges", "exchanges.read"),
    Tab("quarantine", _("Quarantine"), "shield-alert", "quarantine", "quarantine.read"),
    Tab("audit", _("Audit trail"), "scroll-text", "audit", "audit.read"),
]


def page(request: HttpRequest, template: str, tab: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    user = me(request)
    tabs = [{"tab": one, "url": reverse(one.route)} for one in TABS if allowed(user, one.right)]
    return render(request, template, {"tabs": tabs, "tab": tab, **context}, status=status)


def gone(route: str) -> HttpResponse:
    """What an htmx button that deleted the page's own thing hears: go there."""
    return HttpResponse(status=204, headers={"HX-Redirect": reverse(route)})


def home(request: HttpRequest) -> HttpResponse:
    """The first place one may open; who may open none is told so."""
    first = next((one for one in TABS if allowed(me(request), one.right)), None)
    return redirect(first.route) if first else page(request, "desk/settings/none.html", "", {})
