"""What survives restarts, broken sessions, lost and doubled parts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lanka.channels.base import LineView
from lanka.channels.sms import Sms, gsm7, long, numbers, pdu
from lanka.channels.sms.conftest import Kept
from lanka.channels.sms.keep import Keeper
from lanka.channels.sms.pdu import Pdu
from lanka.channels.sms.settings import Settings
from lanka.core import clock

LINE = LineView(1, "t", "SMS", "sms", Settings(sender="+358457500100", host="smsc.example.fi", system_id="lanka"))
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def wire(text, sender="+358405550134", ref=7):
    kind, parts = gsm7.split(text)
    ends = {"source_addr": numbers.wire(sender)[0], "source_addr_ton": 1, "destination_addr": "358457500100", "dest_addr_ton": 1}
    many = len(parts) > 1
    return [
        Pdu(
            pdu.DELIVER_SM,
            sequence=number,
            fields=ends
            | {
                "data_coding": kind.data_coding,
                "esm_class": 0x40 if many else 0,
                "short_message": (long.header(long.Part(ref, len(parts), number)) if many else b"") + part,
            },
        )
        for number, part in enumerate(parts, 1)
    ]


async def deliver(keeper, *messages, at=NOON):
    with clock.at(at):
        for message in messages:
            await keeper.keep(message, pdu.encode(message))


def keeper_of(inbox, at=NOON):
    with clock.at(at):
        return Keeper(LINE, inbox)


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(min_size=200, max_size=900), order=st.randoms(use_true_random=False), restart=st.integers(0, 20), twice=st.integers(0, 20)
)
async def test_parts_in_any_order_over_a_restart_and_doubled(text, order, restart, twice):
    inbox, parts = Kept(), wire(text)
    order.shuffle(parts)
    keeper = keeper_of(inbox)
    for number, part in enumerate(parts):
        if number == restart:
            keeper = keeper_of(inbox)
        await deliver(keeper, part)
        if number == twice:
            with clock.at(NOON):
                keeper.broke()
            await deliver(keeper, replace(part, sequence=99))
    assert inbox.texts(LINE) == [text]
    assert inbox.items(LINE)[0].data["segments"] == len(parts)


async def test_a_part_that_comes_again_after_a_break_changes_nothing():
    inbox, text = Kept(), "Hei! " * 80
    keeper, parts = keeper_of(inbox), wire(text)
    await deliver(keeper, parts[0])
    with clock.at(NOON):
        keeper.broke()
    await deliver(keeper, replace(parts[0], sequence=50), *parts[1:], at=NOON + timedelta(seconds=3))
    assert inbox.texts(LINE) == [text]
    assert len(inbox.raws) == len(parts) + 1


async def test_two_senders_with_the_same_reference_do_not_mix():
    inbox = Kept()
    keeper = keeper_of(inbox)
    maija, piotr = "Terveisin Maija. " * 12, "Pozdrawiam, Piotr. " * 12
    for one, other in zip(wire(maija), wire(piotr, "+48601555017"), strict=True):
        await deliver(keeper, one, other)
    assert sorted(inbox.texts(LINE)) == sorted([maija, piotr])


async def test_the_reference_comes_round_again():
    inbox = Kept()
    keeper = keeper_of(inbox)
    first, second = "Ensimmäinen viesti. " * 10, "Toinen viesti perään. " * 10
    await deliver(keeper, *wire(first))
    await deliver(keeper, *wire(second), at=NOON + timedelta(minutes=30))
    await deliver(keeper, *wire(first), at=NOON + timedelta(hours=20))
    assert inbox.texts(LINE) == [first, second, first]


async def test_a_part_that_never_comes_does_not_hold_the_rest_for_ever():
    inbox = Kept()
    keeper = keeper_of(inbox)
    await deliver(keeper, *wire("a" * 153 + "b" * 153 + "c" * 10)[::2])
    with clock.at(NOON + timedelta(minutes=9)):
        await keeper.give_up()
    assert inbox.texts(LINE) == []
    later = keeper_of(inbox, NOON + timedelta(minutes=11))  # the process was started again
    with clock.at(NOON + timedelta(minutes=11)):
        await later.reopen()
        await later.give_up()
    assert inbox.texts(LINE) == ["a" * 153 + " … " + "c" * 10]
    assert inbox.items(LINE)[0].data == {"segments": 2, "missing": [2]}


async def test_a_crash_between_the_last_part_and_the_whole_is_mended():
    inbox, text = Kept(), "Hei! " * 80
    keeper = keeper_of(inbox)
    await deliver(keeper, *wire(text))
    inbox.raws = {key: raw for key, raw in inbox.raws.items() if ":joined:" not in key}
    later = keeper_of(inbox, NOON + timedelta(minutes=20))
    with clock.at(NOON + timedelta(minutes=20)):
        await later.reopen()
        await later.give_up()
        await later.reopen()
    assert inbox.texts(LINE) == [text]


async def test_the_same_words_twice_are_two_messages_but_once_again_after_a_break_is_one():
    inbox = Kept()
    keeper = keeper_of(inbox)
    (ok,) = wire("OK")
    await deliver(keeper, ok, ok)
    assert len(inbox.raws) == 2
    with clock.at(NOON):
        keeper.broke()
    await deliver(keeper, replace(ok, sequence=9), at=NOON + timedelta(seconds=5))
    assert len(inbox.raws) == 2
    await deliver(keeper, replace(ok, sequence=10), at=NOON + timedelta(seconds=9))
    assert len(inbox.raws) == 3


async def test_after_a_restart_what_is_kept_already_is_not_doubled():
    inbox = Kept()
    (ok,) = wire("OK")
    await deliver(keeper_of(inbox), ok)
    await deliver(keeper_of(inbox, NOON + timedelta(seconds=20)), replace(ok, sequence=3), at=NOON + timedelta(seconds=30))
    assert len(inbox.raws) == 1
    started = keeper_of(inbox, NOON + timedelta(hours=2))
    await deliver(started, ok, at=NOON + timedelta(hours=2, minutes=1))
    assert len(inbox.raws) == 2, "what was kept long before the start was answered long ago"
    quiet = keeper_of(inbox, NOON + timedelta(hours=1))
    await deliver(quiet, ok, at=NOON + timedelta(hours=3))
    assert len(inbox.raws) == 3, "hours after a start it is news"


async def test_a_receipt_is_kept_once_however_often_it_comes():
    inbox = Kept()
    keeper = keeper_of(inbox)
    receipt = Pdu(pdu.DELIVER_SM, fields={"esm_class": 4, "short_message": b"id:1 stat:DELIVRD err:000 text:"})
    await deliver(keeper, receipt, replace(receipt, sequence=5))
    await deliver(keeper, receipt, at=NOON + timedelta(hours=5))
    assert len(inbox.raws) == 1


@pytest.mark.parametrize("text", ["STOP", "stop.", " Lopeta! ", "Stopp", "rezygnuję"])
async def test_a_word_to_stop_is_marked(text):
    inbox = Kept()
    await deliver(keeper_of(inbox), *wire(text))
    (item,) = inbox.items(LINE)
    assert item.data["stop"] is True
    assert item.text == text


async def test_stop_within_a_sentence_is_no_order():
    inbox = Kept()
    await deliver(keeper_of(inbox), *wire("Please stop by the shop"))
    assert "stop" not in Sms().receive(LINE, next(iter(inbox.raws.values())))[0].data
