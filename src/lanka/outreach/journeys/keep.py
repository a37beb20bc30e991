"""The drawing is kept as it is drawn. Who draws on an older state than the kept one is told, and loses nothing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lanka.core import live
from lanka.outreach.journeys.graph import Graph
from lanka.outreach.models import Journey
from lanka.people.models import User


class Overtaken(ValueError):
    """Somebody else kept another state meanwhile; `journey` is as they left it."""

    def __init__(self, journey: Journey) -> None:
        super().__init__("somebody else changed it meanwhile")
        self.journey = journey


def keep(journey: Journey, graph: Graph, *, by: User, seen: datetime) -> Journey:
    """`seen`: the `draft_at` that the drawing began from. Raises Overtaken."""
    with transaction.atomic():
        held = Journey.objects.select_for_update().get(pk=journey.pk)
        if held.draft_at != seen and held.draft != graph.model_dump():
            raise Overtaken(held)
        held.draft, held.draft_by = graph.model_dump(), by
        held.save(update_fields=["draft", "draft_at", "draft_by"])
        live.tell(f"journey:{held.pk}", {"draft": held.draft_at.isoformat(), "by": by.pk})
    return held
