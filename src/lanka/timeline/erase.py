"""This room's part in forgetting a person: their events, and what was said of them where two people were joined or kept apart."""

from __future__ import annotations

from typing import Any

from lanka.core.erasing import Counts, Who
from lanka.timeline.models import Event

NAMED = ("name", "why", "reasons")  # of an event about two people


def erase(who: Who) -> Counts:
    theirs = Event.objects.filter(customer__in=who.bases)
    for data in theirs.values_list("data", flat=True).iterator():
        who.files.update(files_of(data))
    return {"told_of_others": unsaid(who), "events": theirs.delete()[1].get("timeline.Event", 0)}


def files_of(data: dict[str, Any]) -> set[str]:
    """By their sha256: what was attached, and a mail's own page."""
    attached = {str(file["sha256"]) for file in data.get("files", ()) if isinstance(file, dict) and file.get("sha256")}
    return attached | ({str(data["html_blob"])} if data.get("html_blob") else set())


def unsaid(who: Who) -> int:
    """On the pages of others: that they were once taken for this person stays, the name and the words go."""
    changed = 0
    for event in Event.objects.filter(customer__in=who.beside, kind__startswith="person."):
        kept = {key: value for key, value in event.data.items() if key not in NAMED}
        if kept != event.data or event.text:
            changed += Event.objects.filter(pk=event.pk).update(data=kept, text="", search=None)
    return changed
