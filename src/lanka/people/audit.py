"""Writes the audit trail."""

from __future__ import annotations

from typing import Any

from lanka.people.models import Audit, User


def audit(verb: str, what: str, *, by: User | None, remote: str = "", **detail: Any) -> Audit:
    """`verb` in the form 'line.changed'; `what` names the thing in words that survive its deletion; `remote`: the client's address."""
    return Audit.objects.create(verb=verb, what=what[:200], by=by, remote=remote[:45], detail=detail)
