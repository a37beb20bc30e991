"""How a journey goes: how many stand where, how many went which way, how it ended."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from lanka.outreach.models import Journey, Passage, Traveller


@dataclass(frozen=True, slots=True)
class Numbers:
    """`here`: node → people there now. `passed`: node → way ('' when it has one) → how many went."""

    inside: int = 0
    entered: int = 0
    ended: dict[str, int] = field(default_factory=dict)
    here: dict[str, int] = field(default_factory=dict)
    passed: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def over(self) -> int:
        return self.entered - self.inside

    @property
    def share(self) -> int | None:
        """Percent of those whose journey is over who reached the goal."""
        return round(100 * self.ended.get("goal", 0) / self.over) if self.over else None


def numbers(journey: Journey) -> Numbers:
    here = dict(journey.travellers.filter(ended_at=None).values_list("node").annotate(Count("pk")))
    ended = dict(journey.travellers.filter(ended_at__isnull=False).values_list("ended").annotate(Count("pk")))
    passed: dict[str, dict[str, int]] = defaultdict(dict)
    for node, way, count in Passage.objects.filter(journey=journey).values_list("node", "way", "passed"):
        passed[node][way] = count
    inside = sum(here.values())
    return Numbers(inside, inside + sum(ended.values()), ended, here, dict(passed))


def totals(journeys: list[int]) -> dict[int, Numbers]:
    """Of many journeys at once, without the steps."""
    counted = (
        Traveller.objects.filter(journey__in=journeys)
        .values("journey")
        .annotate(inside=Count("pk", filter=Q(ended_at=None)), goal=Count("pk", filter=Q(ended="goal")), entered=Count("pk"))
    )
    found: dict[int, Any] = {row["journey"]: Numbers(row["inside"], row["entered"], {"goal": row["goal"]}) for row in counted}
    return {pk: found.get(pk, Numbers()) for pk in journeys}
