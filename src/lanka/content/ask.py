"""Asks for approval: what is written becomes a version, which never changes."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from lanka.content.again import digest
from lanka.content.check import findings
from lanka.content.models import Template, Version
from lanka.core.clock import now
from lanka.people.audit import audit
from lanka.people.models import User


class NotReady(ValueError):
    """In words: something is wrong that approval cannot mend."""


@transaction.atomic
def ask(template: Template, *, by: User) -> Version:
    """Raises NotReady. The same words twice are the same version."""
    held = Template.objects.select_for_update().get(pk=template.pk)
    wrong = [one for one in findings(held.draft) if one.level == "wrong"]
    if wrong:
        raise NotReady(_("Mend this first: %(words)s") % {"words": wrong[0].words})
    version = kept(held, by=by)
    if version.refused_at:
        raise NotReady(_("These very words were refused. Change them first."))
    audit("template.asked", held.name, by=by, version=version.number)
    return version


def kept(template: Template, *, by: User) -> Version:
    """The draft as a version; the newest one where it says the same."""
    newest, sum_ = template.versions.order_by("-number").first(), digest(template.draft)
    if newest and newest.digest == sum_:
        return newest
    number = newest.number + 1 if newest else 1
    return Version.objects.create(template=template, number=number, texts=template.draft, digest=sum_, at=now(), by=by)
