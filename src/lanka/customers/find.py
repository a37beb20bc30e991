"""Finds people by whatever somebody types: the beginning of a name, an address, a card, a phone number in any writing."""

from __future__ import annotations

import re

from lanka.core import phone
from lanka.customers.models import Customer, Kind
from lanka.customers.names import fold, words
from lanka.customers.rows import rows

HIGHEST = "\U0010ffff"
ENOUGH = 50  # per kind of identifier: whoever has more hits types on

BY_IDENTIFIER = """
SELECT DISTINCT coalesce(a.root_id, hit.customer_id)
FROM unnest(%s::smallint[], %s::text[]) AS k(kind, start) CROSS JOIN LATERAL (
  (SELECT i.customer_id FROM customers_identifier i
    WHERE i.kind = k.kind AND i.value >= k.start COLLATE "C" AND i.value < (k.start || chr(1114111)) COLLATE "C" LIMIT 50)
  UNION ALL
  (SELECT c.customer_id FROM customers_claim c
    WHERE c.kind = k.kind AND c.value >= k.start COLLATE "C" AND c.value < (k.start || chr(1114111)) COLLATE "C" LIMIT 50)
) hit LEFT JOIN customers_alias a ON a.customer_id = hit.customer_id
"""
BY_LAST_DIGITS = """
SELECT DISTINCT coalesce(a.root_id, hit.customer_id) FROM (
  SELECT customer_id FROM customers_identifier
  WHERE kind = 3 AND reverse(value) >= %s COLLATE "C" AND reverse(value) < %s COLLATE "C" LIMIT 50
) hit LEFT JOIN customers_alias a ON a.customer_id = hit.customer_id
"""
BY_NAME = """
SELECT id FROM customers_customer WHERE array_to_tsvector(string_to_array(search, ' ')) @@ %s::tsquery
  AND (%s::bigint[] IS NULL OR id = ANY(%s::bigint[]))
ORDER BY search <> %s, name, id LIMIT %s
"""


def find(text: str, *, limit: int = 20, country: str = "FI") -> list[Customer]:
    """Roots, the best first. Every word must fit: 'maija 0134' is Maija with a number that ends so. Accents do not matter."""
    text = " ".join(text.replace("\0", "").split())[:200]
    if len(text) < 2:
        return []
    ids = _by_identifier(text, country) + _by_words(text, country, limit)
    unique = list(dict.fromkeys(ids))[:limit]
    found = Customer.objects.in_bulk(unique)
    return [found[one] for one in unique if one in found and found[one].erased_at is None]


def _by_words(text: str, country: str, limit: int) -> list[int]:
    """Words that look like identifiers narrow down whom the other words are looked for among."""
    parts = text.split()
    numbers = [part for part in parts if re.search(r"[\d@]", part)]
    names = [word for part in parts if part not in numbers for word in words(part)]
    among: set[int] | None = None
    for number in numbers if names else []:
        hits = set(_by_identifier(number, country))
        among = hits if among is None else among & hits
    names = names or words(text)
    if not names or among == set():
        return []
    query = " & ".join(f"'{word}':*" for word in names)
    listed = None if among is None else sorted(among)
    return [row[0] for row in rows(BY_NAME, (query, listed, listed, " ".join(sorted(names)), limit))]


def _by_identifier(text: str, country: str) -> list[int]:
    """Roots of those who hold or claim something that begins with `text`, and of phone numbers that end with it."""
    compact = text.replace(" ", "")
    starts = [(int(Kind.EMAIL), text.lower()), (int(Kind.EMAIL), fold(text))] if " " not in text else []
    starts += [(int(kind), compact.upper()) for kind in (Kind.CARD, Kind.ORDER)]
    starts += [(int(kind), compact) for kind in (Kind.CRM, Kind.ACCOUNT)]
    numeric = re.fullmatch(r"(tel:)?\+?[\d\s()./-]+", text) and len(phone.digits(text)) >= 3
    if numeric:
        starts += [(int(Kind.PHONE), start) for start in _beginnings(text, country)]
    starts = [start for start in dict.fromkeys(starts) if len(start[1]) >= 2]
    hits = rows(BY_IDENTIFIER, ([kind for kind, _ in starts], [start for _, start in starts]))
    if numeric:
        last = phone.digits(text).lstrip("0")[::-1]
        hits += rows(BY_LAST_DIGITS, (last, last + HIGHEST)) if len(last) >= 3 else []
    return list(dict.fromkeys(row[0] for row in hits))


def _beginnings(text: str, country: str) -> list[str]:
    """'040 55' begins +35840 55… at home; '0035840', '+35840' and '35840' do everywhere."""
    digits = phone.digits(text)
    whole = phone.e164(text, country)
    home = phone.calling_code(country)
    if text.lstrip().startswith("+"):
        return ["+" + digits]
    national = f"+{home}{digits.removeprefix('0')}" if home else ""
    return [start for start in (whole, national, "+" + digits.removeprefix("00")) if start and len(start) > 4]
