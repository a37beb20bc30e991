"""How alike two people look, by what is known of them. No database here."""

from __future__ import annotations

from dataclasses import dataclass, field

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from lanka.customers.models import Kind
from lanka.customers.names import fold, is_generic, words
from lanka.customers.review import Reason, reason


@dataclass
class Looks:
    """What is compared: a person's names and, proven or claimed, their addresses and facts."""

    root: int
    names: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)  # `Kind.POSTAL` keys
    cities: set[str] = field(default_factory=set)
    births: set[str] = field(default_factory=set)


def same_name(a: str, b: str) -> float:
    """1 the same words, 0.9 with initials ('M. Laine'), else how near the letters are if very near; 0 for different people.

    A first letter that neither word order nor an initial explains parts them: Maija and Anna Laine are two.
    """
    mine, other = words(a), words(b)
    if sorted(mine) == sorted(other):
        return 1.0
    if not mine or not other or not _initials_agree(mine, other):
        return 0.0
    fewer, more = sorted((mine, other), key=len)
    if all(
        any(word == full or (len(word) == 1 and full.startswith(word)) or (len(full) == 1 and word.startswith(full)) for full in more)
        for word in fewer
    ):
        return 0.9 if len(fewer) > 1 else 0.0
    near = fuzz.token_sort_ratio(" ".join(mine), " ".join(other)) / 100
    return near if near >= 0.88 else 0.0


def _initials_agree(a: list[str], b: list[str]) -> bool:
    fewer, more = sorted((a, b), key=len)
    left = [word[0] for word in more]
    for word in fewer:
        if word[0] not in left:
            return False
        left.remove(word[0])
    return True


def likeness(a: Looks, b: Looks, *, common: bool = False) -> list[Reason]:
    """The reasons to ask whether these two are one person; empty when there are none or something speaks against it.

    `common`: many bear this name, so that a town more says nothing.
    """
    if a.births and b.births and not a.births & b.births:
        return []
    name, score = _best_name(a, b)
    if score == 0.0:
        return []
    found: list[Reason] = []
    for address in sorted(a.addresses & b.addresses)[:1]:
        found.append(reason("name-address", (Kind.POSTAL, address), (Kind.POSTAL, address), round(0.9 * score, 2)))
    if score == 1.0:
        found += _of_one_name(a, b, name, common=common)
    return found + _like_emails(a, b, score)


def _best_name(a: Looks, b: Looks) -> tuple[str, float]:
    pairs = [(x, same_name(x, y)) for x in sorted(a.names) for y in sorted(b.names) if not is_generic(x) and not is_generic(y)]
    return max(pairs, key=lambda pair: pair[1], default=("", 0.0))


def _of_one_name(a: Looks, b: Looks, name: str, *, common: bool) -> list[Reason]:
    found = [reason("name-birth", (0, birth), (0, birth), 0.95) for birth in sorted(a.births & b.births)[:1]]
    if not common:
        found += [reason("name-city", (0, f"{name}, {city}"), (0, f"{name}, {city}"), 0.6) for city in sorted(a.cities & b.cities)[:1]]
    for x in sorted(a.phones):
        near = [y for y in sorted(b.phones) if x != y and len(x) == len(y) and Levenshtein.distance(x, y) == 1]
        found += [reason("like-phone", (Kind.PHONE, x), (Kind.PHONE, y), 0.75) for y in near[:1]]
    return found


def _like_emails(a: Looks, b: Looks, score: float) -> list[Reason]:
    """One mailbox name at two providers, or two that differ by a slip."""
    for x in sorted(a.emails):
        for y in sorted(b.emails):
            (mine, _, here), (other, _, there) = fold(x).partition("@"), fold(y).partition("@")
            if x == y or len(mine) < 4 or len(other) < 4:
                continue
            if mine == other or (here == there and fuzz.ratio(mine, other) >= 90 and score == 1.0):
                rule = "name-email" if score == 1.0 else "like-email"
                return [reason(rule, (Kind.EMAIL, x), (Kind.EMAIL, y), round(0.85 * score, 2))]
    return []
