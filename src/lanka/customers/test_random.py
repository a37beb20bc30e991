"""Hundreds of random lives, each compared as a whole with a brute-force model that knows nothing of the code's shortcuts."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lanka.customers.batch import Contact, resolve_batch
from lanka.customers.merge import merge
from lanka.customers.models import Alias, Customer, Identifier, Link, NoLink
from lanka.customers.recognise import recognise
from lanka.customers.test_cast import NOON, Known, snapshot
from lanka.customers.unmerge import unmerge

pytestmark = pytest.mark.django_db
KINDS = {"card": (2, 1), "phone": (3, 5), "email": (4, 5), "visitor": (9, 50)}
PERSONAL = {2, 3, 4}

LIVES = settings(max_examples=int(os.environ.get("LANKA_LIVES", "60")), deadline=None, suppress_health_check=list(HealthCheck))
seeds = st.integers(0, 2**32)


def some_event(dice: random.Random) -> list[tuple[str, int]]:
    """Few values, so that people meet; many phones, so that limits are met."""
    many = {"card": 3, "phone": 8, "email": 3, "visitor": 3}
    kinds = dice.choices(["card", "phone", "email", "visitor"], [2, 3, 3, 2], k=dice.choice([0, 1, 1, 2, 2, 2, 3, 4]))
    return [(kind, dice.randrange(many[kind])) for kind in kinds]


def some_life(dice: random.Random, most: int) -> list[tuple]:
    steps: list[tuple] = []
    for _ in range(dice.randrange(2, most)):
        what = dice.choices(["event", "merge", "unmerge"], [6, 2, 2])[0]
        pair = dice.randrange(99), dice.randrange(99)
        steps.append((what, {"event": some_event(dice), "merge": pair, "unmerge": pair[0]}[what]))
    return steps


def value(kind: str, n: int) -> str:
    return {"card": f"PP-{n}", "phone": f"+35840555013{n}", "email": f"maija{n}@example.fi", "visitor": f"v-{n}"}[kind]


@dataclass
class Model:
    """Customers are numbered as they come; everything is recomputed from the links each time it is asked."""

    owner: dict[tuple[int, str], int] = field(default_factory=dict)
    customers: int = 0
    links: list[list] = field(default_factory=list)  # [a, b, active]
    apart: set[frozenset] = field(default_factory=set)

    def person(self, base: int) -> frozenset[int]:
        seen, todo = {base}, [base]
        while todo:
            here = todo.pop()
            for a, b, active in self.links:
                if active and here in (a, b):
                    other = b if here == a else a
                    if other not in seen:
                        seen.add(other)
                        todo.append(other)
        return frozenset(seen)

    def held(self, people: frozenset[int], kind: int) -> set[str]:
        return {v for (k, v), base in self.owner.items() if base in people and k == kind}

    def too_many(self, a: dict[int, set[str]], b: dict[int, set[str]]) -> bool:
        return any(len(a[k] | b[k]) > max(limit, len(a[k]), len(b[k])) for k, limit in KINDS.values())

    def all_held(self, people: frozenset[int]) -> dict[int, set[str]]:
        return {k: self.held(people, k) for k, _ in KINDS.values()}

    def may_join(self, a: frozenset[int], b: frozenset[int], by_kind: int) -> bool:
        mine, other = self.all_held(a), self.all_held(b)
        if any(frozenset((x, y)) in self.apart for x in a for y in b) or self.too_many(mine, other):
            return False
        return not (by_kind == 9 and any(mine[k] for k in PERSONAL) and any(other[k] for k in PERSONAL))

    def event(self, keys: list[tuple[int, str]]) -> int:
        keys = sorted(set(keys))
        crowd = len({self.person(self.owner[key]) for key in keys if key in self.owner}) > 8
        base, waiting = None, []
        for key in keys:
            if key not in self.owner:
                one = {k: {key[1]} if k == key[0] else set() for k, _ in KINDS.values()}
                so_far = (
                    {k: {v for kk, v in waiting if kk == k} for k, _ in KINDS.values()}
                    if base is None
                    else self.all_held(self.person(base))
                )
                if self.too_many(so_far, one):
                    continue
                if base is None:
                    waiting.append(key)
                else:
                    self.owner[key] = base
                continue
            there = self.owner[key]
            if base is None:
                wanted = {k: {v for kk, v in waiting if kk == k} for k, _ in KINDS.values()}
                base = self.new() if self.too_many(wanted, self.all_held(self.person(there))) else there
                self.owner.update(dict.fromkeys(waiting, base))
            if there not in self.person(base) and not crowd and self.may_join(self.person(base), self.person(there), key[0]):
                self.links.append([base, there, True])
        if base is None:
            base = self.new()
            self.owner.update(dict.fromkeys(waiting, base))
        return base

    def new(self) -> int:
        self.customers += 1
        return self.customers - 1

    def merge(self, a: int, b: int) -> None:
        if [a, b, True] in self.links or [b, a, True] in self.links:
            return
        if b not in self.person(a):
            self.apart -= {frozenset((x, y)) for x in self.person(a) for y in self.person(b)}
        self.links.append([a, b, True])

    def unmerge(self, n: int) -> None:
        self.links[n][2] = False
        self.apart.add(frozenset(self.links[n][:2]))

    def state(self) -> dict:
        return {
            "owner": self.owner,
            "links": [tuple(link) for link in self.links],
            "people": {frozenset(self.person(base)) for base in range(self.customers)},
        }


def real_state() -> dict:
    number = {pk: n for n, pk in enumerate(Customer.objects.order_by("pk").values_list("pk", flat=True))}
    root = dict(Alias.objects.values_list("customer", "root"))
    people: dict[int, set[int]] = {}
    for pk, n in number.items():
        people.setdefault(root.get(pk, pk), set()).add(n)
    assert all(min(people[r]) == number[r] for r in people), "the root is the oldest"
    return {
        "owner": {(i.kind, i.value): number[i.customer_id] for i in Identifier.objects.all()},
        "links": [(number[x.a_id], number[x.b_id], x.undone_at is None) for x in Link.objects.order_by("pk")],
        "people": {frozenset(person) for person in people.values()},
    }


class Undone(Exception):
    pass


def fresh(test):
    """Each life in a transaction of its own that leaves nothing behind."""

    def run(**drawn):
        try:
            with transaction.atomic():
                test(**drawn)
                raise Undone
        except Undone:
            pass

    return run


def keys_of(contact) -> list[tuple[int, str]]:
    return [(KINDS[kind][0], value(kind, n)) for kind, n in contact]


def happens(contact, name: str = "") -> int:
    return recognise([Known(kind, value(kind, n)) for kind, n in contact], at=NOON, source="test", name=name).customer.pk


def nth(things, n):
    return things[n % len(things)] if things else None


def undo_overruled(model: Model, link: Link) -> None:
    number = {pk: n for n, pk in enumerate(Customer.objects.order_by("pk").values_list("pk", flat=True))}
    model.apart |= {frozenset((number[a], number[b])) for a, b, *_ in link.why.get("overruled", [])}


def live(model: Model, steps) -> None:
    for what, how in steps:
        customers = list(Customer.objects.order_by("pk"))
        if what == "event":
            model.event(keys_of(how))
            happens(how, name=f"Maija Laine {len(customers)}")
        elif what == "merge" and len(customers) > 1:
            a, b = how[0] % len(customers), how[1] % len(customers)
            if a != b:
                model.merge(a, b)
                merge(customers[a], customers[b], by=None, why="says so")
        elif what == "unmerge":
            links = list(Link.objects.order_by("pk"))
            active = [n for n, link in enumerate(links) if link.undone_at is None]
            chosen = nth(active, how) if isinstance(how, int) else None
            if chosen is not None:
                undo_overruled(model, links[chosen])
                model.unmerge(chosen)
                unmerge(links[chosen], by=None, why="no")


@LIVES
@given(seed=seeds)
def test_any_life_is_as_the_model_says(seed):
    fresh(_as_the_model_says)(steps=some_life(random.Random(seed), 30))


def _as_the_model_says(steps):
    model = Model()
    for n in range(0, len(steps), 4):
        live(model, steps[n : n + 4])
        assert real_state() == model.state()


@LIVES
@given(seed=seeds)
def test_every_link_undone_in_any_order_leaves_no_alias(seed):
    fresh(_all_undone)(steps=some_life(random.Random(seed), 30), seed=seed)


def _all_undone(steps, seed):
    model = Model()
    live(model, steps)
    order = [n for n, link in enumerate(model.links) if link[2]]
    random.Random(seed).shuffle(order)
    links = list(Link.objects.order_by("pk"))
    for turn, n in enumerate(order):
        unmerge(links[n], by=None, why="all")
        undo_overruled(model, links[n])
        model.unmerge(n)
        assert turn % 3 or real_state() == model.state()
    assert not Alias.objects.exists()


@LIVES
@given(seed=seeds)
def test_merge_and_unmerge_restore_every_byte(seed):
    dice = random.Random(seed)
    fresh(_restored)(steps=some_life(dice, 20), pair=(dice.randrange(99), dice.randrange(99)))


def _restored(steps, pair):
    live(Model(), steps)
    customers = list(Customer.objects.order_by("pk"))
    if len(customers) < 2 or pair[0] % len(customers) == pair[1] % len(customers):
        return
    a, b = (customers[n % len(customers)] for n in pair)
    if Link.objects.filter(a__in=[a, b], b__in=[a, b], undone_at__isnull=True).exists():
        return
    before, apart = snapshot(), set(NoLink.objects.values_list("a", "b", "why"))
    link = merge(a, b, by=None, why="x")
    unmerge(link, by=None, why="y")
    assert snapshot() == before
    assert apart - {(*sorted((a.pk, b.pk)), "says so"), (*sorted((a.pk, b.pk)), "no")} <= set(NoLink.objects.values_list("a", "b", "why"))


@LIVES
@given(seed=seeds)
def test_a_batch_is_its_events_one_by_one(seed):
    dice = random.Random(seed)
    batches = [[some_event(dice) for _ in range(dice.randrange(1, 15))] for _ in range(3)]
    fresh(_batch_is_single)(before=some_life(dice, 12), batches=batches)


def _batch_is_single(before, batches):
    model = Model()
    live(model, before)
    for batch in batches:
        expected = [model.event(keys_of(contact)) for contact in batch]
        bases = resolve_batch([Contact(keys_of(contact), NOON, "test") for contact in batch])
        number = {pk: n for n, pk in enumerate(Customer.objects.order_by("pk").values_list("pk", flat=True))}
        assert [number[base] for base in bases] == expected
        assert real_state() == model.state()
