"""What makes the desk installable: the manifest, the service worker, the page for when there is no connection."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

WORKER = Path(__file__).with_name("worker.js")


def manifest(request: HttpRequest) -> JsonResponse:
    icons = [
        {"src": static(f"desk/shell/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    body = {
        "name": "Lanka",
        "short_name": "Lanka",
        "description": _("One thread per customer, across every channel"),
        "id": "/desk/",
        "start_url": reverse("desk"),
        "scope": "/desk/",
        "display": "standalone",
        "background_color": "#f6f7f9",
        "theme_color": "#ffffff",
        "icons": [{"src": static("desk/shell/icon.svg"), "sizes": "any", "type": "image/svg+xml"}, *icons],
        "shortcuts": [{"name": _("Unassigned"), "url": reverse("inbox", args=["unassigned"])}],
    }
    return JsonResponse(body, content_type="application/manifest+json")


def worker(request: HttpRequest) -> HttpResponse:
    """Served below /desk/ so that its scope is the desk."""
    code = WORKER.read_text().replace("OFFLINE_PAGE", reverse("offline"))
    return HttpResponse(code, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/shell/offline.html")
