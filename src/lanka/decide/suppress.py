"""Addresses that must not be written to: they bounced, complained or asked."""

from __future__ import annotations

from lanka.core.clock import now
from lanka.decide.models import Suppression


def suppress(kind: str, value: str, why: str) -> Suppression:
    """Keeps the first reason while one stands."""
    standing = Suppression.objects.filter(kind=kind, value=value, lifted_at=None).first()
    return standing or Suppression.objects.create(kind=kind, value=value, why=why[:200], at=now())


def lift(kind: str, value: str) -> int:
    """How many stood."""
    return Suppression.objects.filter(kind=kind, value=value, lifted_at=None).update(lifted_at=now())
