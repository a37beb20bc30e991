"""How fast a line sends, when it rests, and who takes over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lanka.channels.base import Misconfigured, Sent, Throttled, Unavailable, Unreachable
from lanka.channels.email.fake import Fake
from lanka.channels.models import Line
from lanka.channels.registry import channel
from lanka.core import clock
from lanka.customers.models import Customer
from lanka.decide.models import Message
from lanka.deliver import pace
from lanka.deliver.conftest import NOW, mail_line
from lanka.deliver.models import Attempt, Bucket, Delivery, State, Trouble
from lanka.deliver.promise import promise_due
from lanka.deliver.send import deliver_next
from lanka.deliver.trouble import MANY, REST, take_over

People = Callable[..., list[Customer]]


def send_all() -> int:
    sent = 0
    while done := deliver_next():
        sent += done
    return sent


def behaves(monkeypatch: pytest.MonkeyPatch, answer: Callable[[Any], Sent]) -> list[str]:
    """The channel's other side; everything of ours is real. The addresses that were tried."""
    tried: list[str] = []

    def send(self: Any, line: Any, out: Any) -> Sent:
        tried.append(out.to)
        return answer(out)

    monkeypatch.setattr(type(channel("email")), "send", send)
    return tried


def fails(error: Exception) -> Callable[[Any], Sent]:
    def send(out: Any) -> Sent:
        raise error

    return send


def test_at_most_so_many_an_hour_and_a_restart_changes_nothing(smtp: Fake, line: Line, people: People) -> None:
    Line.objects.update(most=360, per=3600)  # one in ten seconds
    people(count=12)
    with clock.at(NOW):
        promise_due()
        assert send_all() == 1
        assert deliver_next() == 0
    with clock.at(NOW + timedelta(seconds=9)):
        assert send_all() == 0
    with clock.at(NOW + timedelta(seconds=10)):
        assert send_all() == 1
    with clock.at(NOW + timedelta(hours=1)):
        assert send_all() == 1, "what was not used does not gather"
    assert Attempt.objects.count() == 3


def test_a_campaign_may_have_a_rate_of_its_own(smtp: Fake, people: People, message: Message) -> None:
    Message.objects.update(rate=12)  # a minute
    people(count=9)
    with clock.at(NOW):
        assert (promise_due(), promise_due()) == (2, 0)
    with clock.at(NOW + timedelta(seconds=5)):
        assert promise_due() == 1


def test_a_receiving_domain_has_a_pace_of_its_own(smtp: Fake, line: Line, people: People) -> None:
    Line.objects.update(domain_most=6, domain_per=60)
    for n in range(5):
        people(f"Gmail {n}", address=f"person{n}@gmail.example")
    people("Maija Laine")
    with clock.at(NOW):
        promise_due()
        assert send_all() == 2
        assert set(smtp.mailboxes) == {"person0@gmail.example", "maija.laine@example.fi"}
    waiting = Delivery.objects.filter(state=State.PLANNED).order_by("not_before")
    assert [(row.not_before - NOW).total_seconds() for row in waiting] == [10, 20, 30, 40]
    assert Attempt.objects.count() == 2, "who waits has not been tried"
    with clock.at(NOW + timedelta(seconds=21)):
        assert send_all() == 1  # the bucket holds one


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([(5, 1), (120, 60), (360, 3600), (50, 86400)]),
    st.lists(st.tuples(st.floats(0, 7200), st.integers(1, 400)), min_size=1, max_size=12),
)
def test_no_span_ever_sees_more_than_its_pace_and_one_burst(line: Line, given: tuple[int, int], steps: list[tuple[float, int]]) -> None:
    most, per = given
    Bucket.objects.all().delete()
    at, gone = NOW, list[tuple[float, int]]()
    for wait, wanted in steps:
        at += timedelta(seconds=wait)
        with clock.at(at):
            gone.append(((at - NOW).total_seconds(), pace.take(line.pk, "", most, per, wanted)))
    for start, _ in gone:
        within = sum(count for when, count in gone if start <= when <= start + per)
        assert within <= most + pace.holds(most, per) + 1e-6


def test_a_line_that_fails_rests_and_burns_nobodys_attempts(line: Line, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    people(count=40)
    with clock.at(NOW):
        promise_due()
        tried = behaves(monkeypatch, fails(Unavailable("connection refused")))
        assert send_all() == MANY
        assert (len(tried), Delivery.objects.filter(attempts=0).count()) == (MANY, 40 - MANY)
        trouble = Trouble.objects.get()
        assert (trouble.why, trouble.until) == ("connection refused", NOW + REST[0])
    with clock.at(NOW + REST[0]):
        assert send_all() == 1, "half open: one is tried"
        assert Trouble.objects.get().until == NOW + REST[0] + REST[1]
    with clock.at(NOW + timedelta(minutes=30)):
        behaves(monkeypatch, lambda out: Sent(ref=out.id))
        assert send_all() == 40
    assert Trouble.objects.get().ended_at is not None
    assert Delivery.objects.filter(state=State.HANDED).count() == 40


def test_a_wrong_password_keeps_the_campaign_until_it_is_mended(line: Line, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    people(count=8)
    with clock.at(NOW):
        promise_due()
        behaves(monkeypatch, fails(Misconfigured("wrong password")))
        send_all()
    assert not Delivery.objects.filter(state=State.FAILED).exists()
    with clock.at(NOW + timedelta(hours=1)):
        behaves(monkeypatch, lambda out: Sent(ref=out.id))
        send_all()
    assert Delivery.objects.filter(state=State.HANDED).count() == 8


def test_one_full_mailbox_is_no_trouble_of_the_line(line: Line, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    people(count=20)
    with clock.at(NOW):
        promise_due()

        def answer(out: Any) -> Sent:
            if out.to.startswith(("person.3@", "person.9@")):
                raise Throttled("mailbox full", after=timedelta(minutes=5))
            if out.to.startswith("person.5@"):
                raise Unreachable("no such user")
            return Sent(ref=out.id)

        behaves(monkeypatch, answer)
        assert send_all() == 20
    held = Delivery.objects.filter(state=State.HELD)
    assert {row.not_before for row in held} == {NOW + timedelta(minutes=5)}
    assert not Trouble.objects.filter(until__isnull=False).exists()


def test_the_second_line_takes_over(smtp: Fake, line: Line, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    people(count=MANY + 3)
    with clock.at(NOW), monkeypatch.context() as patch:
        promise_due()
        behaves(patch, fails(Unavailable("connection refused")))
        send_all()
        assert take_over() == 0, "there is none"
    spare = mail_line(smtp, "Spare", address="news2@pyorapolku.example")
    with clock.at(NOW + timedelta(seconds=6)):
        assert take_over() == MANY + 3
        assert send_all() == MANY + 3
    assert set(Delivery.objects.values_list("line", "state")) == {(spare.pk, State.HANDED)}
