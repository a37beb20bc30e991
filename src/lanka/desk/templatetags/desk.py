"""Small words for templates: initials, channel names, times that the browser turns into its own."""

from __future__ import annotations

import re
import zlib
from datetime import date, datetime
from functools import cache

import lucide
from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency
from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from lanka.customers.models import Identifier, Kind, Link
from lanka.decide.reach import postal_lines
from lanka.desk import channels
from lanka.desk.composer.ways import can_json
from lanka.desk.inbox.query import capped
from lanka.desk.person.panel import value_of
from lanka.desk.thread.knots import Knot
from lanka.desk.thread.receipts import Tick, tick

register = template.Library()


@register.filter
def initials(name: object) -> str:
    words = [word for word in str(name or "").replace("(", " ").split() if word[:1].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"


@register.filter
def hue(name: object) -> str:
    return f"hue-{zlib.crc32(str(name or '').encode()) % 12}"


@register.filter
def channel_name(kind: str) -> str:
    return channels.name(kind)


@register.filter
def cap(count: int | None) -> str:
    return capped(count or 0)


@register.simple_tag
def when(at: datetime | None, shape: str = "short") -> SafeString | str:
    """`short`: time of day if today, else the date · `time` · `full` · `until` (how long). The browser rewrites it in its own zone."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    today = f"{local:%H:%M}" if local.date() == timezone.localdate() else f"{local.day}.{local.month}."
    shapes = {"time": f"{local:%H:%M}", "full": f"{local:%Y-%m-%d %H:%M}", "month": f"{local.month}/{local.year}"}
    words = shapes.get(shape, today)
    return format_html('<time datetime="{}" data-as="{}">{}</time>', at.isoformat(timespec="seconds"), shape, words)


@register.simple_tag
@cache
def icon(name: str, size: int = 16, extra: str = "") -> SafeString:
    """The same as `{% lucide %}`, drawn once: a page shows some two hundred."""
    return mark_safe(lucide._render_icon(name + "", size, **{"aria-hidden": "true", "class": f"lucide {extra}".strip()}))


@register.filter
def money(minor: int, currency: str = "EUR") -> str:
    return str(format_currency(minor / 100, currency, locale=(get_language() or "en").replace("-", "_")))


@register.filter
def item(mapping: dict[str, object], key: str) -> object:
    return mapping.get(key) if mapping else None


PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
MENTION = re.compile(r"(?<![\w@])@(\w[\w-]*)")


@register.filter
def talk(text: str) -> SafeString:
    """Written words with their links and mentions; the line breaks are kept by the stylesheet."""
    linked = urlize(text, nofollow=True, autoescape=True)
    linked = linked.replace("<a href=", '<a target="_blank" href=').replace('rel="nofollow"', 'rel="nofollow noopener noreferrer"')
    return mark_safe(MENTION.sub(r'<b class="at-name">@\1</b>', linked) if "<a " not in linked else linked)


@register.filter
def is_picture(file: dict[str, object]) -> bool:
    return file.get("content_type") in PICTURES


@register.filter
def file_slug(name: str) -> str:
    """A file name that is safe as the end of an address."""
    return re.sub(r"[^\w.\-]+", "-", str(name)).strip(".-")[-80:] or "file"


DAYS = {"fi": "l j. E", "pl": "l, j E"}  # months are inflected there


@register.filter
def day_words(day: date) -> str:
    today = timezone.localdate()
    near = {0: _("Today"), 1: _("Yesterday")}.get((today - day).days)
    pattern = DAYS.get((get_language() or "en")[:2], "l j F")
    return near or date_format(day, pattern if day.year == today.year else f"{pattern} Y")


@register.simple_tag
def tick_of(knot: Knot) -> Tick | None:
    return tick(knot.delivery, knot.receipts)


STEPS = {"placed": 1, "paid": 2, "sent": 3, "ready": 3, "done": 4}


@register.filter
def order_step(status: str) -> int:
    return STEPS.get(status, 1)


@register.filter
def order_words(status: str) -> str:
    words = {
        "placed": _("placed"),
        "paid": _("paid"),
        "sent": _("on its way"),
        "ready": _("ready to be fetched"),
        "done": _("fetched"),
        "returned": _("returned"),
    }
    return words.get(status, status)


@register.filter
def language_words(code: str) -> str:
    try:
        return str(Locale.parse(code.replace("-", "_")).get_display_name(get_language() or "en") or code)
    except (UnknownLocaleError, ValueError):
        return code


@register.filter
def link_words(link: Link) -> str:
    """Why two were joined, in a few words."""
    if link.by:
        return f"{link.by.name}: {link.why.get('words', '')}" if link.why.get("words") else link.by.name
    rules = {
        "shared-identifier": _("both use the same address"),
        "proven-address": _("the address was proven"),
        "probable": _("very probably"),
    }
    return rules.get(link.rule, link.rule.replace("-", " "))


register.filter("can_json", can_json)


@register.filter
def group_words(group: str) -> str:
    words = {"messages": _("Messages"), "notes": _("Notes"), "shop": _("Shop"), "house": _("In the house"), "person": _("About the person")}
    return words.get(group, group)


@register.filter
def fact_words(value: object) -> str:
    if isinstance(value, dict):
        return postal_lines(value, "").replace("\n", ", ") or ", ".join(str(part) for part in value.values() if part)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@register.filter
def known_words(known: Identifier) -> str:
    return value_of(known) if known.kind != Kind.VISITOR else _("a browser")


@register.filter
def fact_kind(kind: str) -> str:
    words = {
        "name": pgettext("of a person", "name"),
        "language": _("language"),
        "address": _("address"),
        "note": _("note"),
        "birth_date": _("born"),
        "card": _("card"),
        "city": _("town"),
        "country": _("country"),
        "zone": _("time zone"),
    }
    return words.get(kind, kind.replace("_", " "))
