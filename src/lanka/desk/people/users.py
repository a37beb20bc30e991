"""Colleagues: the list, a new one, one of them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lanka.desk.people import form
from lanka.desk.people.invite import DAYS, password_link
from lanka.desk.request import audited, me, refuse
from lanka.desk.settings.page import page
from lanka.people.models import Role, Team, User


def users(request: HttpRequest) -> HttpResponse:
    found = User.objects.prefetch_related("teams").order_by("-is_active", "name", "pk")
    return page(request, "desk/people/users.html", "staff", {"users": found})


def invite(request: HttpRequest) -> HttpResponse:
    return edited(request, User(language=me(request).language))


def user_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return edited(request, get_object_or_404(User, pk=pk))


@transaction.atomic
def edited(request: HttpRequest, user: User) -> HttpResponse:
    told, errors = form.stored(user), {}
    if request.method == "POST":
        list(User.objects.select_for_update().filter(role=Role.ADMINISTRATOR).order_by("pk"))  # two may not take away each other
        told = form.typed(request.POST)
        if user.pk is None:
            told["is_active"] = True
        errors = form.judged(told, user, me(request))
        if not errors:
            return saved(request, user, told)
    return shown(request, user, told, errors)


def saved(request: HttpRequest, user: User, told: dict[str, Any]) -> HttpResponse:
    new = user.pk is None
    changed = form.keep(told, user)
    audited(request, "user.invited" if new else "user.changed", user.email, fields=changed, role=user.role, active=user.is_active)
    return handed_over(request, user) if new else redirect("staff")


def shown(request: HttpRequest, user: User, told: dict[str, Any], errors: dict[str, str]) -> HttpResponse:
    context = {
        "colleague": user,
        "told": told,
        "errors": errors,
        "roles": Role.choices,
        "teams": Team.objects.order_by("name"),
        "languages": settings.LANGUAGES,
    }
    return page(request, "desk/people/user.html", "staff", context, status=422 if errors else 200)


@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """A fresh link for one who lost the password, or the first link."""
    user = get_object_or_404(User, pk=pk)
    if not user.is_active:
        return refuse(_("This account is not in use."))
    audited(request, "user.link", user.email)
    return handed_over(request, user)


def handed_over(request: HttpRequest, user: User) -> HttpResponse:
    """Shown once, on a page that no browser keeps."""
    response = page(request, "desk/people/link.html", "staff", {"colleague": user, "link": password_link(user), "days": DAYS})
    response["Cache-Control"] = "no-store"
    return response
