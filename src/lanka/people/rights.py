"""Who may do what. A right is a word; a role is a set of them; every route names the right it needs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from lanka.people.models import Role, User

AGENT = {
    "desk.open",  # sign in and look around
    "conversations.read",
    "conversations.answer",  # reply, note, assign, snooze, close, tag
    "customers.read",
    "customers.edit",  # facts, merge and unmerge
    "counter.use",
}
SUPERVISOR = (
    AGENT
    | {"conversations.bulk", "answers.edit", "quarantine.read", "quarantine.settle", "exchanges.read", "team.see"}
    | {
        "content.read",  # templates, previews, comments
        "content.approve",  # never one's own
        "journeys.read",
        "segments.read",
        "campaigns.read",
    }
)
COMMUNICATOR = {
    "desk.open",
    "customers.read",
    "answers.edit",
    "content.read",
    "content.write",
    "content.approve",
    "brands.edit",
    "topics.edit",
} | {"journeys.read", "journeys.edit", "segments.read", "segments.edit", "campaigns.read", "campaigns.edit"}
ADMINISTRATOR = SUPERVISOR | COMMUNICATOR | {"lines.edit", "people.edit", "audit.read", "customers.export", "customers.erase"}

RIGHTS: dict[str, set[str]] = {
    Role.AGENT: AGENT,
    Role.SUPERVISOR: SUPERVISOR,
    Role.COMMUNICATOR: COMMUNICATOR,
    Role.ADMINISTRATOR: ADMINISTRATOR,
}

View = Callable[..., HttpResponseBase]


def allowed(user: object, right: str) -> bool:
    return isinstance(user, User) and user.is_active and right in RIGHTS.get(user.role, set())


def needs(right: str) -> Callable[[View], View]:
    """A route's guard: signed in, and with this right; else the sign-in page or 403."""
    if right not in ADMINISTRATOR:
        raise ValueError(f"no role has the right {right!r}")

    def guard(view: View) -> View:
        @wraps(view)
        @login_required
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not allowed(request.user, right):
                raise PermissionDenied(right)
            return view(request, *args, **kwargs)

        guarded.right = right  # type: ignore[attr-defined]
        return guarded

    return guard
