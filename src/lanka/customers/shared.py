"""Values that many people use."""

from __future__ import annotations

from lanka.core.clock import now
from lanka.customers.models import Kind, Shared
from lanka.people.models import User


def mark_shared(kind: int, value: str, *, by: User | None, why: str) -> Shared:
    """From now on this identifier (normalised) tells nobody from anybody: a shop's phone, a family's mailbox, a kiosk's browser.
    What it has joined so far stays until somebody withdraws it.
    """
    return Shared.objects.get_or_create(kind=Kind(kind), value=value, defaults={"why": why, "by": by, "at": now()})[0]
