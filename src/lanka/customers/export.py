"""All that this room knows of a person, for the person (GDPR, articles 15 and 20)."""

from __future__ import annotations

from typing import Any

from lanka.customers.models import Claim, Consent, Customer, Identifier, Implied, Kind, Preference
from lanka.customers.person import person
from lanka.customers.standing import ledger


def export(customer: Customer) -> dict[str, Any]:
    """Plain data, ready for JSON. Names of employees are left out; that somebody here decided is not."""
    who = person(customer)
    bases = Customer.objects.filter(pk__in=who.bases).order_by("pk")
    wishes = Preference.objects.filter(customer__in=who.bases).select_related("topic").order_by("at")
    return {
        "name": who.root.name,
        "language": who.root.language,
        "known_since": [base.created_at.isoformat() for base in bases],
        "identifiers": [_held(one) | {"since": one.first_seen_at.isoformat()} for one in who.identifiers],
        "claims": [_held(one) | {"since": one.at.isoformat()} for one in who.claims],
        "facts": [
            {"kind": one.kind, "value": one.value, "source": one.source, "at": one.at.isoformat(), "by_employee": one.by_id is not None}
            for one in reversed(who.facts)
        ],
        "consents": [_consent(one) for one in reversed(ledger(who.bases, limit=10_000))],
        "preferences": [_preference(one) for one in wishes],
        "implied": [{"channel": one.channel, "score": one.score, "why": one.why} for one in Implied.objects.filter(customer__in=who.bases)],
        "joined": [_link(one) for one in who.links],
        "taken_apart": [_link(one) | {"undone_at": one.undone_at.isoformat() if one.undone_at else ""} for one in who.withdrawn],
    }


def _held(one: Identifier | Claim) -> dict[str, Any]:
    return {"kind": Kind(one.kind).name.lower(), "value": one.address, "source": one.source}


def _consent(one: Consent) -> dict[str, Any]:
    said = {"wording": one.wording.text if one.wording else "", "words": one.words, "proof": one.proof, "source": one.source}
    return {"topic": one.topic.key, "channel": one.channel, "granted": one.granted, "at": one.at.isoformat(), **said}


def _preference(one: Preference) -> dict[str, Any]:
    chosen = {"channels": one.channels, "language": one.language, "frequency": one.frequency, "source": one.source}
    times = {"at": one.at, "pause_until": one.pause_until, "replaced_at": one.replaced_at}
    return {"topic": one.topic.key if one.topic else "", **chosen, **{name: at.isoformat() if at else "" for name, at in times.items()}}


def _link(link: Any) -> dict[str, Any]:
    """Without the evidence's values where it was withdrawn: they may be another person's."""
    why = {} if link.undone_at else {key: link.why[key] for key in ("left", "right", "words") if key in link.why}
    return {"rule": link.rule, "at": link.at.isoformat(), "by_employee": link.by_id is not None, "why": why}
