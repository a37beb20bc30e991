"""Sending and receiving over SMPP with the fake operator."""

import asyncio
import time
from datetime import timedelta

import pytest

from lanka.channels.base import Misconfigured, Receipt, Refused, Throttled, Unavailable, Uncertain, Unreachable
from lanka.channels.sms import Sms, fake, long
from lanka.channels.sms.conftest import Kept, message, smpp
from lanka.channels.sms.fake import Fake

MAIJA = "+358405550134"
US = "+358457500100"
LONG = "Moi! Ostin teiltä pyörän toukokuussa ja nyt takavaihtaja rahisee. " * 4
sms = Sms()


async def until(true, seconds=5.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        await asyncio.sleep(0.02)


@pytest.fixture
async def kept(line):
    inbox = Kept()
    task = asyncio.create_task(sms.poll(line, inbox))
    yield inbox
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_an_answer_reaches_maijas_phone(operator, line):
    sent = sms.send(line, message())
    assert [(m.sender, m.text) for m in operator.phones[MAIJA]] == [(US, "Pyöräsi on valmis!")]
    assert (sent.parts, sent.cost, sent.currency) == (1, 6, "EUR")
    assert sent.ref


def test_a_long_answer_comes_whole_and_costs_its_segments(operator, line):
    sent = sms.send(line, message(LONG))
    assert [(m.text, m.segments) for m in operator.phones[MAIJA]] == [(LONG, 2)]
    assert (sent.parts, sent.cost) == (2, 12)


def test_polish_and_emoji(operator, line):
    text = "Dziękujemy! Rower będzie gotowy w piątek 🚲 " * 3
    assert sms.send(line, message(text)).parts == sms.measure(line, text).parts == 2
    assert operator.phones[MAIJA][0].text == text


def test_a_long_answer_cut_by_the_operator(operator):
    sent = sms.send(smpp(operator, long_messages="payload"), message(LONG))
    assert operator.phones[MAIJA][0].text == LONG
    assert (sent.parts, len(operator.submitted)) == (2, 1)


def test_an_alphabet_of_the_operators_own(operator):
    sms.send(smpp(operator, alphabet="latin-1"), message("Hyvää päivää"))
    assert operator.submitted[0].fields["short_message"] == "Hyvää päivää".encode("latin-1")
    sms.send(smpp(operator, alphabet="latin-1"), message("5 €"))
    assert long.text_of(operator.submitted[1:], "latin-1") == "5 €"


def test_curly_quotes_are_made_straight_unless_they_matter(operator, line):
    sms.send(line, message("“Hei”"))
    assert operator.phones[MAIJA][0].text == '"Hei"'
    assert sms.measure(line, "“Hei”").note == "GSM-7"
    assert "“" in sms.measure(smpp(operator, plain_quotes=False), "“Hei”").note


@pytest.mark.parametrize(
    ("end", "error"), [(fake.TOO_FAST, Throttled), (fake.UNKNOWN, Unreachable), (fake.REFUSED, Refused), (fake.BREAKS, Uncertain)]
)
def test_each_mishap_has_its_name(operator, line, end, error):
    with pytest.raises(error) as caught:
        sms.send(line, message(to="+3584055501" + end))
    assert caught.value.words


def test_throttled_says_when_to_come_back_and_then_it_goes(operator, line, monkeypatch):
    monkeypatch.setitem(__import__("lanka.channels.sms.status", fromlist=["x"]).PAUSES, 0x58, timedelta(seconds=0.1))
    with pytest.raises(Throttled) as caught:
        sms.send(line, message(to="+358405550191"))
    assert caught.value.after
    time.sleep(0.1)
    assert sms.send(line, message(to="+358405550191")).ref


def test_no_answer_is_uncertain(operator, line, monkeypatch):
    monkeypatch.setattr("lanka.channels.sms.session.Session.request.__defaults__", (0.3,))
    with pytest.raises(Uncertain):
        sms.send(line, message(to="+358405550193"))


def test_the_next_message_binds_again(operator, line):
    sms.send(line, message())
    operator.drop()
    time.sleep(0.1)
    sms.send(line, message())
    assert len(operator.phones[MAIJA]) == 2


def test_nobody_there_surely_took_nothing(operator):
    dead = smpp(operator, port=1)
    with pytest.raises(Unavailable):
        sms.send(dead, message())
    with pytest.raises(Unavailable) as caught:
        sms.send(dead, message())
    assert caught.value.after, "it does not knock again at once"


def test_a_wrong_password_is_ours_to_mend(operator):
    with pytest.raises(Misconfigured):
        sms.send(smpp(operator, password="wrong"), message())


def test_a_new_password_takes_effect_at_once(operator):
    with pytest.raises(Misconfigured):
        sms.send(smpp(operator, password="wrong"), message())
    assert sms.send(smpp(operator), message()).ref


def test_a_private_server_is_refused(operator, monkeypatch):
    monkeypatch.setattr("lanka.core.addresses.private_allowed", lambda: False)
    with pytest.raises(Misconfigured, match="private"):
        sms.send(smpp(operator), message())


def test_many_threads_share_one_session(operator, line):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        refs = list(pool.map(lambda n: sms.send(line, message(f"Viesti {n}", id=f"m{n}")).ref, range(100)))
    assert len(set(refs)) == len(operator.phones[MAIJA]) == 100
    assert len(operator.peers) == 1


def test_the_rate_that_was_agreed_is_kept(operator):
    slow = smpp(operator, rate=20)
    began = time.monotonic()
    for number in range(6):
        sms.send(slow, message(id=str(number)))
    assert time.monotonic() - began >= 5 / 20


async def test_maija_writes(operator, line, kept):
    operator.send(MAIJA, US, "Onko pyöräni valmis?")
    await until(lambda: kept.raws)
    (item,) = kept.items(line)
    assert (item.text, item.sender.value, item.sender.proven, item.to) == ("Onko pyöräni valmis?", MAIJA, True, US)


async def test_maija_writes_ok_twice_and_both_count(operator, line, kept):
    operator.send(MAIJA, US, "OK")
    operator.send(MAIJA, US, "OK")
    await until(lambda: len(kept.raws) == 2)
    assert len({item.key for item in kept.items(line)}) == 2


@pytest.mark.parametrize("window", [1, 5])
async def test_a_long_message_is_one_message(line, kept, operator, window):
    operator.lock = asyncio.Semaphore(window)
    operator.send(MAIJA, US, LONG)
    await until(lambda: kept.texts(line))
    assert kept.texts(line) == [LONG]


async def test_the_receipt_of_what_was_sent(operator, line, kept):
    for to, state in ((MAIJA, "delivered"), ("+358405550194", "failed")):
        sent = await asyncio.to_thread(sms.send, line, message(LONG, to=to))
        await until(lambda sent=sent: any(isinstance(i, Receipt) and i.ref == sent.ref for i in kept.items(line)))
        (receipt,) = [item for item in kept.items(line) if isinstance(item, Receipt) and item.ref == sent.ref]
        assert receipt.state == state


async def test_what_could_not_be_kept_is_delivered_again(operator, line, kept):
    kept.broken = True
    operator.send(MAIJA, US, "Hei")
    await asyncio.sleep(0.3)
    assert not kept.raws
    kept.broken = False
    await until(lambda: kept.texts(line) == ["Hei"])


async def test_the_receiver_binds_again(operator, line, kept, monkeypatch):
    monkeypatch.setattr("lanka.channels.sms.listen.FIRST_WAIT", 0.05)
    await until(lambda: operator.peers)
    operator.drop()
    await until(lambda: not operator.peers)
    operator.send(MAIJA, US, "Vieläkö kuulette?")
    await until(lambda: kept.texts(line) == ["Vieläkö kuulette?"])


async def test_the_line_tests_itself(operator, line):
    from asgiref.sync import sync_to_async

    steps = await sync_to_async(lambda: list(sms.check(line)), thread_sensitive=False)()
    assert [step.ok for step in steps] == [True] * 4
    wrong = await sync_to_async(lambda: list(sms.check(smpp(operator, password="wrong"))), thread_sensitive=False)()
    assert [step.ok for step in wrong] == [True, True, False, False]
    assert all(step.mend for step in wrong if not step.ok)
    dead = await sync_to_async(lambda: list(sms.check(smpp(operator, port=1))), thread_sensitive=False)()
    assert [step.ok for step in dead] == [True, False]


def test_a_transceiver_sends_too_and_leaves_what_comes_to_the_receiver():
    operator = Fake().start()
    line = smpp(operator, bind="transceiver")
    assert sms.send(line, message()).ref
    operator.stop()


@pytest.mark.parametrize(
    "said",
    [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0\0\0\x10\x80\0\0\x02\0\0\0\0\0\0\0\x09", b"\0\0\0\x11\x80\0\0\x02\0\0\0\0\0\0\0\1x"],
)
async def test_a_server_that_talks_rubbish_is_unavailable(said, monkeypatch):
    monkeypatch.setattr("lanka.channels.sms.session.CONNECT", 0.5)

    async def talk(reader, writer):
        await reader.read(16)
        writer.write(said)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    line = smpp(Fake(smpp_port=server.sockets[0].getsockname()[1]))
    with pytest.raises(Unavailable):
        await asyncio.to_thread(sms.send, line, message())
    server.close()
