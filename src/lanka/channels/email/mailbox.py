"""Reads a mailbox by IMAP: what is there, then what comes, told by IDLE where the server has it. Writes nothing into the mailbox.

Where we are is kept with the mail itself: each mail's key is `imap:<uidvalidity>:<uid>`, and bookmarks (`imap-at:…`) lie between
them in the same store. A mailbox that is connected for the first time gets a bookmark at its end: old mail is never answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lanka.channels.base import Inbox, LineView
from lanka.channels.email.imap import Fetched, Mailbox, opened
from lanka.channels.email.receive import MARK
from lanka.channels.items import Raw

log = logging.getLogger(__name__)
BATCH = 20
LOOK = 60.0  # seconds between looks where there is no IDLE
IDLE = 9 * 60.0  # seconds; servers may hang up after half an hour, routers much earlier
BOOKMARK = timedelta(hours=1)
REMEMBERED = timedelta(days=3650)


@dataclass(slots=True)
class Place:
    """How far this mailbox is read. `history`: mail up to this uid was there before us."""

    validity: int
    uid: int
    history: int
    kept_at: datetime


async def poll(line: LineView, inbox: Inbox) -> None:
    """One connection after another, for ever; a failure is raised, the caller waits and starts again."""
    if line.settings.incoming != "imap":
        await asyncio.Event().wait()
    async with connected(line) as box:
        place = await found_place(line, inbox, box)
        while True:
            await take(line, inbox, box, place)
            await asyncio.to_thread(box.wait, IDLE if box.idles else LOOK)


@contextlib.asynccontextmanager
async def connected(line: LineView) -> AsyncIterator[Mailbox]:
    """When we are cancelled the socket is closed under the thread that waits on it."""
    box = await asyncio.to_thread(opened, line.settings)
    try:
        yield box
    finally:
        box.close()


async def found_place(line: LineView, inbox: Inbox, box: Mailbox) -> Place:
    marks = await inbox.recall(line, f"imap-at:{box.validity}:", datetime.now(UTC) - REMEMBERED)
    known = [json.loads(mark.body) for mark in marks]
    if known:
        uid, history = max(k["uid"] for k in known), max(k["history"] for k in known)
        return Place(box.validity, uid, history, datetime.now(UTC))
    last = box.next_uid - 1
    place = Place(box.validity, 0 if line.settings.import_history else last, last, datetime.now(UTC))
    await bookmark(line, inbox, place)
    return place


async def bookmark(line: LineView, inbox: Inbox, place: Place) -> None:
    body = json.dumps({"uid": place.uid, "history": place.history}).encode()
    await inbox.put(line, Raw(body, {}, method=MARK, received_at=datetime.now(UTC), key=f"imap-at:{place.validity}:{place.uid}"))
    place.kept_at = datetime.now(UTC)


async def take(line: LineView, inbox: Inbox, box: Mailbox, place: Place) -> None:
    """All mail above the place. The place moves only after the mail is durable."""
    uids = await asyncio.to_thread(box.above, place.uid)
    for at in range(0, len(uids), BATCH):
        for uid in uids[at : at + BATCH]:
            mail = await asyncio.to_thread(box.fetch, uid, line.settings.size_limit * 1_000_000)
            if mail is not None:
                await inbox.put(line, raw(mail, place))
            place.uid = uid
        if datetime.now(UTC) - place.kept_at > BOOKMARK:
            await bookmark(line, inbox, place)


def raw(mail: Fetched, place: Place) -> Raw:
    told: dict[str, Any] = {"internaldate": mail.date}
    if mail.uid <= place.history:
        told["history"] = "1"
    if mail.cut:
        told["truncated"] = str(mail.size)
    return Raw(mail.data, told, method="IMAP", received_at=datetime.now(UTC), key=f"imap:{place.validity}:{mail.uid}")
