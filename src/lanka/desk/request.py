"""What every view asks of its request."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django_htmx.http import trigger_client_event

from lanka.people.accounts import remote_of
from lanka.people.audit import audit
from lanka.people.models import Audit, User


def me(request: HttpRequest) -> User:
    """Who asks. Behind `needs(...)`, so it is always somebody."""
    assert isinstance(request.user, User)
    return request.user


def audited(request: HttpRequest, verb: str, what: str, **detail: Any) -> Audit:
    """Onto the audit trail: who asks, and whence."""
    return audit(verb, what, by=me(request), remote=remote_of(request), **detail)


def toast(response: HttpResponse, words: object, *, undo: str = "", tone: str = "") -> HttpResponse:
    """Tells the browser to say something, perhaps with a way back (a POST to `undo`)."""
    trigger_client_event(response, "toast", {"words": str(words), "undo": undo, "tone": tone})
    return response


def changed(response: HttpResponse, *ids: int) -> HttpResponse:
    """Tells the browser which conversations to look at again, for the case that the live stream is away."""
    trigger_client_event(response, "changed", {"ids": list(ids)})
    return response


def refuse(words: object, status: int = 422) -> HttpResponse:
    """An error in words for the person: the page shows it as it stands."""
    return toast(HttpResponse(str(words), status=status, content_type="text/plain; charset=utf-8"), words, tone="bad")


Context = dict[str, Any]
