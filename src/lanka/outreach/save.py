"""Segments made, changed and put away by somebody here. The worker builds what was changed."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from lanka.core.clock import now
from lanka.outreach.fits import rules_of
from lanka.outreach.models import Crossing, Member, Moment, Segment
from lanka.outreach.rules import BadRule, Group, Leaf, named, news, read, written
from lanka.people.models import User


class InUse(ValueError):
    """A campaign, a journey or another segment still needs it."""


@transaction.atomic
def make(name: str, rule: dict[str, Any], *, by: User | None, about: str = "") -> Segment:
    """Raises BadRule."""
    return _write(Segment(changed_at=now()), name, rule, by, about)


@transaction.atomic
def change(segment: Segment, name: str, rule: dict[str, Any], *, by: User | None, about: str = "") -> Segment:
    """Raises BadRule. Its members are worked out anew, and those of the segments that name it; nobody 'enters' by that."""
    return _write(Segment.objects.select_for_update().get(pk=segment.pk), name, rule, by, about)


def _write(row: Segment, name: str, rule: dict[str, Any], by: User | None, about: str) -> Segment:
    tree = read(rule)
    others = rules_of(named(tree))
    if row.pk and (row.pk in named(tree) or any(row.pk in named(one) for one in others.values())):
        raise BadRule("a segment may not be part of itself")
    if missing := named(tree) - set(others):
        raise BadRule(f"segment {min(missing)} is not there any more")
    changed = row.pk is None or read(row.rule) != tree
    row.name, row.about, row.rule = name.strip()[:120], about.strip(), written(tree)
    row.uses, row.news = sorted(others), all_news(tree, others)
    row.changed_at, row.changed_by = now(), by
    row.built_at = None if changed else row.built_at
    row.save()
    for dependent in Segment.objects.filter(uses__contains=[row.pk]) if changed else ():
        below = rules_of(named(read(dependent.rule)))
        dependent.uses, dependent.news, dependent.built_at = sorted(below), all_news(read(dependent.rule), below), None
        dependent.save(update_fields=["uses", "news", "built_at"])
    return row


def all_news(tree: Leaf | Group, others: dict[int, Leaf | Group]) -> list[str]:
    return sorted({kind for one in (tree, *others.values()) for kind in news(one)})


@transaction.atomic
def retire(segment: Segment, *, by: User) -> Segment:
    """Put away. Raises InUse."""
    row = Segment.objects.select_for_update().get(pk=segment.pk)
    used = Segment.objects.filter(uses__contains=[row.pk], retired_at=None).first()
    if used:
        raise InUse(used.name)
    row.retired_at, row.changed_by, row.changed_at = now(), by, now()
    row.save(update_fields=["retired_at", "changed_by", "changed_at"])
    for model in (Member, Moment, Crossing):
        model.objects.filter(segment=row).delete()
    return row
