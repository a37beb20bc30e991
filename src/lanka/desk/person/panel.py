"""The person beside the thread: known by, bought, what else is open, perhaps the same as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lanka.commerce.models import Order
from lanka.conversations.models import Conversation, State
from lanka.core.phone import pretty
from lanka.customers.models import Claim, Customer, Fact, Identifier, Kind, Link, Review
from lanka.customers.review import open_reviews, words
from lanka.decide.reach import bases_of
from lanka.desk import channels
from lanka.desk.person.choices import context_of

DONE = ("done", "returned", "cancelled")
ICONS = {
    Kind.CRM: "database",
    Kind.CARD: "credit-card",
    Kind.PHONE: "phone",
    Kind.EMAIL: "mail",
    Kind.ACCOUNT: "at-sign",
    Kind.ORDER: "package",
    Kind.POSTAL: "map-pin",
    Kind.VISITOR: "globe",
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    review: Review
    other: Customer
    reasons: list[str]
    one: Customer | None = None  # named where no page of theirs is around it


def suggestions(bases: Sequence[int]) -> list[Suggestion]:
    """Open reviews that speak of this person, each with the other one."""
    found = list(open_reviews().filter(roots__overlap=list(bases))[:5])
    others = {pk: review for review in found for pk in review.roots if pk not in bases}
    return [
        Suggestion(others[c.pk], c, [words(r) for r in others[c.pk].why.get("reasons", [])]) for c in Customer.objects.filter(pk__in=others)
    ]


def open_questions(most: int = 12) -> list[Suggestion]:
    """For the page of all people: what waits for a decision, with both names."""
    reviews = list(open_reviews()[:most])
    people = Customer.objects.in_bulk([pk for review in reviews for pk in review.roots])
    return [
        Suggestion(review, people[review.roots[1]], [words(r) for r in review.why.get("reasons", [])], people[review.roots[0]])
        for review in reviews
        if len(review.roots) > 1 and all(pk in people for pk in review.roots[:2])
    ]


def value_of(known: Identifier) -> str:
    """As people say it: a number in its country's writing, an account with the name of its provider."""
    if known.kind == Kind.PHONE:
        return pretty(known.address)
    provider, sep, account = known.address.partition(":")
    return f"{channels.name(provider)} {account}" if known.kind == Kind.ACCOUNT and sep else known.address


def identifiers(bases: Sequence[int]) -> list[dict[str, Any]]:
    """Strongest first; browsers only as a number, nobody reads their ids."""
    found = list(Identifier.objects.filter(customer__in=bases).order_by("kind", "first_seen_at"))
    shown = [
        {
            "kind": Kind(i.kind),
            "icon": ICONS[Kind(i.kind)],
            "value": value_of(i),
            "source": i.source,
            "at": i.first_seen_at,
        }
        for i in found
    ]
    browsers = [entry for entry in shown if entry["kind"] == Kind.VISITOR]
    shown = [entry for entry in shown if entry["kind"] != Kind.VISITOR]
    if browsers:
        shown.append({**browsers[0], "value": "", "count": len(browsers)})
    return shown


def facts_of(bases: Sequence[int]) -> dict[str, list[Fact]]:
    """By kind, the one that counts first: the most trusted, of those the newest. Conflicting ones stand side by side."""
    found: dict[str, list[Fact]] = {}
    for fact in Fact.objects.filter(customer__in=bases).select_related("by").order_by("trust", "-at"):
        if all(fact.value != other.value for other in found.setdefault(fact.kind, [])):
            found[fact.kind].append(fact)
    return found


def town(facts: dict[str, list[Fact]]) -> str:
    value = facts["address"][0].value if "address" in facts else {}
    return str(value.get("town", "")).title() if isinstance(value, dict) else ""


def panel(customer: Customer, conversation: Conversation | None = None) -> dict[str, Any]:
    bases = bases_of(customer.pk)
    facts = facts_of(bases)
    orders = list(Order.objects.filter(customer__in=bases).select_related("store").order_by("-at")[:8])
    others = Conversation.objects.filter(customer__in=bases, merged_into=None).exclude(pk=conversation.pk if conversation else 0)
    links = Link.objects.filter(a__in=bases, undone_at=None).select_related("by").order_by("-at") if len(bases) > 1 else Link.objects.none()
    return {
        **context_of(customer),
        "bases": bases,
        "identifiers": identifiers(bases),
        "claims": list(Claim.objects.filter(customer__in=bases).order_by("-at")[:6]),
        "facts": facts,
        "town": town(facts),
        "open_orders": [order for order in orders if order.status not in DONE],
        "orders": [order for order in orders if order.status in DONE],
        "links": list(links[:6]),
        "suggestions": suggestions(bases),
        "other_conversations": list(others.exclude(state=State.CLOSED).order_by("-last_at")[:4]),
    }
