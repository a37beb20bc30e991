"""Four eyes: who approves is never who asked, nor who wrote the last words."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from lanka.content.models import Version
from lanka.core.clock import now
from lanka.people.audit import audit
from lanka.people.models import User


class NotYours(ValueError):
    """In words: this person may not settle this version."""


@transaction.atomic
def approve(version: Version, *, by: User) -> Version:
    """Raises NotYours."""
    held = waiting(version, by)
    held.approved_at, held.approved_by = now(), by
    held.save(update_fields=["approved_at", "approved_by"])
    audit("template.approved", held.template.name, by=by, version=held.number)
    return held


@transaction.atomic
def refuse(version: Version, *, by: User, why: str) -> Version:
    """Raises NotYours. Who asked may take it back this way, too."""
    held = Version.objects.select_for_update().select_related("template").get(pk=version.pk)
    if held.approved_at or held.refused_at:
        raise NotYours(_("This is settled already."))
    held.refused_at, held.refused_by, held.refused_why = now(), by, why.strip()[:2000]
    held.save(update_fields=["refused_at", "refused_by", "refused_why"])
    audit("template.refused", held.template.name, by=by, version=held.number)
    return held


def waiting(version: Version, by: User) -> Version:
    held = Version.objects.select_for_update().select_related("template").get(pk=version.pk)
    if held.by_id == by.pk:
        raise NotYours(_("You wrote this: somebody else must approve it."))
    if held.approved_at or held.refused_at:
        raise NotYours(_("This is settled already."))
    return held


def approved(template_id: int) -> Version | None:
    """The one that is sent now."""
    return Version.objects.filter(template_id=template_id, approved_at__isnull=False).order_by("-number").first()
