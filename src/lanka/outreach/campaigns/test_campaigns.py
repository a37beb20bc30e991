"""Campaigns over real SMTP: nobody twice, nobody lost, and the books say where everybody is."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lanka.channels.email.fake import Fake
from lanka.content.models import Template
from lanka.core import clock
from lanka.customers.models import Customer, Topic
from lanka.decide.consent import withdraw
from lanka.decide.judge import judge
from lanka.decide.models import Verdict
from lanka.decide.reasons import Reason
from lanka.deliver.models import Delivery
from lanka.deliver.promise import promise_due
from lanka.deliver.send import deliver_next
from lanka.outreach.campaigns import carry_on as carrying
from lanka.outreach.campaigns.audience import share, variant_of, variants
from lanka.outreach.campaigns.books import books
from lanka.outreach.campaigns.carry_on import carry_on
from lanka.outreach.campaigns.conftest import segment, text
from lanka.outreach.campaigns.control import NotNow, pause, resume, retry, stop
from lanka.outreach.campaigns.draft import NotADraft, Plan, save
from lanka.outreach.campaigns.schedule import NotReady, schedule
from lanka.outreach.campaigns.snapshot import snapshot
from lanka.outreach.follow import keep_current
from lanka.outreach.models import Campaign, Step
from lanka.people.models import User
from lanka.timeline.models import Cursor, Event
from lanka.timeline.record import record

FINNS = {"is": "language", "values": ["fi"]}
People = Callable[..., list[Customer]]
Drafts = Callable[..., Campaign]


def work() -> None:
    """As the worker does, until nothing is left to do now."""
    while carry_on() or promise_due() or deliver_next():
        pass


def reached(smtp: Fake) -> list[str]:
    return sorted(address for address, mails in smtp.mailboxes.items() for _mail in mails)


def test_everybody_once_and_the_books_balance(smtp: Fake, people: People, campaign: Drafts, ben: User) -> None:
    willing, others = people(12), people(3, yes=False)
    people(2, language="sv")
    one = campaign(segment("Finns", FINNS))
    before = snapshot(one)
    assert (before.meant, before.sent) == (15, 12)
    assert [(why.reason, why.people) for why in before.excluded] == [(Reason.NEVER_ASKED, 3)]
    assert {who.pk for who in before.excluded[0].examples} <= {who.pk for who in others}
    assert Verdict.objects.count() == 0, "a dry run writes nothing"

    schedule(one, by=ben)
    work()
    assert reached(smtp) == sorted(f"p{who.pk}@example.fi" for who in willing)
    account = books(one).whole
    assert account.balanced
    assert (account.meant, account.planned, account.states["sent"], account.states["excluded"]) == (15, 12, 12, 3)
    one.refresh_from_db()
    assert one.state == "done"
    assert list(Step.objects.filter(campaign=one).order_by("pk").values_list("what", flat=True)) == ["made", "scheduled", "started", "done"]


def test_somebody_in_four_segments_and_two_campaigns_gets_one_message_and_can_read_why(
    smtp: Fake, people: People, campaign: Drafts, ben: User
) -> None:
    (maija,) = people(1)
    four = [segment(f"Finns {n}", FINNS) for n in range(4)]
    first, second = campaign(*four, purpose="spring"), campaign(*four[2:], name="Spring again", purpose="spring")
    schedule(first, by=ben)
    schedule(second, by=ben)
    work()
    assert reached(smtp) == [f"p{maija.pk}@example.fi"]
    why = Verdict.objects.get(customer=maija, message__source=f"campaign:{second.pk}")
    assert why.reason == Reason.DOUBLE
    assert books(second).reasons == {Reason.DOUBLE: 1}


@pytest.fixture
def two_texts(spring: Template, ben: User, sanna: User) -> list[tuple[Template, int]]:
    return [(spring, 50), (text("Sun", ben, sanna), 50)]


def test_killed_in_the_middle_of_scheduling_nobody_is_lost_and_nobody_gets_two(  # noqa: PLR0917 fixtures
    smtp: Fake, people: People, campaign: Drafts, ben: User, two_texts: list[tuple[Template, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    willing = people(20)
    one = campaign(segment("Finns", FINNS), variants=two_texts)
    schedule(one, by=ben)
    calls: list[Any] = []

    def killed(message: Any, whom: Any, **how: Any) -> Any:
        calls.append(whom)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return judge(message, whom, **how)

    monkeypatch.setattr(carrying, "judge", killed)
    with pytest.raises(KeyboardInterrupt):
        carry_on()
    half = Verdict.objects.count()
    assert 0 < half < 20
    work()
    assert Verdict.objects.count() == 20
    assert reached(smtp) == sorted(f"p{who.pk}@example.fi" for who in willing)


def test_variants_divide_people_by_a_hash_that_says_the_same_in_python(
    people: People, campaign: Drafts, spring: Template, ben: User
) -> None:
    whom = people(40, yes=False)
    one = campaign(segment("Finns", FINNS), variants=[(spring, 30), (text("Sun", ben, None), 50), (text("Rain", ben, None), 20)])
    listed = variants(one)
    for variant in listed:
        ids = set(Customer.objects.raw(share(one, variant, listed)))
        assert {who.pk for who in ids} == {who.pk for who in whom if variant_of(one, who.pk, listed) == variant}


def test_who_leaves_before_it_starts_is_out_and_who_comes_is_in(smtp: Fake, people: People, campaign: Drafts, ben: User) -> None:
    stays, leaves = people(2)
    finns = segment("Wrote to us, or new", {"is": "did", "event": "note", "no": True})
    one = campaign(finns, sends_at=clock.now() + timedelta(hours=2))
    schedule(one, by=ben)
    work()
    assert smtp.mailboxes == {}
    assert Verdict.objects.count() == 2
    record(leaves, "note")
    (late,) = people(1)
    current()
    with clock.at(clock.now() + timedelta(hours=3)):
        work()
    assert reached(smtp) == sorted(f"p{who.pk}@example.fi" for who in (stays, late))
    assert Verdict.objects.get(customer=leaves).reason == Reason.NOT_MEANT
    (too_late,) = people(1)
    current()
    with clock.at(clock.now() + timedelta(hours=4)):
        work()
    assert f"p{too_late.pk}@example.fi" not in smtp.mailboxes
    assert books(one).whole.balanced


def current() -> None:
    end = time.monotonic() + 60
    while keep_current() or unread():
        assert time.monotonic() < end
        time.sleep(0.01)


def unread() -> bool:
    cursor, last = Cursor.objects.filter(reader="segments").first(), Event.objects.order_by("transaction", "pk").last()
    return bool(cursor and last and (cursor.transaction, cursor.event_id) < (last.transaction, last.pk))


def test_a_no_after_scheduling_holds(smtp: Fake, people: People, campaign: Drafts, offers: Topic, ben: User) -> None:
    (maija,) = people(1)
    one = campaign(segment("Finns", FINNS), sends_at=clock.now() + timedelta(hours=1))
    schedule(one, by=ben)
    work()
    withdraw(maija, offers, by=None, source="agent", words="no more offers")
    with clock.at(clock.now() + timedelta(hours=2)):
        work()
    assert smtp.mailboxes == {}
    assert books(one).reasons == {Reason.SAID_NO: 1}


def test_pause_go_on_stop(smtp: Fake, people: People, campaign: Drafts, ben: User) -> None:
    people(6)
    one = campaign(segment("Finns", FINNS))
    schedule(one, by=ben)
    while carry_on():
        pass
    promise_due(2)
    one.refresh_from_db()
    pause(one, by=ben)
    work()
    assert smtp.mailboxes == {}
    with pytest.raises(NotNow):
        pause(one, by=ben)
    resume(one, by=ben)
    promise_due(3)
    deliver_next()
    stop(one, by=ben)
    work()
    account = books(one).whole
    assert account.balanced
    assert 0 < account.states["sent"] < 6
    assert account.states["pending"] == 0, "what was stopped waits for nothing"
    assert len(reached(smtp)) == account.states["sent"]


def test_failed_ones_are_tried_again(smtp: Fake, people: People, campaign: Drafts, ben: User) -> None:
    whom = people(3)
    one = campaign(segment("Finns", FINNS))
    schedule(one, by=ben)
    work()
    Delivery.objects.filter(customer=whom[0]).update(state="failed", why="mailbox full")
    assert books(one).whole.states["failed"] == 1
    assert retry(one, by=ben) == 1
    work()
    assert books(one).whole.states["sent"] == 3
    assert len(smtp.mailboxes[f"p{whom[0].pk}@example.fi"]) == 2


def test_four_eyes_and_what_is_missing(people: People, campaign: Drafts, ben: User, offers: Topic) -> None:
    one = campaign(segment("Finns", FINNS), variants=[(text("Unread", ben, None), 100)])
    with pytest.raises(NotReady) as refused:
        schedule(one, by=ben)
    assert refused.value.missing == ["“Unread” has no approved version: open it, ask for approval, and let a colleague approve it."]
    empty = campaign(variants=[], topic=None)
    with pytest.raises(NotReady) as refused:
        schedule(empty, by=ben)
    assert len(refused.value.missing) == 3
    assert Verdict.objects.count() == 0


def test_what_is_scheduled_is_not_changed_under_their_eyes(people: People, campaign: Drafts, ben: User) -> None:
    people(1)
    one = campaign(segment("Finns", FINNS))
    schedule(one, by=ben)
    with pytest.raises(NotADraft):
        save(one, Plan(name="Other"), by=ben)
    with pytest.raises(NotADraft):
        schedule(one, by=ben)
