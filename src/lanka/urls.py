"""All pages. What streams or must be fast is on the edge (`asgi.py`)."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
]
