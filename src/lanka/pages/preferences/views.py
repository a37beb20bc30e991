"""The centre: shown by GET, every change a POST that is saved at once and can be taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation

from lanka.content.compose import brand_of
from lanka.customers.models import Customer, Topic
from lanka.decide.links import Purpose, customer_of, open_token
from lanka.pages.page import gone, language_of, opened, page
from lanka.pages.preferences.act import Done, NotPossible, act
from lanka.pages.preferences.show import shown


@opened
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """`?topic=`: open at it · `?done=`: what was saved, and at which moment, for the undo."""
    link = open_token(token, Purpose.CHOOSE)
    customer = customer_of(link) if link else None
    if link is None or customer is None:
        return gone(request)
    if request.method == "POST":
        return saved(request, customer)
    after = {"open": link.topic, "done": request.GET.get("done", "")[:200], "at": moment(request.GET.get("at", ""))}
    return screen(request, customer, after)


def screen(request: HttpRequest, customer: Customer, after: dict[str, Any], status: int = 200) -> HttpResponse:
    """`after`: what was just saved ('done'), the moment that undoes it ('at'), the topic that the link is about ('open')."""
    language = language_of(request, customer, brand_of(None))
    with translation.override(language):
        context = {**shown(customer, language), **after}
    return page(request, "pages/preferences/preferences.html", context, customer, status)


def saved(request: HttpRequest, customer: Customer) -> HttpResponse:
    """Back to the page, at the topic that was changed."""
    language = language_of(request, customer, brand_of(None))
    try:
        with translation.override(language):
            done = act(customer, request.POST, language)
    except NotPossible as refused:
        return screen(request, customer, {"done": str(refused), "wrong": True}, status=422)
    return HttpResponseRedirect(f"?{urlencode(told(request, done))}#{anchor(request)}")


def told(request: HttpRequest, done: Done) -> dict[str, str]:
    kept = {"language": request.GET["language"]} if "language" in request.GET else {}
    return {**kept, "done": done.words, **({"at": done.at.isoformat()} if done.at else {})}


def anchor(request: HttpRequest) -> str:
    key = request.POST.get("topic", "")
    return f"t-{key}" if Topic.objects.filter(key=key).exists() else "saved"


def moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
