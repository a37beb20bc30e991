"""Addresses that must not be written to: they bounced, complained or asked."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from lanka.core.clock import now
from lanka.decide.models import Suppression
from lanka.decide.seal import MARK, seal


def suppress(kind: str, value: str, why: str) -> Suppression:
    """Keeps the first reason while one stands."""
    standing = Suppression.objects.filter(kind=kind, value__in=[value, seal(kind, value)], lifted_at=None).first()
    return standing or Suppression.objects.create(kind=kind, value=value, why=why[:200], at=now())


def suppressed(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Of these (kind, address) those that must not be written to, and why. Also what was shut before its owner was forgotten."""
    written = {(kind, form): (kind, value) for kind, value in pairs for form in (value, seal(kind, value))}
    found = Suppression.objects.filter(value__in=[form for _kind, form in written], lifted_at=None)
    return {written[one.kind, one.value]: one.why or _("closed before") for one in found if (one.kind, one.value) in written}


def any_sealed() -> bool:
    return Suppression.objects.filter(value__startswith=MARK, lifted_at=None).exists()


def lift(kind: str, value: str) -> int:
    """How many stood."""
    return Suppression.objects.filter(kind=kind, value__in=[value, seal(kind, value)], lifted_at=None).update(lifted_at=now())
