"""What the house allows itself towards one person: caps, quiet hours, how long the same said again is a double."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from lanka.channels.registry import all_channels
from lanka.decide.models import Rules
from lanka.decide.rules import current, set_rules
from lanka.desk.request import audited, me
from lanka.desk.settings.page import page
from lanka.desk.settings.topic_form import cap_of

ROWS = 2  # empty ones to fill in, beside what there is


@dataclass(slots=True)
class Typed:
    """As it stands in the form. `caps`: (most, days, kind); `quiet`: (country, from, to), '' is every other country."""

    caps: list[tuple[str, str, str]]
    quiet: list[tuple[str, str, str]]
    holidays: bool
    double_days: str
    digest_hour: str
    digest_day: str
    errors: dict[str, str] = field(default_factory=dict)


def rules(request: HttpRequest) -> HttpResponse:
    now = current()
    typed = stored(now)
    if request.method == "POST":
        typed = taken(request.POST)
        told = read(typed)
        if not typed.errors:
            save(request, told)
            messages.success(request, _("Saved."))
            return redirect("rules")
    typed.caps += [("", "", "")] * ROWS
    typed.quiet += [("", "", "")] * ROWS
    context = {
        "typed": typed,
        "rules": now,
        "kinds": kinds(),
        "days": [(str(n), name) for n, name in WEEKDAYS.items()],
        "history": history(),
    }
    return page(request, "desk/settings/rules.html", "rules", context, status=422 if typed.errors else 200)


def kinds() -> list[tuple[str, str]]:
    return sorted((kind, str(one.name)) for kind, one in all_channels().items())


def history() -> list[Rules]:
    return list(Rules.objects.select_related("by").order_by("-pk")[:6])


def stored(now: Rules) -> Typed:
    return Typed(
        [(str(cap["most"]), str(cap["days"]), cap.get("channel", "")) for cap in now.caps],
        [(country, begins, ends) for country, (begins, ends) in sorted(now.quiet.items())],
        now.holidays,
        str(now.double_days),
        f"{now.digest_hour:%H:%M}",
        str(now.digest_day),
    )


def taken(post: QueryDict) -> Typed:
    """As typed; rows that are wholly empty are left out."""
    caps = zip(post.getlist("most"), post.getlist("days"), post.getlist("kind"), strict=False)
    quiet = zip(post.getlist("country"), post.getlist("begins"), post.getlist("ends"), strict=False)
    return Typed(
        [(most.strip(), days.strip(), kind) for most, days, kind in caps if most.strip() or days.strip()],
        [(country.strip().upper(), begins, ends) for country, begins, ends in quiet if begins or ends],
        "holidays" in post,
        post.get("double_days", "").strip(),
        post.get("digest_hour", ""),
        post.get("digest_day", ""),
    )


def read(typed: Typed) -> dict[str, Any]:
    """As `set_rules` wants it; what is wrong goes into `typed.errors`."""
    known = dict(kinds())
    caps: list[dict[str, Any]] = []
    for most, days, kind in typed.caps:
        if cap := cap_of(most, days, typed.errors):
            caps.append({**cap, "channel": kind} if kind in known else cap)
    quiet = {country: [begins, ends] for country, begins, ends in typed.quiet}
    if len(quiet) < len(typed.quiet) or not all(re.fullmatch(r"[A-Z]{2}|", country) for country in quiet):
        typed.errors["quiet"] = _("Two letters for a country, such as FI or PL, and each country once.")
    if not all(is_time(hour) for span in quiet.values() for hour in span):
        typed.errors["quiet"] = _("Both hours are needed, such as 21:00 and 08:00.")
    if not (typed.double_days.isdigit() and int(typed.double_days) <= 366):
        typed.errors["double_days"] = _("A number of days, 366 at most.")
    if not is_time(typed.digest_hour) or typed.digest_day not in {str(n) for n in WEEKDAYS}:
        typed.errors["digest"] = _("Choose a day and an hour.")
    return {"caps": caps, "quiet": quiet}


def is_time(text: str) -> bool:
    try:
        time.fromisoformat(text)
    except ValueError:
        return False
    return True


@transaction.atomic
def save(request: HttpRequest, told: dict[str, Any]) -> None:
    typed = taken(request.POST)
    set_rules(
        by=me(request),
        **told,
        holidays=typed.holidays,
        double_days=int(typed.double_days),
        digest_hour=time.fromisoformat(typed.digest_hour),
        digest_day=int(typed.digest_day),
    )
    audited(request, "rules.changed", _("Limits and quiet hours"), caps=len(told["caps"]), quiet=sorted(told["quiet"]))
