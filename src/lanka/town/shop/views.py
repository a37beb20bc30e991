"""The company's web shop, as its customers see it, with the chat's one script tag in it."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from lanka.channels.models import Line
from lanka.town import catalogue
from lanka.town.catalogue import Product
from lanka.town.company import SHOPS
from lanka.town.look import looked
from lanka.town.models import Dweller
from lanka.town.words import TALK, money

COLOURS = {
    "kuura": 205,
    "helmi": 330,
    "routa": 255,
    "aalto": 220,
    "sisu": 40,
    "halla": 185,
    "myrsky": 280,
    "tuuli": 150,
    "karhu": 70,
    "pikku": 15,
}
SHAPES = {"helmi": "step", "myrsky": "step", "tuuli": "step", "karhu": "cargo", "pikku": "small"}


@cache
def texts() -> dict[str, dict[str, str]]:
    return tomllib.loads((TALK / "shop.toml").read_text())


def visitor(request: HttpRequest) -> Dweller | None:
    """Whose browser this is: `?as=12`."""
    number = request.GET.get("as", "")
    return Dweller.objects.filter(number=int(number)).first() if number.isdigit() and len(number) < 9 else None


def language_of(request: HttpRequest, person: Dweller | None) -> str:
    wanted = request.GET.get("lang") or (person.language if person else "fi")
    return wanted if wanted in texts() else "fi"


def shown(product: Product, language: str, currency: str) -> dict[str, Any]:
    return {
        "key": product.key, "kind": product.kind, "name": product.name(language), "line": product.lines.get(language, ""),
        "price": money(catalogue.price(product, currency), currency, language), "sizes": product.sizes,
        "hue": COLOURS.get(product.key, 150), "shape": SHAPES.get(product.key, "diamond"),
    }  # fmt: skip


def context(request: HttpRequest) -> dict[str, Any]:
    person = visitor(request)
    language = language_of(request, person)
    line = Line.objects.filter(kind="chat", enabled=True).order_by("id").first()
    return {
        "person": person, "language": language, "languages": list(texts()), "say": texts()[language], "shops": SHOPS,
        "widget": f"/c/{line.token}/widget.js" if line else "", "keep": f"as={person.number}&" if person else "",
        "currency": "PLN" if language == "pl" else "EUR",
    }  # fmt: skip


@require_GET
@xframe_options_sameorigin
@looked
def front(request: HttpRequest) -> HttpResponse:
    told = context(request)
    with translation.override(told["language"]):
        goods = [shown(product, told["language"], told["currency"]) for product in catalogue.PRODUCTS if product.price]
        return render(request, "town/shop/front.html", {**told, "goods": goods})


@require_GET
@xframe_options_sameorigin
@looked
def product(request: HttpRequest, key: str) -> HttpResponse:
    if key not in catalogue.BY_KEY:
        raise Http404
    told = context(request)
    with translation.override(told["language"]):
        return render(request, "town/shop/product.html", {**told, "one": shown(catalogue.BY_KEY[key], told["language"], told["currency"])})
