"""The trail, the newest first. Nothing here changes anything."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_date

from lanka.desk.settings.page import page
from lanka.desk.settings.paging import newest_first
from lanka.people.models import Audit, User


def wanted(wish: dict[str, str]) -> Q:
    rule = Q(by=int(wish["by"])) if wish["by"].isdigit() else Q()
    if wish["verb"]:
        rule &= Q(verb__startswith=wish["verb"])
    if wish["q"]:
        rule &= Q(what__icontains=wish["q"])
    for name, test in (("since", "at__date__gte"), ("until", "at__date__lte")):
        if day := day_in(wish[name]):
            rule &= Q(**{test: day})
    return rule


def day_in(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:  # the 31st of February
        return None


def trail(request: HttpRequest) -> HttpResponse:
    """`?by=&verb=&q=&since=&until=&before=`."""
    wish = {name: request.GET.get(name, "").replace("\0", "").strip() for name in ("by", "verb", "q", "since", "until")}
    found = newest_first(Audit.objects.filter(wanted(wish)).select_related("by"), request.GET.get("before", ""))
    context = {"found": found, "wish": wish, "users": User.objects.order_by("name"), "verbs": verbs()}
    return page(request, "desk/audit/audit.html", "audit", context)


def verbs() -> list[str]:
    return sorted(Audit.objects.order_by().values_list("verb", flat=True).distinct())
