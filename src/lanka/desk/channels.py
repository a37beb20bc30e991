"""The stylesheet of the channels, made of their folders: a colour and an icon each. No other file of the desk names a kind."""

from __future__ import annotations

import base64
import hashlib
import inspect
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from lanka.channels.base import Channel
from lanka.channels.registry import all_channels


def icon(channel: Channel) -> str:
    """The folder's icon.svg as a data address, so that it also works for a channel that comes from another package."""
    path = Path(inspect.getfile(type(channel))).parent / "icon.svg"
    if not path.is_file():
        return ""
    return f"--icon:url(data:image/svg+xml;base64,{base64.b64encode(path.read_bytes()).decode()})"


@cache
def stylesheet() -> str:
    rules = [f".ch-{kind}{{--c:{channel.color};{icon(channel)}}}" for kind, channel in sorted(all_channels().items())]
    return "@layer tokens{" + "\n".join(rules) + "}"


@cache
def version() -> str:
    return hashlib.sha256(stylesheet().encode()).hexdigest()[:10]


def channels_css(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(stylesheet(), content_type="text/css; charset=utf-8")
    patch_cache_control(response, public=True, max_age=31_536_000, immutable=True)
    return response


def name(kind: str) -> str:
    """The channel's name for people; the word itself for one that is gone."""
    channel = all_channels().get(kind)
    return str(channel.name) if channel else kind.capitalize()
