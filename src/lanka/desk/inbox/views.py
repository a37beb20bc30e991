"""The inbox: a list, and beside it the conversation that is open. The address is the state."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _

from lanka.conversations.models import Conversation
from lanka.customers.find import find
from lanka.desk import live
from lanka.desk.inbox import query, search
from lanka.desk.request import me
from lanka.desk.thread.stage import stage_context
from lanka.people.models import Team, User
from lanka.people.rights import allowed

MAIN_TABS = ("mine", "unassigned", "all")
MORE_TABS = {"waiting": "hourglass", "snoozed": "alarm-clock", "closed": "archive", "mentions": "at-sign", "search": "search"}
KEYS = {
    "mine": "g m",
    "unassigned": "g u",
    "all": "g o",
    "waiting": "g w",
    "snoozed": "g z",
    "closed": "g e",
    "mentions": "g n",
    "search": "g f",
}


def home(request: HttpRequest) -> HttpResponse:
    """Where somebody begins: their own inbox, or what their role is for."""
    return redirect(reverse("inbox", args=["mine"]) if allowed(me(request), "conversations.read") else reverse("customers"))


def tab(view: str, name: Any, counts: dict[str, int], icon: str = "") -> dict[str, Any]:
    return {
        "view": view,
        "name": name,
        "url": reverse("inbox", args=[view]),
        "count": counts.get(view, 0),
        "keys": KEYS.get(view, ""),
        "icon": icon,
    }


def tabs(user: User, view: str) -> dict[str, list[dict[str, Any]]]:
    counts = query.counts(user)
    teams = [tab(f"team-{team.pk}", team.name, counts, "users-round") for team in user.teams.all()]
    more = [*teams, *(tab(name, query.NAMES[name], counts, icon) for name, icon in MORE_TABS.items())]
    main = [tab(name, query.NAMES[name], counts) for name in MAIN_TABS]
    main += [entry for entry in more if entry["view"] == view]
    return {"tabs": main, "more_tabs": more}


def rows_of(request: HttpRequest, view: str) -> dict[str, Any]:
    """Raises Http404 for a view that is none."""
    user, words, before = me(request), request.GET.get("q", "").strip(), request.GET.get("before", "")
    try:
        rows = query.in_view(view, user)
    except (KeyError, ValueError, Team.DoesNotExist) as error:
        raise Http404(_("There is no such view.")) from error
    page = search.page(words, before) if view == "search" else query.page(rows, before)
    people = find(words, limit=4) if view == "search" and not before else []
    return {"view": view, "query": words, "page": page, "people": people, "unread": query.unread(page.rows, user)}


def inbox(request: HttpRequest, view: str, pk: int | None = None) -> HttpResponse:
    """The whole page; with HX-Request only the conversation beside the list."""
    response = stage(request, view, pk) if pk and request.headers.get("HX-Request") else whole(request, view, pk)
    patch_vary_headers(response, ["HX-Request"])
    return response


def stage(request: HttpRequest, view: str, pk: int) -> HttpResponse:
    return render(request, "desk/thread/stage.html", stage_context(request, opened(pk), view))


def opened(pk: int) -> Conversation:
    rows = Conversation.objects.select_related("customer", "assignee", "team", "merged_into")
    found = get_object_or_404(rows, pk=pk)
    return opened(found.merged_into_id) if found.merged_into_id else found


def whole(request: HttpRequest, view: str, pk: int | None) -> HttpResponse:
    context = rows_of(request, view) | tabs(me(request), view)
    context["view_name"] = query.NAMES.get(view) or next((t["name"] for t in context["more_tabs"] if t["view"] == view), _("Team"))
    if pk:
        context |= stage_context(request, opened(pk), view)
    return render(request, "desk/inbox/inbox.html", context)


def rows(request: HttpRequest, view: str) -> HttpResponse:
    """The list alone: the next page of it, or all of it again after the live stream was lost."""
    context = rows_of(request, view)
    response = render(request, "desk/inbox/rows.html", context)
    response["X-Unread"] = " ".join(map(str, context["unread"]))
    return response


def counts(request: HttpRequest) -> JsonResponse:
    return JsonResponse({view: query.capped(count) for view, count in query.counts(me(request)).items()})


def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """The address that may be shared: opens in the list where it belongs now."""
    found = opened(pk)
    view = "mine" if found.assignee_id == me(request).pk and found.state == "open" else {"open": "all"}.get(found.state, found.state)
    return redirect("inbox-open", view=view, pk=found.pk)


def row(request: HttpRequest, pk: int) -> JsonResponse:
    """What the live stream would have brought."""
    found = live.rows([pk])
    if not found:
        raise Http404
    return JsonResponse({"id": pk, "html": found[pk]})
