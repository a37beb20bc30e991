"""A route names the right it needs, as in `desk/urls.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from lanka.people.rights import needs


def at(route: str, view: Callable[..., Any], name: str, right: str) -> URLPattern:
    return path(route, needs(right)(view), name=name)
