"""Teams: a name and who is in it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count, ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lanka.desk.request import audited, refuse
from lanka.desk.settings.page import gone, page
from lanka.people.models import Team, User


def teams(request: HttpRequest) -> HttpResponse:
    """The list; a POST makes one more."""
    error = ""
    if request.method == "POST":
        error = named(Team(), request)
        if not error:
            return redirect("teams")
    found = Team.objects.annotate(count=Count("members")).prefetch_related("members").order_by("name")
    context = {"teams": found, "error": error, "typed": request.POST.get("name", "")}
    return page(request, "desk/people/teams.html", "teams", context, status=422 if error else 200)


def team_edit(request: HttpRequest, pk: int) -> HttpResponse:
    team, error = get_object_or_404(Team, pk=pk), ""
    if request.method == "POST":
        error = named(team, request)
        if not error:
            return redirect("teams")
    members = set(team.members.values_list("pk", flat=True))
    context = {"team": team, "error": error, "members": members, "users": User.objects.order_by("-is_active", "name")}
    return page(request, "desk/people/team.html", "teams", context, status=422 if error else 200)


@transaction.atomic
def named(team: Team, request: HttpRequest) -> str:
    """Saves it with its members; or why not."""
    new, name = team.pk is None, request.POST.get("name", "").replace("\0", "").strip()
    if not name or len(name) > 80:
        return _("A name of up to 80 letters.")
    if Team.objects.filter(name=name).exclude(pk=team.pk).exists():
        return _("Another team has this name.")
    team.name = name
    team.save()
    if not new:
        team.members.set(User.objects.filter(pk__in=[pk for pk in request.POST.getlist("members") if pk.isdigit()]))
    audited(request, "team.made" if new else "team.changed", name, members=list(team.members.values_list("email", flat=True)))
    return ""


@require_POST
def team_delete(request: HttpRequest, pk: int) -> HttpResponse:
    team = get_object_or_404(Team, pk=pk)
    try:
        with transaction.atomic():
            audited(request, "team.deleted", team.name)
            team.delete()
    except ProtectedError:
        return refuse(_("Conversations belong to this team. Move them first."), status=409)
    return gone("teams")
