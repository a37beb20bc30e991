"""What the widget loads: its script, and what the company wants it to look like and to say."""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lanka.channels.base import LineView
from lanka.channels.chat import squeeze
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


@cache
def style() -> tuple[bytes, str]:
    return stamped(squeeze.style((HERE / "widget" / "widget.css").read_text("utf-8")))


@cache
def script() -> tuple[bytes, str]:
    """The one script. It fetches its style by the style's own etag, so the two always fit."""
    parts = [squeeze.script((HERE / "widget" / f"{part}.js").read_text("utf-8")) for part in PARTS]
    return stamped("\n".join(["(()=>{'use strict';", f"const STYLE='widget.css?v={style()[1]}';", *parts, "})();", ""]))


def stamped(text: str) -> tuple[bytes, str]:
    body = text.encode()
    return body, hashlib.sha256(body).hexdigest()[:16]


async def widget(request: Request) -> Response:
    return fixed(request, *script(), "text/javascript")


async def sheet(request: Request) -> Response:
    return fixed(request, *style(), "text/css")


def fixed(request: Request, body: bytes, etag: str, kind: str) -> Response:
    """A page asks again every five minutes and mostly hears 304; with ?v=<etag> the answer holds for ever."""
    forever = request.query_params.get("v") == etag
    headers = {
        "etag": f'"{etag}"',
        "cache-control": "public, max-age=31536000, immutable" if forever else "public, max-age=300",
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
        "vary": "Accept-Encoding",
    }
    if f'"{etag}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(small(body), 200, {**headers, "content-encoding": "gzip"}, kind)
    return Response(body, 200, headers, kind)


@cache
def small(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)


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
