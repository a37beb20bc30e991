"""Who else may this be? Candidates come from indexes, a few for one customer; whoever looks alike goes to review."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from lanka.core.clock import now
from lanka.customers.alike import Looks, likeness
from lanka.customers.load import bases_of, roots_of
from lanka.customers.merge import merge
from lanka.customers.models import Customer, Kind, Link, Review
from lanka.customers.names import fold, is_generic, words
from lanka.customers.review import Reason, ask, reason
from lanka.customers.review import words as say
from lanka.customers.rows import rows
from lanka.customers.unmerge import part
from lanka.people.models import User

MANY = 50  # bear one name: then a name and a town say nothing

LOOKS = """
SELECT customer_id, 'id', kind, value FROM customers_identifier WHERE kind IN (3, 4) AND customer_id = ANY(%s::bigint[])
UNION ALL SELECT customer_id, 'id', kind, value FROM customers_claim WHERE kind IN (3, 4, 7) AND customer_id = ANY(%s::bigint[])
UNION ALL SELECT customer_id, kind, 0, value::text FROM customers_fact
  WHERE kind IN ('name', 'city', 'birth_date') AND customer_id = ANY(%s::bigint[])
"""
NAMESAKES = """
SELECT id FROM customers_customer WHERE array_to_tsvector(string_to_array(search, ' ')) @@ %s::tsquery LIMIT %s
"""
SAME_ADDRESS = "SELECT customer_id FROM customers_claim WHERE kind = 7 AND value = ANY(%s::text[]) LIMIT 50"
SAME_MAILBOX = """
SELECT hit.customer_id FROM unnest(%s::text[]) AS m(start) CROSS JOIN LATERAL (
  (SELECT customer_id FROM customers_identifier
    WHERE kind = 4 AND value >= m.start COLLATE "C" AND value < (m.start || chr(1114111)) COLLATE "C" LIMIT 20)
  UNION ALL (SELECT customer_id FROM customers_claim
    WHERE kind = 4 AND value >= m.start COLLATE "C" AND value < (m.start || chr(1114111)) COLLATE "C" LIMIT 20)) hit
"""
# what one typed and another holds, and what two typed
CLAIMED = """
SELECT c.kind, c.value, i.customer_id, 'claimed' FROM customers_claim c
  JOIN customers_identifier i ON i.kind = c.kind AND i.value = c.value WHERE c.customer_id = ANY(%s::bigint[])
UNION ALL SELECT i.kind, i.value, c.customer_id, 'claimed' FROM customers_identifier i
  JOIN customers_claim c ON c.kind = i.kind AND c.value = i.value WHERE i.customer_id = ANY(%s::bigint[])
UNION ALL SELECT c.kind, c.value, d.customer_id, 'claimed-twice' FROM customers_claim c
  JOIN customers_claim d ON d.kind = c.kind AND d.value = c.value AND d.customer_id <> c.customer_id
  WHERE c.kind <> 7 AND c.customer_id = ANY(%s::bigint[])
LIMIT 100
"""
SHARED = "SELECT kind, value FROM customers_shared WHERE value = ANY(%s::text[])"
APART = "SELECT a, b FROM customers_nolink WHERE a = ANY(%s::bigint[]) OR b = ANY(%s::bigint[])"


def suggest(customer: Customer, *, at: datetime | None = None) -> list[Review]:
    """Asks, for one customer after something about them changed, whether others are the same person. Never joins. Whom
    somebody said to be different is not asked about. Call it in a job, not in the request.
    """
    root = roots_of([customer.pk])[customer.pk]
    mine = bases_of([root])[root]
    claimed = _claimed(mine)
    me = looks([root])[root]
    namesakes, common = _namesakes(me)
    others = roots_of({*claimed, *namesakes, *_neighbours(me)})
    candidates = set(others.values()) - {root} - _not_them(mine)
    reasons: dict[int, list[Reason]] = {other: [] for other in candidates}
    for base, found in claimed.items():
        if others[base] in reasons:
            reasons[others[base]] += found
    for other, them in looks(candidates).items():
        reasons[other] += likeness(me, them, common=common)
    with transaction.atomic(savepoint=False):
        ids = ask((root, other, found, at or now()) for other, found in sorted(reasons.items()))
    return list(Review.objects.filter(pk__in=ids).order_by("-score", "pk"))


def looks(roots: Iterable[int]) -> dict[int, Looks]:
    clusters = bases_of(roots)
    root_of = {base: root for root, bases in clusters.items() for base in bases}
    found = {root: Looks(root) for root in clusters}
    everybody = list(root_of)
    for base, what, kind, value in rows(LOOKS, (everybody, everybody, everybody)):
        _see(found[root_of[base]], what, kind, value)
    return found


def _see(them: Looks, what: str, kind: int, value: str) -> None:
    if what == "id":
        {Kind.PHONE: them.phones, Kind.EMAIL: them.emails, Kind.POSTAL: them.addresses}[Kind(kind)].add(value)
        return
    fact = json.loads(value)
    if what == "city":
        them.cities.add(fold(str(fact)))
    else:
        (them.names if what == "name" else them.births).add(str(fact))


def _claimed(mine: list[int]) -> dict[int, list[Reason]]:
    hits = rows(CLAIMED, (mine, mine, mine))
    shared = {(kind, value) for kind, value in rows(SHARED, ([value for _, value, _, _ in hits],))} if hits else set()
    found: dict[int, list[Reason]] = {}
    for kind, value, base, rule in hits:
        if (kind, value) not in shared:
            found.setdefault(base, []).append(reason(rule, (kind, value), (kind, value), 0.6 if rule == "claimed" else 0.4))
    return found


def _namesakes(me: Looks) -> tuple[set[int], bool]:
    """Those who bear all words of one of the names; and whether they are too many to mean anything."""
    found: set[int] = set()
    common = False
    for name in sorted(me.names):
        if not is_generic(name):
            query = " & ".join(f"'{word}'" for word in words(name))
            hits = [row[0] for row in rows(NAMESAKES, (query, MANY + 1))]
            common = common or len(hits) > MANY
            found.update(hits)
    return found, common


def _neighbours(me: Looks) -> set[int]:
    """Those at the same address, and those with the same mailbox name elsewhere."""
    starts = [mail.partition("@")[0] + "@" for mail in me.emails if len(mail.partition("@")[0]) >= 4]
    found = {row[0] for row in rows(SAME_MAILBOX, (starts,))} if starts else set()
    return found | ({row[0] for row in rows(SAME_ADDRESS, (sorted(me.addresses),))} if me.addresses else set())


def _not_them(mine: list[int]) -> set[int]:
    pairs = rows(APART, (mine, mine))
    return set(roots_of({base for pair in pairs for base in pair} - set(mine)).values())


def decide_review(review: Review, *, by: User, same: bool) -> list[Link]:
    """Somebody looked: one person (they are joined; the links are returned) or not (never suggested again)."""
    with transaction.atomic(savepoint=False):
        decided = Review.objects.select_for_update().get(pk=review.pk)
        if decided.decided_at is not None:
            return []
        decided.decided_at, decided.decided_by, decided.decided = now(), by, "same" if same else "different"
        decided.save()
        people = list(Customer.objects.filter(pk__in=decided.roots).order_by("pk"))
        why = "; ".join(say(because) for because in decided.why.get("reasons", []))
        if same:
            return [merge(people[0], other, by=by, why=why, rule="probable", score=decided.score) for other in people[1:]]
        part((people[0].pk, other.pk, now(), by.pk, why) for other in people[1:])
        return []
