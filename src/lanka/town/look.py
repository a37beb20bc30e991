"""Somebody looks at the town: it wakes, and whoever is looked through is left alone by the stream."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from lanka.core.clock import now
from lanka.town.models import Dweller, Pace

View = Callable[..., HttpResponseBase]


def pace() -> Pace:
    found, _ = Pace.objects.get_or_create(pk=1)
    return found


def somebody(request: HttpRequest) -> bool:
    return request.method == "POST" or "HX-Request" not in request.headers


def looked(view: View) -> View:
    """For every page of the town. A tab that somebody left open and that only asks for news does not count as looking."""

    @wraps(view)
    def watched(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if somebody(request):
            Pace.objects.update_or_create(pk=1, defaults={"looked_at": now()})
        with timezone.override("Europe/Helsinki"):
            answer = view(request, *args, **kwargs)
            render = getattr(answer, "render", None)
            return render() if render else answer

    return watched


def played(view: View) -> View:
    """For the pages of one dweller: `number` becomes the dweller."""

    @wraps(view)
    def through(request: HttpRequest, number: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = get_object_or_404(Dweller, number=number)
        if somebody(request):
            Dweller.objects.filter(pk=person.pk).update(played_at=now())
        return view(request, person, *args, **kwargs)

    return looked(through)
