"""This room's part in forgetting a person (`forget.py` is the verb): identifiers, claims, facts, choices, links, questions.

A value marked as shared stays marked: it is not this person's alone.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from lanka.core.erasing import Counts, Who
from lanka.customers.models import Alias, Claim, Consent, Fact, Identifier, Implied, Link, Mark, NoLink, Preference, Review, Standing

THEIRS: dict[str, Any] = {
    "identifiers": Identifier,
    "claims": Claim,
    "facts": Fact,
    "consents": Consent,
    "standing": Standing,
    "preferences": Preference,
    "implied": Implied,
    "marks": Mark,
}


def erase(who: Who) -> Counts:
    return {name: rows.delete()[0] for name, rows in everything(who.bases).items()}


def remains(bases: list[int]) -> Counts:
    """How many rows of this room still tell something of these bases."""
    return {name: rows.count() for name, rows in everything(bases).items()}


def everything(bases: list[int]) -> dict[str, QuerySet[Any]]:
    both = Q(a__in=bases) | Q(b__in=bases)
    return {name: model.objects.filter(customer__in=bases) for name, model in THEIRS.items()} | {
        "aliases": Alias.objects.filter(Q(customer__in=bases) | Q(root__in=bases)),
        "links": Link.objects.filter(both),
        "no_links": NoLink.objects.filter(both),
        "reviews": Review.objects.filter(roots__overlap=bases),
    }
