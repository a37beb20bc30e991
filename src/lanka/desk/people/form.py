"""What is asked about a colleague, and what must never happen: a house without an administrator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import QueryDict
from django.utils.translation import gettext as _

from lanka.people.models import Role, Team, User

FIELDS = ("name", "email", "public_name", "role", "language")


def stored(user: User) -> dict[str, Any]:
    teams = set(user.teams.values_list("pk", flat=True)) if user.pk else set()
    return {**{name: getattr(user, name) for name in FIELDS}, "is_active": user.is_active, "teams": teams}


def typed(post: QueryDict) -> dict[str, Any]:
    told: dict[str, Any] = {name: post.get(name, "").replace("\0", "").strip() for name in FIELDS}
    told["is_active"] = "is_active" in post
    told["teams"] = {int(pk) for pk in post.getlist("teams") if pk.isdigit()}
    return told


def judged(told: Mapping[str, Any], user: User, by: User) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not told["name"]:
        errors["name"] = _("This is needed.")
    for name in ("name", "public_name"):
        if len(told[name]) > 120:
            errors[name] = _("At most %(most)s characters.") % {"most": 120}
    try:
        validate_email(told["email"])
    except ValidationError:
        errors["email"] = _("Write an address such as aino@example.fi.")
    if User.objects.filter(email__iexact=told["email"]).exclude(pk=user.pk).exists():
        errors["email"] = _("Somebody here has this address already.")
    if told["language"] not in dict(settings.LANGUAGES):
        errors["language"] = _("This is needed.")
    if told["role"] not in Role.values:
        errors["role"] = _("This is needed.")
    elif why := locked_out(told, user, by):
        errors["role"] = why
    return errors


def locked_out(told: Mapping[str, Any], user: User, by: User) -> str:
    """Why this change would leave nobody, or not oneself, to undo it. The caller holds the administrators locked."""
    stays = told["role"] == Role.ADMINISTRATOR and told["is_active"]
    if stays or user.pk is None or user.role != Role.ADMINISTRATOR or not user.is_active:
        return ""
    if user.pk == by.pk:
        return _("You would lock yourself out. Ask another administrator to do it.")
    others = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=user.pk)
    return "" if others.exists() else _("This is the last administrator.")


def keep(told: Mapping[str, Any], user: User) -> list[str]:
    """Saves; gives the names of what changed."""
    before = stored(user) if user.pk else {}
    for name in (*FIELDS, "is_active"):
        setattr(user, name, told[name])
    if user.pk is None:
        user.set_unusable_password()
    user.save()
    user.teams.set(Team.objects.filter(pk__in=told["teams"]))
    after = stored(user)
    return [name for name in after if before.get(name) != after[name]]
