"""This room's part in forgetting a person: segments, journeys, and what waits for them there. What was counted stays a number."""

from __future__ import annotations

from lanka.core.erasing import Counts, Who
from lanka.outreach.models import Crossing, Member, Moment, Traveller


def erase(who: Who) -> Counts:
    theirs = {"members": Member, "moments": Moment, "crossings": Crossing, "travellers": Traveller}
    return {name: model.objects.filter(customer__in=who.bases).delete()[0] for name, model in theirs.items()}  # type: ignore[attr-defined]
