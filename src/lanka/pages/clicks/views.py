"""Whoever follows a link of ours is led on, whatever else happens; looking ahead (HEAD, prefetch) is no click."""

from __future__ import annotations

import logging

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from lanka.deliver import track
from lanka.deliver.click import clicked
from lanka.deliver.models import Link
from lanka.pages.page import gone, opened

AHEAD = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")
log = logging.getLogger(__name__)


@opened
def follow(request: HttpRequest, token: str) -> HttpResponse:
    known = track.opened(token)
    link = Link.objects.filter(pk=known[1]).first() if known else None
    if known is None or link is None or not link.url.startswith(("https://", "http://")):
        return gone(request)
    ahead = any("prefetch" in request.META.get(name, "") or "preview" in request.META.get(name, "") for name in AHEAD)
    if request.method == "GET" and not ahead:
        try:
            clicked(known[0], link, agent=request.META.get("HTTP_USER_AGENT", ""))
        except DatabaseError as error:
            log.warning("a click could not be kept: %s", error)
    return HttpResponseRedirect(link.url)
