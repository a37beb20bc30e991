"""The frame of every page that a customer opens: the brand's look, the customer's language, nothing that could be cached or leaked."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from lanka import config
from lanka.content.compose import brand_of, tokens
from lanka.content.models import Brand
from lanka.customers.models import Customer

LANGUAGES = dict(settings.LANGUAGES)
COLOR = re.compile(r"#[0-9a-fA-F]{6}")
View = Callable[..., HttpResponse]


def opened(view: View) -> View:
    """For each of these views. The token in the address is the only right, so there is nothing that a forged form could borrow."""

    @csrf_exempt
    @wraps(view)
    def quiet(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with timezone.override(config.TIME_ZONE):
            response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"  # the address is the key
        response["X-Robots-Tag"] = "noindex"
        return response

    return quiet


def language_of(request: HttpRequest, customer: Customer | None, brand: Brand | None) -> str:
    """As asked for on the page, else the customer's, else the browser's, else the brand's."""
    wanted = (request.GET.get("language", ""), (customer.language if customer else "")[:2])
    known = next((one for one in wanted if one in LANGUAGES), "")
    return known or translation.get_language_from_request(request) or (brand.language if brand else "en")


def page(request: HttpRequest, template: str, context: dict[str, Any], customer: Customer | None = None, status: int = 200) -> HttpResponse:
    """Rendered without the request: no session is opened, nothing of the desk is known."""
    brand = brand_of(None)
    language = language_of(request, customer, brand)
    with translation.override(language):
        words = render_to_string(template, {**frame(brand, language), "csp_nonce": getattr(request, "csp_nonce", ""), **context})
    return HttpResponse(words, status=status)


def frame(brand: Brand | None, language: str) -> dict[str, Any]:
    look = tokens(brand)
    logo = look["logo"]
    colors = {name: look[name] for name in ("color", "ink") if COLOR.fullmatch(look.get(name, ""))}
    data = base64.b64encode(logo.encode()).decode() if logo.lstrip().startswith("<") else ""
    return {"look": look, "colors": colors, "logo": data, "language": language, "languages": LANGUAGES.items()}


def gone(request: HttpRequest) -> HttpResponse:
    """The link is not ours, or leads to somebody who has been forgotten."""
    return page(request, "pages/gone.html", {}, status=404)
