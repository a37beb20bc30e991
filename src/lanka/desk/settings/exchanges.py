"""The exchange log: what was said with providers and what they answered, the newest first."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from lanka.channels.models import Exchange, Line
from lanka.desk.settings.page import page
from lanka.desk.settings.paging import newest_first


def exchanges(request: HttpRequest) -> HttpResponse:
    """`?line=`, `?failed=1`, `?before=`."""
    wish = {"line": request.GET.get("line", ""), "failed": request.GET.get("failed", "")}
    rule = Q(line=int(wish["line"])) if wish["line"].isdigit() else Q()
    if wish["failed"]:
        rule &= Q(ok=False)
    found = newest_first(Exchange.objects.filter(rule).select_related("line"), request.GET.get("before", ""))
    context = {"found": found, "wish": wish, "lines": Line.objects.order_by("name")}
    return page(request, "desk/settings/exchanges.html", "exchanges", context)
