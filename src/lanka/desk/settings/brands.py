"""Brands: colour, ink, addresses, logo, opening hours; a small picture shows what they do."""

from __future__ import annotations

import re
from datetime import time
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lanka.content.compose import tokens
from lanka.content.hours import DAYS
from lanka.content.look import READABLE, contrast
from lanka.content.models import Brand
from lanka.core.live import tell
from lanka.desk.request import audited
from lanka.desk.settings import svg
from lanka.desk.settings.page import page

PLAIN = ("phone", "web", "email", "sender", "company", "business_id", "voice", "font")
FONTS = {
    "Inter, 'Noto Sans', Arial, sans-serif": "Inter",
    "'Helvetica Neue', Helvetica, Arial, sans-serif": "Helvetica",
    "Georgia, 'Times New Roman', serif": "Georgia",
    "Verdana, 'DejaVu Sans', sans-serif": "Verdana",
}
WEEK = dict(
    zip(
        DAYS,
        [gettext_lazy(day) for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")],
        strict=True,
    )
)
SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?")


def brands(request: HttpRequest) -> HttpResponse:
    return page(request, "desk/settings/brands.html", "brands", {"brands": Brand.objects.order_by("name")})


def brand_new(request: HttpRequest) -> HttpResponse:
    return edited(request, Brand())


def brand_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return edited(request, get_object_or_404(Brand, pk=pk))


def edited(request: HttpRequest, brand: Brand) -> HttpResponse:
    before = snapshot(brand) if brand.pk else {}
    typed = stored(brand)
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed, errors = take(brand, request)
        if not errors:
            save(brand, request, before)
            messages.success(request, _("Saved."))
            return redirect("brand", pk=brand.pk)
    context = {"brand": brand, "typed": typed, "errors": errors, "languages": settings.LANGUAGES, "zones": sorted(available_timezones())}
    context["fonts"] = FONTS | ({typed["font"]: typed["font"].split(",")[0]} if typed["font"] else {})
    context["week"] = [(day, WEEK[day], typed["hours"][day], errors.get(f"hours-{day}", "")) for day in DAYS]
    return page(request, "desk/settings/brand.html", "brands", context, status=422 if errors else 200)


def snapshot(brand: Brand) -> dict[str, Any]:
    names = ("name", "country", "language", "time_zone", "hours", "return_address")
    return {**{name: getattr(brand, name) for name in names}, **{f"tokens.{k}": v for k, v in brand.tokens.items()}}


def stored(brand: Brand) -> dict[str, Any]:
    """The inputs as the brand has them."""
    looks = tokens(brand if brand.pk else None)
    return {
        **{name: str(brand.tokens.get(name, "")) for name in (*PLAIN, "logo")},
        **{name: looks[name] for name in ("color", "ink")},
        **{name: getattr(brand, name) for name in ("name", "country", "language", "time_zone")},
        "return_address": "\n".join(brand.return_address),
        "hours": {day: ", ".join(f"{start}–{end}" for start, end in brand.hours.get(day, [])) for day in DAYS},
    }


def take(brand: Brand, request: HttpRequest) -> tuple[dict[str, Any], dict[str, str]]:
    """What was typed, into the brand; gives it back as typed, with what is wrong."""
    post = {name: value.replace("\0", "").replace("\r\n", "\n").strip() for name, value in request.POST.items() if isinstance(value, str)}
    names = ("name", "country", "language", "time_zone", "return_address", "color", "ink", "logo", *PLAIN)
    typed: dict[str, Any] = {name: post.get(name, "") for name in names}
    typed["hours"] = {day: post.get(f"hours-{day}", "") for day in DAYS}
    errors = judged(brand, typed)
    hours = {}
    for day, text in typed["hours"].items():
        try:
            hours[day] = spans(text)
        except ValueError as error:
            errors[f"hours-{day}"] = str(error)
    brand.hours = {day: found for day, found in hours.items() if found}
    try:
        logo = svg.cleaned(typed["logo"])
    except svg.NotALogo as error:
        errors["logo"], logo = str(error), ""
    told = {**{name: typed[name] for name in (*PLAIN, "color", "ink")}, "logo": logo}
    brand.tokens = {**{k: v for k, v in brand.tokens.items() if k not in told}, **{k: v for k, v in told.items() if v}}
    brand.name, brand.country, brand.language = typed["name"][:80], typed["country"].upper(), typed["language"]
    brand.time_zone = typed["time_zone"]
    brand.return_address = [line.strip() for line in typed["return_address"].splitlines() if line.strip()][:6]
    return typed, errors


def judged(brand: Brand, typed: dict[str, Any]) -> dict[str, str]:
    errors = {}
    if not typed["name"]:
        errors["name"] = _("This is needed.")
    elif Brand.objects.filter(name=typed["name"]).exclude(pk=brand.pk).exists():
        errors["name"] = _("Another brand has this name.")
    for name in ("color", "ink"):
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", typed[name]):
            errors[name] = _("Six digits after a number sign, such as #cf3336.")
    if "ink" not in errors and contrast(typed["ink"], "#ffffff") < READABLE:
        errors["ink"] = _("Words in this ink cannot be read on white paper: choose a darker one.")
    if not re.fullmatch(r"[A-Za-z]{2}", typed["country"]):
        errors["country"] = _("Two letters, such as FI or PL.")
    if typed["language"] not in dict(settings.LANGUAGES):
        errors["language"] = _("This is needed.")
    if typed["time_zone"] not in available_timezones():
        errors["time_zone"] = _("Such as Europe/Helsinki.")
    if typed["web"] and not re.fullmatch(r"https?://\S+", typed["web"]):
        errors["web"] = _("It begins with https://")
    return errors


def spans(text: str) -> list[list[str]]:
    """'10–19' or '9.30-12, 13-17'. Raises ValueError in words."""
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = SPAN.fullmatch(part)
        if not match:
            raise ValueError(_("Write it as 10–19, or 9:30–12, 13–17."))
        try:
            start = time(int(match[1]), int(match[2] or 0))
            end = time(23, 59) if match[3] == "24" else time(int(match[3]), int(match[4] or 0))
        except ValueError as error:
            raise ValueError(_("There is no such time of day.")) from error
        if start >= end:
            raise ValueError(_("It must close after it opens."))
        found.append([f"{start:%H:%M}", f"{end:%H:%M}"])
    return sorted(found)


@transaction.atomic
def save(brand: Brand, request: HttpRequest, before: dict[str, Any]) -> None:
    brand.save()
    after = snapshot(brand)
    changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    audited(request, "brand.changed" if before else "brand.made", brand.name, fields=changed)
    tell("lines")
