"""Made-up nouns, never saved, in each state they can have."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def samples(request: HttpRequest) -> dict[str, Any]:
    return {}
