"""One decision for each person and message: sent once, by the channel they chose, at a decent hour, and it says why."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from lanka.channels.models import Line
from lanka.channels.registry import channel
from lanka.channels.settings import pack
from lanka.core import clock
from lanka.customers.models import Alias, Consent, Customer, Fact, Identifier, Implied, Kind, Mark, Preference, Topic
from lanka.decide.fallback import deadline, next_way
from lanka.decide.held import ask_again
from lanka.decide.judge import judge, judge_one
from lanka.decide.models import Message, Outcome, Rules, Verdict
from lanka.decide.reasons import Reason
from lanka.decide.suppress import suppress
from lanka.decide.test_reach import SETTINGS
from lanka.people.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # Friday, eleven in Helsinki


@pytest.fixture(autouse=True)
def friday() -> Any:
    with clock.at(NOW):
        yield


@pytest.fixture(autouse=True)
def lines(db: None) -> dict[str, Line]:
    return {k: Line.objects.create(kind=k, name=k, settings=pack(channel(k).Settings(**s))) for k, s in SETTINGS.items()}


def person(name: str = "Maija Laine", *, country: str = "FI", **known: str) -> Customer:
    someone = Customer.objects.create(created_at=NOW, name=name, country=country, language="fi")
    for kind, value in known.items():
        Identifier.objects.create(kind=Kind[kind.upper()], value=value, customer=someone, first_seen_at=NOW, source="test")
    return someone


def maija(**known: str) -> Customer:
    return person("Maija Laine", email="maija@laine.example", phone="+358405550134", **known)


def topic(basis: str = "consent", **about: Any) -> Topic:
    return Topic.objects.create(key=about.pop("key", f"offers-{basis}"), basis=basis, **{"channels": ["email", "sms", "letter"], **about})


def message(of: Topic, **about: Any) -> Message:
    return Message.objects.create(name=about.pop("name", "Spring"), topic=of, **{"sends_at": NOW, **about})


def says(someone: Customer, of: Topic, granted: bool = True, *, channel: str = "", days: float = 30) -> None:
    at = NOW - timedelta(days=days)
    Consent.objects.create(customer=someone, topic=of, channel=channel, granted=granted, source="test", at=at)


def decided(one: Message, someone: Customer, **options: Any) -> Verdict:
    judge(one, [someone.pk], **options)
    return Verdict.objects.get(message=one, customer=someone, occurrence=options.get("occurrence", ""))


def test_who_said_yes_gets_it_on_the_topics_first_channel() -> None:
    offers, someone = topic(), maija()
    says(someone, offers)
    verdict = decided(message(offers), someone)
    assert (verdict.outcome, verdict.reason, verdict.address) == (Outcome.SEND, Reason.USUAL, "maija@laine.example")
    assert (verdict.ladder, verdict.send_at, verdict.language) == (["sms"], NOW, "fi")
    assert verdict.because == {"wanted": ["email", "sms", "letter"], "passed": {"letter": "address"}}


def test_without_a_yes_nothing_is_sent_and_the_reason_tells_which_no_it_is() -> None:
    offers = topic()
    silent, refused, elsewhere = maija(), person(email="a@b.example"), person(email="c@d.example")
    says(refused, offers)
    says(refused, offers, granted=False, days=2)
    says(elsewhere, offers, channel="sms")
    one = message(offers)
    judge(one, [silent.pk, refused.pk, elsewhere.pk])
    reasons = dict(Verdict.objects.values_list("customer_id", "reason"))
    assert reasons == {silent.pk: Reason.NEVER_ASKED, refused.pk: Reason.SAID_NO, elsewhere.pk: Reason.YES_ELSEWHERE}


def test_the_newest_word_counts_over_all_bases_and_channels() -> None:
    offers, someone, too = topic(counts=False), maija(), person()
    Alias.objects.create(customer=too, root=someone)
    says(someone, offers, days=30)
    says(too, offers, granted=False, channel="email", days=3)
    assert decided(message(offers), someone).address == "+358405550134"
    says(too, offers, days=1)
    assert decided(message(offers, name="Later"), someone).address == "maija@laine.example"


def test_what_they_chose_goes_before_what_behaviour_implies() -> None:
    care, someone = topic("interest"), maija()
    Implied.objects.create(customer=someone, channel="email", score=-80, at=NOW)
    assert judge_one(message(care), someone).address == "+358405550134"
    Implied.objects.create(customer=someone, channel="sms", score=60, at=NOW)
    assert judge_one(message(care), someone).reason == Reason.TAKES_NOTICE
    Preference.objects.create(customer=someone, channels=["email", "letter"], source="test", at=NOW)
    assert judge_one(message(care), someone).reason == Reason.CHOSEN_FOR_ALL
    Preference.objects.create(customer=someone, topic=care, channels=["letter"], source="test", at=NOW)
    verdict = judge_one(message(care), someone)
    assert (verdict.outcome, verdict.reason) == (Outcome.NO, Reason.NOT_THEIR_CHANNEL)
    Fact.objects.create(
        customer=someone, kind="address", value={"street": "Aleksis Kiven katu 3", "town": "Tampere"}, source="shop", at=NOW
    )
    verdict = judge_one(message(care), someone)
    assert (verdict.reason, verdict.address) == (Reason.CHOSEN, "Maija Laine\nAleksis Kiven katu 3\nTampere")


def test_a_blocked_address_gives_way_to_the_next_and_the_last_one_stops() -> None:
    care, someone = topic("interest"), maija()
    suppress("email", "maija@laine.example", "550 no such user")
    assert judge_one(message(care), someone).address == "+358405550134"
    suppress("phone", "+358405550134", "STOP")
    assert judge_one(message(care), someone).reason == Reason.BLOCKED


def test_the_same_said_again_is_a_double_whatever_the_campaign() -> None:
    care, someone = topic("interest", counts=False), maija()
    assert decided(message(care, purpose="bicycle-service"), someone).outcome == Outcome.SEND
    again = decided(message(care, purpose="bicycle-service", name="Another campaign", channels=["sms"]), someone)
    assert (again.outcome, again.reason) == (Outcome.NO, Reason.DOUBLE)
    assert decided(message(care, purpose="bicycle-service", name="Yearly"), someone, occurrence="2027").reason == Reason.DOUBLE
    with clock.at(NOW + timedelta(days=40)):
        assert judge_one(message(care, purpose="bicycle-service"), someone).outcome == Outcome.SEND


def test_an_evening_and_the_minute_after_midnight_are_one_day_to_a_cap() -> None:
    care, someone = topic("interest", quiet=False), maija()
    with clock.at(datetime(2026, 11, 19, 21, 0, tzinfo=UTC)):  # 23:00 in Helsinki
        assert decided(message(care, name="Late", sends_at=clock.now()), someone).outcome == Outcome.SEND
    with clock.at(datetime(2026, 11, 19, 22, 1, tzinfo=UTC)):
        held = decided(message(care, name="Early", sends_at=clock.now()), someone)
    assert (held.outcome, held.reason, held.send_at) == (Outcome.HOLD, Reason.CAP, datetime(2026, 11, 20, 21, 0, tzinfo=UTC))


def test_the_weightier_message_takes_the_place_of_one_that_is_only_planned() -> None:
    care, someone = topic("interest"), maija()
    light = message(care, name="News", priority=10, sends_at=NOW + timedelta(hours=5))
    heavy = message(care, name="Recall", priority=90, sends_at=NOW + timedelta(hours=3))
    middle = message(care, name="Sale", priority=50, sends_at=NOW + timedelta(hours=4))
    assert decided(light, someone).outcome == Outcome.SEND
    assert decided(heavy, someone).outcome == Outcome.SEND
    gone = Verdict.objects.get(message=light)
    assert (gone.outcome, gone.reason, gone.because) == (Outcome.HOLD, Reason.DISPLACED, {"message": heavy.pk})
    assert decided(middle, someone).reason == Reason.OUTRANKED


def test_what_was_taken_gives_up_no_place() -> None:
    care, someone = topic("interest"), maija()
    decided(message(care, name="News", priority=10, sends_at=NOW + timedelta(hours=5)), someone)
    Verdict.objects.update(taken_at=NOW)
    assert decided(message(care, name="Recall", priority=90), someone).reason == Reason.CAP


def test_a_full_channel_is_passed_by_and_the_next_is_taken() -> None:
    Rules.objects.create(at=NOW, caps=[{"days": 30, "most": 1, "channel": "email"}])
    care, someone = topic("interest"), maija()
    assert decided(message(care, name="One"), someone).address == "maija@laine.example"
    two = decided(message(care, name="Two"), someone)
    assert (two.address, two.because["passed"]["email"]) == ("+358405550134", "cap")
    three = decided(message(care, name="Three", channels=["email"]), someone)
    assert (three.reason, three.send_at) == (Reason.CHANNEL_CAP, NOW + timedelta(days=30))


def test_quiet_hours_are_those_where_they_live() -> None:
    care = topic("interest")
    late = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)  # 22:30 in Helsinki, 12:30 in Los Angeles
    finn, american = maija(), person(email="ann@example.com", country="US")
    american.zone = "America/Los_Angeles"
    american.save()
    with clock.at(late):
        one = message(care, sends_at=late)
        assert judge_one(one, american).send_at == late
        held = judge_one(one, finn)
    assert (held.send_at, held.because["quiet"]) == (datetime(2026, 11, 21, 6, 0, tzinfo=UTC), ["21:00", "08:00"])


def test_a_public_holiday_is_quiet_all_day() -> None:
    care, someone = topic("interest"), maija()
    independence = datetime(2026, 12, 6, 10, 0, tzinfo=UTC)
    verdict = judge_one(message(care, sends_at=independence), someone)
    assert (verdict.send_at, verdict.because["holiday"]) == (datetime(2026, 12, 7, 6, 0, tzinfo=UTC), "2026-12-06")


def test_the_hour_where_they_live_over_a_clock_change() -> None:
    care, someone = topic("interest", quiet=False), maija()  # it is Easter too
    before, after = (message(care, local_hour=time(10), sends_at=datetime(2027, 3, day, 8, 30, tzinfo=UTC)) for day in (26, 27))
    assert judge_one(before, someone).send_at == datetime(2027, 3, 27, 8, 0, tzinfo=UTC)
    assert judge_one(after, someone).send_at == datetime(2027, 3, 28, 7, 0, tzinfo=UTC)


def test_a_weekly_reader_gets_it_on_monday_and_a_paused_one_is_asked_later() -> None:
    offers, someone = topic("interest", frequencies=["now", "weekly"]), maija()
    wish = Preference.objects.create(customer=someone, frequency="weekly", source="test", at=NOW)
    assert judge_one(message(offers), someone).send_at == datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    wish.pause_until = NOW + timedelta(days=20)
    wish.save()
    held = decided(message(offers), someone)
    assert (held.outcome, held.reason, held.send_at) == (Outcome.HOLD, Reason.PAUSED, wish.pause_until)
    too_late = decided(message(offers, expires_at=NOW + timedelta(days=9)), someone)
    assert (too_late.outcome, too_late.reason) == (Outcome.NO, Reason.PAUSED)


def test_a_legal_duty_goes_out_whatever_was_chosen_and_a_contract_heeds_the_channel() -> None:
    someone = maija()
    invoices, deliveries = topic("legal", key="invoices"), topic("contract", key="deliveries")
    for of in (invoices, deliveries):
        says(someone, of, granted=False)
        Preference.objects.create(customer=someone, topic=of, channels=["letter"], source="test", at=NOW)
    assert judge_one(message(invoices), someone).outcome == Outcome.SEND
    assert judge_one(message(deliveries), someone).reason == Reason.NOT_THEIR_CHANNEL


def test_the_dead_the_erased_and_those_without_address_are_left_in_peace() -> None:
    user = User.objects.create_user("aino@pyorapolku.example", "x", name="Aino")
    care = topic("interest")
    dead, erased, nowhere = maija(), person(email="x@y.example"), person()
    Mark.objects.create(customer=dead, what="deceased", at=NOW, by=user)
    Customer.objects.filter(pk=erased.pk).update(erased_at=NOW)
    found = {who: judge_one(message(care), who).reason for who in (dead, erased, nowhere)}
    assert found == {dead: Reason.DECEASED, erased: Reason.ERASED, nowhere: Reason.NO_ADDRESS}


def test_a_dry_run_counts_the_same_and_writes_nothing() -> None:
    care = topic("interest")
    people = [maija().pk, person(phone="+358405550199").pk, person().pk]
    one = message(care)
    dry = judge(one, people, dry=True)
    assert (dry.sent, dry.refused, dry.kinds, Verdict.objects.count()) == (2, 1, {"email": 1, "sms": 1}, 0)
    assert judge(one, f"SELECT id FROM customers_customer WHERE id >= {people[0]}").reasons == dry.reasons
    assert judge(one, people).people == 0  # who has a verdict keeps it


def test_what_waits_is_asked_again_when_its_time_has_come() -> None:
    care, someone, stays = topic("interest"), maija(), person(email="x@y.example")
    for who in (someone, stays):
        Preference.objects.create(customer=who, topic=care, pause_until=NOW + timedelta(days=3), source="test", at=NOW)
    one = message(care)
    assert judge(one, [someone.pk, stays.pk]).held == 2
    older = person()  # met before, known as the same only now
    Verdict.objects.filter(customer=someone).update(because={"values": {"order": "1234"}})
    Alias.objects.create(customer=someone, root=older)
    Preference.objects.filter(customer=stays).update(pause_until=NOW + timedelta(days=9))
    assert ask_again(at=NOW + timedelta(days=2)) == 0
    assert ask_again(at=NOW + timedelta(days=3, hours=1)) == 2
    sent = Verdict.objects.get(customer=older)
    assert (sent.outcome, sent.address, sent.because["values"]) == (Outcome.SEND, "maija@laine.example", {"order": "1234"})
    assert Verdict.objects.get(customer=stays).send_at == NOW + timedelta(days=9)
    assert ask_again(at=NOW + timedelta(days=3, hours=2)) == 0


def test_the_next_way_is_taken_and_after_the_last_one_it_says_so() -> None:
    care, someone = topic("interest", fallback_hours=96), maija()
    verdict = decided(message(care), someone)
    assert deadline(verdict) == NOW + timedelta(hours=96)
    verdict.taken_at = NOW
    verdict.save()
    suppress("email", "maija@laine.example", "bounced")
    later = NOW + timedelta(days=2, hours=12)  # half past ten in the evening: an SMS waits for the morning
    second = next_way(verdict, "bounced", at=later)
    assert second and (second.address, second.ladder, second.reason) == ("+358405550134", [], Reason.NEXT_WAY)
    assert (second.send_at, second.because["failed"][0]["kind"]) == (datetime(2026, 11, 23, 6, 0, tzinfo=UTC), "email")
    assert next_way(second, "silent", at=later + timedelta(days=4)) is None
    second.refresh_from_db()
    assert (second.outcome, second.reason, len(second.because["failed"])) == (Outcome.NO, Reason.USED_UP, 2)
