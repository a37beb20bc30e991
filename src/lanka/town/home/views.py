"""The town from above: who lives there, who is doing something, how busy it is."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import login
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from lanka import config
from lanka.core.clock import now
from lanka.customers.names import fold
from lanka.people.models import User
from lanka.town.company import DOMAIN, PASSWORD, STAFF
from lanka.town.look import looked, pace
from lanka.town.models import Dweller, Pace
from lanka.town.stream import CAST, MOST

AWAKE = timedelta(seconds=20)  # since the process last said that it runs
PAGE = 60


def dwellers(words: str) -> QuerySet[Dweller]:
    """Those whose name, town, address or number holds every word; whoever did something last comes first."""
    rows = Dweller.objects.annotate(unread=Count("items", Q(items__opened_at=None, items__mine=False)))
    for word in words.split():
        rows = rows.filter(
            Q(name__icontains=word) | Q(town__icontains=word) | Q(email__icontains=word) | Q(phone__contains=word) | Q(card__icontains=word)
            | Q(email__icontains=fold(word))
        )  # fmt: skip
    return rows.order_by("-active_at", "number")


@require_GET
@looked
def home(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:80]
    found = Paginator(dwellers(words), PAGE).get_page(request.GET.get("page"))
    state = pace()
    context = {
        "found": found, "words": words, "pace": state, "busy_since": now() - timedelta(minutes=15), "most": MOST,
        "awake": bool(state.alive_at and now() - state.alive_at < AWAKE),
        "cast": [] if words else dwellers("").filter(number__lt=CAST).order_by("number"),
        "staff": [(key, name, role.label) for key, name, _, role, *_ in STAFF], "password": PASSWORD,
    }  # fmt: skip
    return render(request, "town/home/found.html" if request.headers.get("HX-Target") == "found" else "town/home/home.html", context)


@require_POST
@looked
def change_pace(request: HttpRequest) -> HttpResponse:
    state = pace()
    if "speed" in request.POST:
        speed = request.POST["speed"]
        Pace.objects.filter(pk=state.pk).update(speed=min(max(float(speed), 0.5), 10.0) if speed.replace(".", "", 1).isdigit() else 1.0)
    if "paused" in request.POST:
        Pace.objects.filter(pk=state.pk).update(paused=request.POST["paused"] == "1")
    return redirect("town:home")


@require_POST
@looked
def sign_in(request: HttpRequest, key: str) -> HttpResponse:
    """Sits down at the desk as one of the company's people: what the printed password would do as well."""
    if not config.DEMO:
        raise Http404
    user = get_object_or_404(User, email=f"{key}@{DOMAIN}")
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    there = request.POST.get("next", "/desk/")
    return redirect(there if url_has_allowed_host_and_scheme(there, allowed_hosts=None) else "/desk/")
