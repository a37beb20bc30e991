"""One's own desk: look, density, language."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from lanka.desk.context import DENSITIES, THEMES, chosen
from lanka.desk.request import me


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The language of the pages before sign-in."""
    wish, back = request.POST.get("language", ""), request.POST.get("next", "")
    response = redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/") else "account_login")
    return remember(response, wish) if wish in dict(settings.LANGUAGES) else response


def remember(response: HttpResponse, wish: str) -> HttpResponse:
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, wish, max_age=365 * 86400, samesite="Lax", secure=settings.HTTPS)
    return response


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    user, wish = me(request), request.POST.get("language", "")
    for name, known in (("theme", THEMES), ("density", DENSITIES)):
        if name in request.POST:
            user.settings[name] = chosen(request.POST[name], known)
    if wish in dict(settings.LANGUAGES):
        user.language = wish
    user.save(update_fields=["settings", "language"])
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/desk/")
    response = redirect(back if safe else "desk")
    return remember(response, user.language) if wish in dict(settings.LANGUAGES) else response
