"""The pattern page: every fragment in every state, for whoever builds one more."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from lanka import config
from lanka.desk.patterns.samples import samples


def patterns(request: HttpRequest) -> HttpResponse:
    if not (settings.DEBUG or config.DEMO):
        raise Http404
    return render(request, "desk/patterns/patterns.html", samples(request))
