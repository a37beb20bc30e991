"""This room's part in forgetting a person: what lies in their view of hosted channels, what was said of them with providers."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from lanka.channels.models import Exchange, Online, Transcript
from lanka.core.erasing import Counts, Who


def erase(who: Who) -> Counts:
    theirs = Transcript.objects.filter(address__in=who.values)
    for body in theirs.values_list("body", flat=True).iterator():
        who.files.update(named(body))
    speaks_of_them = Q(pk__in=[])
    for value in who.telling():
        speaks_of_them |= Q(said__contains=value) | Q(heard__contains=value)
    return {
        "transcripts": theirs.delete()[0],
        "online": Online.objects.filter(address__in=who.values).delete()[0],
        "exchanges": Exchange.objects.filter(speaks_of_them).delete()[0],
    }


def named(body: Any) -> set[str]:
    """Files by their sha256, however deep."""
    if isinstance(body, dict):
        own = {str(body["sha256"])} if body.get("sha256") else set()
        return own.union(*(named(value) for value in body.values()))
    return set().union(*(named(value) for value in body)) if isinstance(body, list) else set()
