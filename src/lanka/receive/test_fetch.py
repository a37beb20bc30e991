"""A message whose file still lies at the provider, and parts that a listener reads back."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lanka.channels.base import Channel, File, Inbound, Known, LineView, Misconfigured, Raw, Unavailable
from lanka.channels.models import Line
from lanka.core import pool
from lanka.receive.fetch import NotFetchedYet, with_files
from lanka.receive.store import Store

LINE = LineView(1, "t", "Bot", "bot", None)
VOICE = File("voice.ogg", "audio/ogg", b"", ref="f1")
MESSAGE = Inbound("1", datetime(2026, 11, 20, tzinfo=UTC), Known("account", "bot:7"), files=(VOICE, File("map.png", "image/png", b"here")))


class Bot(Channel):
    kind = "bot"
    name = "Bot"
    error = None

    def fetch(self, line, file):
        if self.error:
            raise self.error
        return replace(file, data=b"hello", ref="")


def test_a_file_that_lies_at_the_provider_is_fetched():
    message = with_files(Bot(), LINE, MESSAGE, patient=True)
    assert [file.data for file in message.files] == [b"hello", b"here"]


def test_it_waits_for_a_provider_that_is_away_but_not_for_ever():
    bot = Bot()
    bot.error = Unavailable("the provider is away")
    with pytest.raises(NotFetchedYet):
        with_files(bot, LINE, MESSAGE, patient=True)
    missing, kept = with_files(bot, LINE, MESSAGE, patient=False).files
    assert (missing.name, b"the provider is away" in missing.data, kept.data) == ("voice.ogg.txt", True, b"here")


def test_what_waiting_does_not_mend_is_not_waited_for():
    bot = Bot()
    bot.error = Misconfigured("the token is wrong")
    assert with_files(bot, LINE, MESSAGE, patient=True).files[0].content_type == "text/plain"


def test_a_channel_without_that_power_is_left_alone():
    assert with_files(Channel(), LINE, MESSAGE, patient=True) is MESSAGE


@pytest.mark.django_db(transaction=True)
def test_a_listener_reads_back_the_parts_it_kept():
    one, other = (Line.objects.create(kind="sms", name=name) for name in ("one", "other"))
    now = datetime.now(UTC)

    async def story():
        async with pool.opened(size=2):
            store = Store()
            running = asyncio.create_task(store.run())
            views = [LineView(line.pk, line.token, line.name, line.kind, None) for line in (one, other)]
            for view in views:
                for key, age in (("part:a:1", 0), ("part:a:2", 1), ("part:ab:1", 0), ("part:a:3", 48)):
                    raw = Raw(b"\0x", {"x-part": key}, "SMPP", "smpp", received_at=now - timedelta(hours=age), key=key)
                    assert await store.put(view, raw)
            running.cancel()
            return await store.recall(views[0], "part:a:", now - timedelta(days=1))

    found = asyncio.run(story())
    assert sorted((raw.key, raw.headers["x-part"], raw.body, raw.path) for raw in found) == [
        ("part:a:1", "part:a:1", b"\0x", "smpp"),
        ("part:a:2", "part:a:2", b"\0x", "smpp"),
    ]
