"""What the widget loads: its script, and what the company wants it to look like and to say."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lanka.channels.base import LineView
from lanka.channels.chat.doors import line_of
from lanka.channels.chat.look import palette
from lanka.channels.chat.settings import Settings

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "fi", "sv", "pl")
PARTS = ("keep", "wire", "thread", "tabs", "draw", "log", "compose", "cards", "panel", "start")


@cache
def words(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((HERE / "words" / f"{language}.json").read_text("utf-8"))
    return found


def bare(source: str) -> str:
    """Without indentation and whole-line comments: the only shrinking there is. (No text in the sources spans lines.)"""
    lines = (line.strip() for line in source.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


@cache
def script() -> tuple[bytes, str]:
    """The one script and its etag."""
    style = bare((HERE / "widget" / "widget.css").read_text("utf-8"))
    parts = [bare((HERE / "widget" / f"{part}.js").read_text("utf-8")) for part in PARTS]
    body = "\n".join(["(()=>{'use strict';", f"const STYLE={json.dumps(style, ensure_ascii=False)};", *parts, "})();", ""]).encode()
    return body, hashlib.sha256(body).hexdigest()[:16]


async def widget(request: Request) -> Response:
    """A page asks again every five minutes and mostly hears 304; with ?v=<etag> the answer holds for ever."""
    body, etag = script()
    fixed = request.query_params.get("v") == etag
    headers = {
        "etag": f'"{etag}"',
        "cache-control": "public, max-age=31536000, immutable" if fixed else "public, max-age=300",
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
    }
    if f'"{etag}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, "text/javascript")


def spoken(wanted: str, otherwise: str) -> str:
    """The first of the visitor's languages that the chat speaks."""
    for tag in wanted.lower().split(","):
        if tag.strip()[:2] in LANGUAGES:
            return tag.strip()[:2]
    return otherwise


def offer(line: LineView, language: str) -> dict[str, Any]:
    settings: Settings = line.settings
    brand = line.brand
    own = words(language)
    return {
        "language": language,
        "title": settings.title or brand.get("name") or line.name,
        "look": palette(settings.color or brand.get("color", "")),
        "theme": settings.theme,
        "position": settings.position,
        "open": not settings.closed and brand.get("open", "1") != "0",
        "opens": brand.get("opens", ""),
        "zone": brand.get("zone", ""),
        "greeting": settings.said("greeting", language) or own["greeting"],
        "away": settings.said("away", language) or own["away"],
        "agents": [name.strip() for name in brand.get("agents", "").split(",") if name.strip()][:3],
        "logo": bool(brand.get("logo")),
        "questions": [question.as_json() for question in settings.asked(language)],
        "file_limit": settings.file_bytes,
        "visits": settings.page_views,
        "words": own,
    }


async def config(request: Request) -> Response:
    line = line_of(request)
    language = spoken(request.query_params.get("lang", ""), line.settings.language)
    return JSONResponse(offer(line, language), headers={"cache-control": "public, max-age=30, stale-while-revalidate=300"})


async def logo(request: Request) -> Response:
    svg = line_of(request).brand.get("logo", "")
    if not svg.lstrip().startswith("<svg"):
        return Response(status_code=404)
    headers = {
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "cache-control": "public, max-age=300",
        "cross-origin-resource-policy": "cross-origin",
    }
    return Response(svg, 200, headers, "image/svg+xml")
