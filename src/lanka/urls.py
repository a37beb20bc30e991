"""All pages. What streams or must be stored at once is on the edge (`asgi.py`)."""

from __future__ import annotations

from importlib.util import find_spec

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

from lanka import config


def closed(request: HttpRequest) -> HttpResponse:
    """allauth's pages for changing one's own address or joining outside accounts: here administrators say who somebody is."""
    raise Http404


CLOSED = ("email/", "3rdparty/", "3rdparty/signup/")
urlpatterns = [*(path(f"account/{page}", closed) for page in CLOSED), path("account/", include("allauth.urls"))]
if find_spec("lanka.desk.urls"):
    urlpatterns.append(path("", include("lanka.desk.urls")))
urlpatterns.append(path("", include("lanka.pages.urls")))
if config.DEMO and find_spec("lanka.town.urls"):
    urlpatterns.append(path("town/", include("lanka.town.urls")))
