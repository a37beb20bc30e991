"""All pages. What streams or must be stored at once is on the edge (`asgi.py`)."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

from lanka import config

urlpatterns = [path("account/", include("allauth.urls"))]
if find_spec("lanka.desk.urls"):
    urlpatterns.append(path("", include("lanka.desk.urls")))
urlpatterns.append(path("", include("lanka.pages.urls")))
if config.DEMO and find_spec("lanka.town.urls"):
    urlpatterns.append(path("town/", include("lanka.town.urls")))
