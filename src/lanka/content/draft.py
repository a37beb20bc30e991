"""Keeps what is being written. Two who write at once lose nothing: the second hears of it and chooses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lanka.content import blocks
from lanka.content.ask import kept
from lanka.content.models import Template
from lanka.core.clock import now
from lanka.people.models import User


class Overtaken(ValueError):
    """Somebody else kept a draft since this one was read. `template` holds theirs."""

    def __init__(self, template: Template) -> None:
        self.template = template
        super().__init__("somebody else has written here meanwhile")


@transaction.atomic
def keep(template: Template, texts: Mapping[str, Any], *, by: User, seen: str) -> Template:
    """`seen`: the mark of the draft that was changed (`mark`). Raises Overtaken, NotBlocks."""
    held = Template.objects.select_for_update().get(pk=template.pk)
    if seen != mark(held):
        raise Overtaken(held)
    held.draft, held.draft_by, held.draft_at = blocks.plain(blocks.read(texts)), by, now()
    held.save(update_fields=["draft", "draft_by", "draft_at"])
    return held


@transaction.atomic
def take_over(template: Template, texts: Mapping[str, Any], *, by: User) -> Template:
    """Mine instead of theirs; theirs is kept among the versions, as one that nobody asked about, so that nothing is lost."""
    held = Template.objects.select_for_update().get(pk=template.pk)
    newest = held.versions.order_by("-number").first()
    theirs = kept(held, by=held.draft_by or by) if held.draft else newest
    if theirs and (newest is None or theirs.pk != newest.pk):
        theirs.refused_at, theirs.refused_by, theirs.refused_why = now(), by, _("Kept aside: two people wrote at once.")
        theirs.save(update_fields=["refused_at", "refused_by", "refused_why"])
    return keep(held, texts, by=by, seen=mark(held))


def mark(template: Template) -> str:
    """Changes with every draft that is kept."""
    return template.draft_at.isoformat()
