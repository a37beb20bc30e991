"""One text, as each channel needs it: plain, or HTML in the brand's look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from lanka.content.models import Brand

LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


def tokens(brand: Brand | None) -> dict[str, str]:
    """The brand's tokens, with quiet defaults, as every channel and page uses them."""
    default = {"name": "Lanka", "color": "#c2412d", "ink": "#20242c", "font": "Inter, 'Noto Sans', Arial, sans-serif", "logo": ""}
    if brand is None:
        return default
    return {
        **default,
        "name": brand.name,
        **{k: str(v) for k, v in brand.tokens.items()},
        "return_address": "\n".join(brand.return_address),
    }


def brand_of(brand_id: int | None) -> Brand | None:
    found = Brand.objects.filter(pk=brand_id).first() if brand_id else None
    return found or Brand.objects.order_by("id").first()


def paragraphs(text: str) -> SafeString:
    """Escaped, with links clickable and lines kept. Nothing of the text can become markup."""
    parts = [part for part in re.split(r"\n{2,}", text.strip()) if part]
    linked = [LINK.sub(lambda m: f'<a href="{m[0]}">{m[0]}</a>', escape(part).replace("&amp;", "&amp;")) for part in parts]
    return mark_safe("".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in linked))


def html(text: str, *, brand: Brand | None, language: str, agent: str = "", earlier: list[Mapping[str, Any]] | None = None) -> str:
    """An email's HTML part: responsive, readable in dark mode, no remote pictures. `earlier`: what was said before, oldest first."""
    with translation.override(language or "en"):
        return render_to_string(
            "content/message.html",
            {"body": paragraphs(text), "brand": tokens(brand), "agent": agent, "language": language, "earlier": earlier or []},
        )


FIELD = re.compile(r"\{\{\s*(\w+)(?:\s*\|\s*([^}]*?))?\s*\}\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Fields of a canned answer: {{ name }}, {{ name | friend }}. An unknown one without fallback stays visible."""

    def value(match: re.Match[str]) -> str:
        return values.get(match[1]) or (match[2] or "").strip() or match[0]

    return FIELD.sub(value, text)
