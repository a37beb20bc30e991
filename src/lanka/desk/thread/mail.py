"""HTML as it was sent: cleaned once more, in a page of its own that may do nothing, pictures only when asked for."""

from __future__ import annotations

import re
from typing import Any

import nh3
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from lanka.core import files
from lanka.core.models import Blob
from lanka.timeline.models import Event

TAGS = nh3.ALLOWED_TAGS | {"font", "center", "style"} - {"style"}
ATTRIBUTES = {tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
for tag_name in ("table", "td", "th", "tr", "img", "font", "div", "p", "span", "a", "h1", "h2", "h3", "body"):
    ATTRIBUTES.setdefault(tag_name, set()).update({"style", "align", "valign", "width", "height", "bgcolor", "color", "border", "dir"})
ATTRIBUTES["img"] |= {"src", "alt"}
STYLES = {
    "color",
    "background-color",
    "font-size",
    "font-family",
    "font-weight",
    "font-style",
    "text-align",
    "text-decoration",
    "line-height",
    "padding",
    "padding-top",
    "padding-right",
    "padding-bottom",
    "padding-left",
    "margin",
    "margin-top",
    "margin-bottom",
    "border",
    "border-radius",
    "border-collapse",
    "width",
    "max-width",
    "height",
    "vertical-align",
    "display",
}
PAGE = """<!doctype html><html><head><meta charset="utf-8"><base target="_blank"><meta name="color-scheme" content="light">
<style>html{{background:#fff;color:#1b1d22}}body{{margin:12px;font:14px/1.5 system-ui,sans-serif;overflow-wrap:break-word}}
img{{max-width:100%;height:auto}}table{{max-width:100%}}blockquote{{margin:8px 0;padding-left:10px;border-left:2px solid #ccc}}</style>
</head><body>{body}</body></html>"""
CID = re.compile(r"""(?<=src=["'])cid:([^"']+)""", re.IGNORECASE)


def inline(html: str, event: Event) -> str:
    """Pictures that came with the mail itself are shown from the house."""
    held: list[dict[str, Any]] = event.data.get("files", [])
    at = {str(f.get("inline_id", "")).strip("<>"): n for n, f in enumerate(held) if f.get("inline_id")}

    def address(match: re.Match[str]) -> str:
        number = at.get(match[1].strip("<>"))
        return reverse("file", args=[event.pk, number, "picture"]) if number is not None else "data:,"

    return CID.sub(address, html)


def clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel", "data"},
        filter_style_properties=STYLES,
        link_rel="noopener noreferrer nofollow",
    )


def mail(request: HttpRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(Event.objects.only("data"), pk=pk)
    try:
        html = files.read(str(event.data.get("html_blob", ""))).decode("utf-8", "replace")
    except Blob.DoesNotExist as error:
        raise Http404 from error
    asked = "pictures" in request.GET
    remote = "data-src=" in html  # the channel moved the addresses of remote pictures there
    cleaned = clean(inline(html.replace("data-src=", "src=") if asked else html, event))
    response = HttpResponse(PAGE.format(body=cleaned), content_type="text/html; charset=utf-8")
    pictures = "http: https:" if asked else ""
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: {pictures}; frame-ancestors 'self'; base-uri 'none';"
        " form-action 'none'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
    )
    remote = remote or bool(re.search(r"<img[^>]+src=[\"']https?:", cleaned, re.IGNORECASE))
    response["X-Remote-Pictures"] = "1" if remote else "0"
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    return response
