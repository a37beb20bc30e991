"""Attachments, out of the house safely: by the event that holds them, with the type the bytes themselves show."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header

from lanka.conversations.models import Draft
from lanka.core import files
from lanka.core.models import Blob
from lanka.desk.request import me
from lanka.timeline.models import Event

SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp"}  # never SVG or HTML: they can hold scripts
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox"


def safely(data: bytes, name: str, *, download: bool) -> HttpResponse:
    kind = files.sniff(data)
    shown = kind in SHOWN and not download
    response = HttpResponse(data, content_type=kind if shown else "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(not shown, name or "file") or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=86400"
    response._csp_replace = {}  # type: ignore[attr-defined]
    response["Content-Security-Policy"] = POLICY
    return response


def read(entry: dict[str, Any]) -> bytes:
    try:
        return files.read(str(entry.get("sha256", "")))
    except Blob.DoesNotExist as error:
        raise Http404 from error


def file(request: HttpRequest, pk: int, number: int, name: str) -> HttpResponse:
    """The event's n-th file. `?download` never shows it in the browser."""
    event = get_object_or_404(Event.objects.only("data"), pk=pk)
    held = event.data.get("files", [])
    if number >= len(held):
        raise Http404
    return safely(read(held[number]), str(held[number].get("name", name)), download="download" in request.GET)


def draft_file(request: HttpRequest, pk: int, sha256: str) -> HttpResponse:
    """A file that waits in one's own draft."""
    draft = get_object_or_404(Draft, conversation=pk, user=me(request))
    entry = next((entry for entry in draft.files if entry.get("sha256") == sha256), None)
    if entry is None:
        raise Http404
    return safely(read(entry), str(entry.get("name", "")), download="download" in request.GET)
