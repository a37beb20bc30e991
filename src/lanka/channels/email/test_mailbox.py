"""In by IMAP: from now on, once, through broken connections, and without touching the mailbox."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from lanka.channels.base import Inbound, LineView, Misconfigured, Unavailable
from lanka.channels.email import imap, mailbox
from lanka.channels.email.conftest import Kept, make_line
from lanka.channels.email.fake_imap import FakeImap
from lanka.channels.email.receive import items

OLD = datetime(2020, 5, 1, 12, 0, tzinfo=UTC)


def letter(number: int) -> bytes:
    return f"From: Maija <maija.laine@example.fi>\r\nSubject: Asia {number}\r\nMessage-ID: <{number}@x>\r\n\r\nTeksti {number}\r\n".encode()


def line_of(fake: FakeImap, **more: Any) -> LineView:
    known = {
        "imap_host": "127.0.0.1",
        "imap_port": fake.port,
        "imap_security": "none",
        "imap_user": fake.user,
        "imap_password": fake.password,
    }
    return make_line(incoming="imap", **{**known, **more})


@contextlib.asynccontextmanager
async def polling(line: LineView, kept: Kept) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(mailbox.poll(line, kept))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(what: Any, seconds: float = 10) -> None:
    for _ in range(int(seconds * 50)):
        if what():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come to that")


async def test_history_is_left_alone_and_what_comes_is_taken_at_once(kept: Kept) -> None:
    with FakeImap() as fake:
        fake.add(letter(1), OLD)
        async with polling(line_of(fake), kept):
            await until(lambda: fake.waiting)
            assert not kept.mails
            began = time.monotonic()
            fake.add(letter(2))
            await until(lambda: kept.mails)
            assert time.monotonic() - began < 3
        assert fake.fetched == [2]
    assert kept.mails[0].key == "imap:7:2"
    (found,) = items(make_line().settings, kept.mails[0])
    assert isinstance(found, Inbound)
    assert (found.text, found.automatic) == ("Teksti 2", False)


async def test_history_that_is_wanted_is_history(kept: Kept) -> None:
    with FakeImap() as fake:
        fake.add(letter(1), OLD)
        async with polling(line_of(fake, import_history=True), kept):
            await until(lambda: kept.mails and fake.waiting)
            fake.add(letter(2))
            await until(lambda: len(kept.mails) == 2)
    found = [item for raw in kept.mails for item in items(make_line().settings, raw)]
    assert [(item.automatic, item.data.get("history")) for item in found if isinstance(item, Inbound)] == [(True, True), (False, None)]
    assert found[0].at == OLD


async def test_what_came_while_we_were_away_is_taken_later(kept: Kept) -> None:
    with FakeImap() as fake:
        fake.add(letter(1), OLD)
        async with polling(line_of(fake), kept):
            await until(lambda: fake.waiting)
        fake.add(letter(2), OLD)
        fake.add(letter(3))
        async with polling(line_of(fake), kept):
            await until(lambda: len(kept.mails) == 2)
    assert [raw.key for raw in kept.mails] == ["imap:7:2", "imap:7:3"]


async def test_a_broken_connection_is_told_and_loses_nothing(kept: Kept) -> None:
    with FakeImap() as fake:
        async with polling(line_of(fake), kept) as task:
            await until(lambda: fake.waiting)
            fake.hang_up()
            await until(task.done)
            assert task.exception() is not None  # the house waits a moment and starts again
        fake.add(letter(1))
        async with polling(line_of(fake), kept):
            await until(lambda: kept.mails)
    assert len(kept.mails) == 1


async def test_what_could_not_be_stored_is_asked_for_again(kept: Kept) -> None:
    with FakeImap() as fake:
        async with polling(line_of(fake), kept) as task:
            await until(lambda: fake.waiting)
            kept.broken = True
            fake.add(letter(1))
            await until(task.done)
        kept.broken = False
        async with polling(line_of(fake), kept):
            await until(lambda: kept.mails)


async def test_a_renumbered_mailbox_begins_at_its_end(kept: Kept) -> None:
    with FakeImap() as fake:
        async with polling(line_of(fake), kept):
            await until(lambda: fake.waiting)
        fake.add(letter(1), OLD)
        fake.validity = 8
        async with polling(line_of(fake), kept):
            await until(lambda: (1, "imap-at:8:1") in kept.raws)
            fake.add(letter(2))
            await until(lambda: kept.mails)
    assert [raw.key for raw in kept.mails] == ["imap:8:2"]


async def test_without_idle_we_look_now_and_then(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "LOOK", 0.05)
    with FakeImap(idles=False) as fake:
        async with polling(line_of(fake), kept):
            await until(lambda: kept.raws)
            fake.add(letter(1))
            await until(lambda: kept.mails)


async def test_of_a_mail_that_is_too_large_the_beginning_is_kept(kept: Kept) -> None:
    with FakeImap() as fake:
        async with polling(line_of(fake, size_limit=1), kept):
            await until(lambda: fake.waiting)
            fake.add(letter(1) + b"x" * 1_200_000)
            await until(lambda: kept.mails)
    assert len(kept.mails[0].body) == 1_000_000
    (found,) = items(make_line().settings, kept.mails[0])
    assert isinstance(found, Inbound)
    assert found.data["truncated"] == str(len(letter(1)) + 1_200_000)


async def test_cancelled_it_lets_go_at_once(kept: Kept) -> None:
    with FakeImap() as fake:
        began = 0.0
        async with polling(line_of(fake), kept):
            await until(lambda: fake.waiting)
            began = time.monotonic()
        assert time.monotonic() - began < 3


def test_wrong_password_and_nobody_there() -> None:
    with FakeImap() as fake:
        with pytest.raises(Misconfigured, match="sign-in failed"):
            imap.opened(line_of(fake, imap_password="wrong").settings)
        settings = line_of(fake).settings
    with pytest.raises(Unavailable, match="cannot be reached"):
        imap.opened(settings)


@pytest.mark.parametrize(
    ("name", "wire"), [("INBOX", '"INBOX"'), ("Työ & koti", '"Ty&APY- &- koti"'), ('a"b', '"a\\"b"'), ("台北", '"&U,BTFw-"')]
)
def test_folder_names(name: str, wire: str) -> None:
    assert imap.quoted(name) == wire
