"""What a customer opens. Each address holds a signed token, and its token is its only right: no session, no cookie, no CSRF."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

urlpatterns = [
    path("", include(f"lanka.pages.{page}.urls"))
    for page in ("preferences", "unsubscribe", "opt_in", "clicks", "pay")
    if find_spec(f"lanka.pages.{page}") and find_spec(f"lanka.pages.{page}.urls")
]
