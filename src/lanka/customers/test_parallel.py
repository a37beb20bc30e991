"""Real connections at the same moment: one person stays one person."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from lanka.customers.batch import Contact, resolve_batch
from lanka.customers.fact import learn
from lanka.customers.merge import merge
from lanka.customers.models import Alias, Customer, Identifier, Link
from lanka.customers.person import person
from lanka.customers.recognise import recognise
from lanka.customers.test_cast import CARD, MAIL, NOON, PHONE, Known, meets
from lanka.customers.unmerge import components, unmerge

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*doings: Callable[[], Any]) -> list[Any]:
    barrier = Barrier(len(doings))

    def run(doing: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return doing()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(doings)) as pool:
        return [future.result() for future in [pool.submit(run, doing) for doing in doings]]


def in_a_transaction(doing: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> Any:
        with transaction.atomic():
            return doing()

    return run


@pytest.mark.parametrize("round_", range(10))
def test_two_parallel_first_contacts_make_one_person(round_):
    found = at_once(*[in_a_transaction(lambda: meets(("email", MAIL), ("phone", PHONE), name="Maija Laine"))] * 6)
    assert len({one.person.pk for one in found}) == 1 and sum(one.new for one in found) == 1
    assert Customer.objects.count() == 1 and Identifier.objects.count() == 2


def test_parallel_bridges_join_once():
    meets(("email", MAIL)), meets(("phone", PHONE)), meets(("card", CARD))
    at_once(*[lambda: meets(("email", MAIL), ("phone", PHONE)), lambda: meets(("phone", PHONE), ("card", CARD))] * 3)
    assert Link.objects.count() == 2 and Alias.objects.count() == 2


def test_facts_learnt_at_once_are_all_projected():
    maija, other = meets(("email", MAIL)).customer, meets(("phone", PHONE)).customer
    names = [f"Maija {word}" for word in ("Laine", "Korhonen", "Virtanen", "Nieminen")]
    doings = [(lambda name=name: learn(maija, "name", name, source="crm")) for name in names]
    at_once(*doings, lambda: merge(maija, other, by=None, why="x"))
    assert set(person(maija).root.search.split()) == {"maija", "laine", "korhonen", "virtanen", "nieminen"}


def test_a_crowd_of_everything_at_once_stays_consistent():
    def somebody(seed: int) -> Callable[[], None]:
        dice = random.Random(seed)

        def live() -> None:
            for _ in range(25):
                keys = [(3, f"+35840555{dice.randrange(12):04d}"), (4, f"m{dice.randrange(12)}@example.fi")][: dice.randrange(1, 3)]
                what = dice.randrange(4)
                links = list(Link.objects.filter(undone_at__isnull=True)[:3]) if what == 0 else []
                if links:
                    unmerge(links[0], by=None, why="x")
                elif what == 1:
                    resolve_batch([Contact(keys, NOON, "test")] * 3)
                else:
                    recognise([Known("phone" if kind == 3 else "email", value) for kind, value in keys], at=NOON, source="test")

        return live

    at_once(*[somebody(seed) for seed in range(6)])
    bases = list(Customer.objects.values_list("pk", flat=True))
    root = components(bases, Link.objects.filter(undone_at__isnull=True).values_list("a", "b"))
    assert dict(Alias.objects.values_list("customer", "root")) == {base: top for base, top in root.items() if base != top}
    assert all(Identifier.objects.filter(customer=base).exists() for base in bases), "no customer was made in vain"
