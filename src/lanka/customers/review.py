"""Perhaps one person: asked once, with all reasons on one card. Reasons are data; `words` says them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lanka.customers.load import roots_of
from lanka.customers.models import Kind, Review
from lanka.customers.normalise import Key
from lanka.customers.rows import Row, as_json, columns, rows

Reason = dict[str, Any]  # {'rule', 'left': [kind, value], 'right': [kind, value], 'score'}

ASK = """
INSERT INTO customers_review AS r (roots, rule, why, score, at, decided)
SELECT ARRAY[n.a, n.b], n.rule, n.why, n.score, n.at, ''
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::jsonb[], %s::float8[], %s::timestamptz[]) AS n(a, b, rule, why, score, at)
WHERE NOT EXISTS (SELECT FROM customers_review d
  WHERE d.roots = ARRAY[n.a, n.b] AND d.decided = 'different' AND d.why @> n.why)
ON CONFLICT (roots) WHERE decided_at IS NULL DO UPDATE SET
  why = CASE WHEN r.why @> excluded.why THEN r.why
    ELSE jsonb_build_object('reasons',
      (SELECT jsonb_agg(DISTINCT e) FROM jsonb_array_elements((r.why->'reasons') || (excluded.why->'reasons')) e)) END,
  score = greatest(r.score, excluded.score)
RETURNING id
"""


STILL_TWO = """(SELECT count(DISTINCT coalesce(al.root_id, r))
FROM unnest(roots) r LEFT JOIN customers_alias al ON al.customer_id = r) > 1"""


def reason(rule: str, left: Key, right: Key, score: float | None = None) -> Reason:
    """Kind 0 is no identifier but a fact (a town, a birth date)."""
    sides = [[Kind(kind).name.lower() if kind else "fact", value] for kind, value in (left, right)]
    return {"rule": rule, "left": sides[0], "right": sides[1], "score": score}


def ask(questions: Iterable[tuple[int, int, Sequence[Reason], datetime]]) -> list[int]:
    """(a person's base, another's, reasons, when) -> the ids of the open reviews. One that was decided 'different' for the same
    reasons is not asked again; reasons that come later are added to the open one.
    """
    listed = [question for question in questions if question[2]]
    root = roots_of({base for a, b, _, _ in listed for base in (a, b)})
    cards: dict[tuple[int, int], tuple[list[Reason], datetime]] = {}
    for a, b, reasons, at in listed:
        low, high = sorted((root[a], root[b]))
        if low != high:
            card = cards.setdefault((low, high), ([], at))[0]
            card += [new for new in reasons if new not in card]
    table = [_card(low, high, reasons, at) for (low, high), (reasons, at) in sorted(cards.items())]
    return [row[0] for row in rows(ASK, columns(table, 6))] if table else []


def _card(low: int, high: int, reasons: Sequence[Reason], at: datetime) -> Row:
    score = max((because["score"] or 0.0 for because in reasons), default=0.0)
    return low, high, reasons[0]["rule"], as_json({"reasons": list(reasons)}), score or None, at


def open_reviews() -> QuerySet[Review]:
    """What waits for a decision and still concerns more than one person, the newest first."""
    return Review.objects.filter(decided_at__isnull=True).extra(where=[STILL_TWO]).order_by("-at", "-id")  # noqa: S610


def words(because: Reason) -> str:
    """One reason in plain words."""
    left, right = because["left"][1], because["right"][1]
    return SENTENCES.get(because["rule"], lambda: _("{left} and {right} came together"))().format(left=left, right=right)


SENTENCES = {
    "exclusive": lambda: _("{left} and {right} came together, but each person has only one of this kind"),
    "limit": lambda: _("{left} and {right} came together, but one person would have too many of this kind"),
    "apart": lambda: _("{left} and {right} came together again; they were taken apart before"),
    "too-many": lambda: _("{left} and {right} came together with many others: perhaps a shared device or address"),
    "shared-browser": lambda: _("{left} was used in a browser where somebody else is known: perhaps a shared computer"),
    "claimed": lambda: _("{left} was typed by somebody; it belongs to another person"),
    "claimed-twice": lambda: _("both wrote {left} as theirs"),
    "name-address": lambda: _("same name and same postal address: {left}"),
    "name-city": lambda: _("same name and same town: {left}"),
    "name-email": lambda: _("same name, and alike email addresses: {left} and {right}"),
    "like-email": lambda: _("alike names and email addresses: {left} and {right}"),
    "name-birth": lambda: _("same name and same birth date: {left}"),
    "like-phone": lambda: _("same name, and phone numbers that differ in one digit: {left} and {right}"),
}
