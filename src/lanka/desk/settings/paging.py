"""Lists that grow for ever, page by page from a key: the newest first, never OFFSET."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from lanka.desk.inbox.query import read_key

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Any]
    more: str  # `?before=` of the next page, empty at the end


def newest_first(rows: QuerySet[Any], before: str = "", size: int = PAGE) -> Page:
    """Of rows that have `at` and an id."""
    if key := read_key(before):
        at, pk = key
        rows = rows.filter(at__lte=at).exclude(Q(at=at) & Q(pk__gte=pk))
    found = list(rows.order_by("-at", "-pk")[: size + 1])
    more = f"{found[size - 1].at.isoformat()}~{found[size - 1].pk}" if len(found) > size else ""
    return Page(found[:size], more)
