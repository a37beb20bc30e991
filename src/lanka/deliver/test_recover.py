"""A sender is killed in the middle of a batch: what is known, what is not, and what is done about it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lanka.channels.base import Receipt, Sent, Throttled
from lanka.channels.models import Line
from lanka.core.clock import now
from lanka.customers.models import Customer
from lanka.decide.models import Message
from lanka.deliver.books import of
from lanka.deliver.claim import Claimed, claim
from lanka.deliver.conftest import make_message
from lanka.deliver.journal import boot, file_of, journal, worker
from lanka.deliver.models import Attempt, Delivery, State
from lanka.deliver.promise import promise_due
from lanka.deliver.receipts import take_receipt
from lanka.deliver.recover import end_leases
from lanka.deliver.send import said
from lanka.timeline.models import Event

People = Callable[..., list[Customer]]


def dead() -> str:
    """The name of a process of this machine and boot that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return f"{boot()}/{process.pid}/1/1"


def killed(line: Line, people: People, count: int, **verdict: object) -> tuple[list[Claimed], str]:
    people(count=count, **verdict)
    promise_due()
    rows = claim(line.pk, count)
    name = dead()
    Attempt.objects.update(worker=name)
    journal.begin()
    file_of(worker()).rename(file_of(name))
    return rows, name


def write(name: str, *lines: str) -> None:
    file_of(name).write_text("".join(f"{line}\n" for line in lines))


def test_only_what_was_in_hand_is_uncertain(line: Line, people: People, message: Message) -> None:
    import json

    rows, name = killed(line, people, 5)
    sent, held = json.dumps(said(Sent(ref="<a@b>", cost=3))), json.dumps(said(Throttled("slowly")))
    one, two, three = rows[:3]
    write(name, f"b {one.id} 1", f"e {one.id} 1 {sent}", f"b {two.id} 1", f"e {two.id} 1 {held}", f"b {three.id} 1")
    assert end_leases() == 5, "at once: nobody needs to wait for the lease of the dead"
    states = dict(Delivery.objects.values_list("id", "state"))
    assert [states[row.id] for row in rows] == [State.HANDED, State.HELD, State.UNCERTAIN, State.PLANNED, State.PLANNED]
    assert Delivery.objects.get(pk=one.id).ref == "<a@b>"
    assert Attempt.objects.count() == 3, "those that were not begun have not been tried"
    assert of([message.pk]).balanced
    assert end_leases() == 0
    assert not file_of(name).exists(), "swept"


def test_without_a_journal_all_of_it_is_uncertain(line: Line, people: People) -> None:
    _rows, name = killed(line, people, 3)
    file_of(name).unlink()
    assert end_leases() == 3
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.UNCERTAIN}


def test_of_another_machine_nobody_knows_so_its_lease_is_waited_for(line: Line, people: People) -> None:
    killed(line, people, 2)
    Attempt.objects.update(worker="elsewhere/1/2/3")
    assert end_leases() == 0
    Delivery.objects.update(lease_until=now())
    assert end_leases() == 2
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.UNCERTAIN}


@pytest.mark.parametrize(("basis", "state"), [("consent", State.UNCERTAIN), ("legal", State.PLANNED), ("contract", State.PLANNED)])
def test_an_invoice_is_repeated_under_its_id_and_an_offer_is_not(line: Line, people: People, basis: str, state: State) -> None:
    rows, name = killed(line, people, 1, message=make_message(basis))
    write(name, f"b {rows[0].id} 1")
    end_leases()
    row = Delivery.objects.get()
    assert (row.state, row.public_id) == (state, rows[0].public_id)
    assert Event.objects.filter(kind="receipt.again").exists() == (state == State.PLANNED)


STATES = ["accepted", "sent", "delivered", "read", "bounced", "failed"]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(STATES), min_size=1, max_size=8))
def test_receipts_in_any_order_doubled_and_late_never_move_it_back(line: Line, people: People, order: list[str]) -> None:
    people("Maija Laine", message=make_message())
    promise_due()
    row = Delivery.objects.latest("id")
    Delivery.objects.filter(pk=row.pk).update(state=State.HANDED, ref=f"r{row.pk}")
    rank = {State.HANDED: 0, State.DELIVERED: 1, State.READ: 2, State.FAILED: 1}
    seen: list[State] = []
    for state in [*order, *reversed(order)]:
        take_receipt(line, Receipt(key=f"{row.pk}:{state}", at=now(), ref=f"r{row.pk}", state=state))  # type: ignore[arg-type]
        row.refresh_from_db()
        seen.append(State(row.state))
    assert Event.objects.filter(about_id=row.event_id).count() == len(set(order)), "told twice is one event"
    assert all(rank[a] <= rank[b] for a, b in pairwise(seen)), seen
    assert ("read" not in order) or row.state == State.READ
    assert asdict(of([row.message_id or 0]))["planned"] == 1
