"""What every page of the desk knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from lanka import config
from lanka.desk.channels import version
from lanka.desk.nav import places
from lanka.desk.stylesheets import MODULES, STYLESHEETS
from lanka.people.models import User

THEMES = ("auto", "light", "dark")
DENSITIES = ("cosy", "compact")


def chosen(value: object, known: tuple[str, ...]) -> str:
    return value if isinstance(value, str) and value in known else known[0]


def desk(request: HttpRequest) -> dict[str, Any]:
    """Lazy: a page outside the desk pays nothing for it."""
    user = getattr(request, "user", None)
    own = user.settings if isinstance(user, User) else {}
    return {
        "tongues": settings.LANGUAGES,  # each by its own name, whatever is spoken now
        "theme": chosen(own.get("theme"), THEMES),
        "density": chosen(own.get("density"), DENSITIES),
        "stylesheets": STYLESHEETS,
        "modules": MODULES,
        "channels_version": SimpleLazyObject(version),
        "places": SimpleLazyObject(lambda: places(user, request.path) if isinstance(user, User) else []),
        "patterns_open": settings.DEBUG or config.DEMO,
    }
