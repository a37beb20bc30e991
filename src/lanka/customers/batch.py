"""Ten thousand contacts at a time, resolved as one by one but read and written by the set.

Most contacts are of people that are known: one read settles them, without a lock. The few that bring something new are decided
behind the lock by the same function as a single contact (`graph.place`), in their order.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from lanka.customers.graph import Graph, place
from lanka.customers.load import load_people, roots_of
from lanka.customers.names import language_tag, tidy
from lanka.customers.normalise import Key
from lanka.customers.rows import lock, rows
from lanka.customers.write import Write, ids_for, trust_in

MARK = "\x1f"
# the planner takes a few rows for granted and walks the index in the order of the sorted values: three times a hash join's speed here
KNOWN = """
SELECT array_agg(coalesce(i.customer_id, 0) ORDER BY k.n) FROM unnest({values}) WITH ORDINALITY AS k(value, n)
LEFT JOIN customers_identifier i ON i.kind = %s::smallint AND i.value = k.value COLLATE "C"
"""
JOINED = KNOWN.replace("{values}", "string_to_array(%s, chr(31))")  # one string is read ten times as fast as a list of them
LISTED = KNOWN.replace("{values}", "%s::text[]")
SHARED = "SELECT kind, value FROM customers_shared"


class Contact(NamedTuple):
    """One contact, its identifiers proven and normalised (`normalise.normalise`). The name is kept of people not met before."""

    keys: Sequence[Key]
    at: datetime
    source: str
    name: str = ""
    language: str = ""


@contextmanager
def no_collecting() -> Iterator[None]:
    """A batch makes a hundred thousand tuples and no cycle: looking for garbage among them took nearly half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@no_collecting()
def resolve_batch(contacts: Sequence[Contact]) -> list[int]:
    """The base of each contact, as `recognise` would find it, one after the other. About 10,000 a call is best.

    Changes of who is who are committed with the caller's transaction and make other changers wait until then: where events are
    written afterwards (`timeline.record_batch`), let this be a transaction of its own.
    """
    shared = {(kind, value) for kind, value in rows(SHARED)}
    listed = [_strongest_first(contact.keys, shared) for contact in contacts]
    bases, hard = _easy(listed)
    if hard:
        with transaction.atomic(savepoint=False):
            for n, base in zip(hard, _settle([contacts[n] for n in hard], [listed[n] for n in hard]), strict=True):
                bases[n] = base
    return bases


def _easy(listed: Sequence[Sequence[Key]]) -> tuple[list[int], list[int]]:
    """The bases of contacts whose identifiers are all known and of one person; and which of the contacts are others."""
    base_of = known_bases({key for keys in listed for key in keys})
    bases, hard, several = [0] * len(listed), [], []
    for n, keys in enumerate(listed):
        found = {base_of.get(key, 0) for key in keys}
        if not found or 0 in found:
            hard.append(n)
        elif len(found) > 1:
            several.append(n)
        else:
            bases[n] = found.pop()
    root_of = roots_of({base_of[key] for n in several for key in listed[n]})
    for n in several:
        if len({root_of[base_of[key]] for key in listed[n]}) == 1:
            bases[n] = base_of[listed[n][0]]
        else:
            hard.append(n)
    return bases, sorted(hard)


def _strongest_first(keys: Sequence[Key], shared: set[Key]) -> list[Key]:
    if len(keys) > 1:
        keys = sorted(set(keys))
    return [key for key in keys if key not in shared] if shared else list(keys)


def known_bases(wanted: Iterable[Key]) -> dict[Key, int]:
    """identifier -> base, of those that are known."""
    by_kind: dict[int, list[str]] = {}
    for kind, value in wanted:
        by_kind.setdefault(kind, []).append(value)
    found: dict[Key, int] = {}
    for kind, values in by_kind.items():
        values.sort()
        joined = MARK.join(values)
        whole = joined.count(MARK) == len(values) - 1 and joined
        bases = rows(JOINED, (joined, kind))[0][0] if whole else rows(LISTED, (values, kind))[0][0]
        found.update({(kind, value): base for value, base in zip(values, bases, strict=True) if base})
    return found


def _settle(contacts: Sequence[Contact], listed: Sequence[Sequence[Key]]) -> list[int]:
    lock()
    base_of = known_bases({key for keys in listed for key in keys})
    graph = Graph(base_of=base_of)
    load_people(graph, set(roots_of(set(base_of.values())).values()))
    new_id = ids_for(sum(1 for keys in listed if not all(key in base_of for key in keys) or not keys))
    write = Write(graph)
    bases = []
    for contact, keys in zip(contacts, listed, strict=True):
        placed = place(graph, keys, new_id)
        facts = (("name", tidy(contact.name)), ("language", language_tag(contact.language))) if placed.new else ()
        names = [(kind, value, trust_in(keys)) for kind, value in facts if value]
        write.add(placed, at=contact.at, source=contact.source, written={}, names=names)
        bases.append(placed.base)
    write.flush()
    return bases
