"""Looks for receipts at the drop or the printer, for ever."""

from __future__ import annotations

import asyncio
import logging

from lanka.channels.base import ChannelError, Inbox, LineView, Raw
from lanka.channels.letter.handover import Ack, handover

LONGEST = 600.0
MOST_SEEN = 5000
log = logging.getLogger(__name__)


async def poll(line: LineView, inbox: Inbox) -> None:
    """A drop that is away for a while is asked again, later each time; each ack is durable here before it is moved there."""
    way, wait = handover(line.settings), float(line.settings.poll_seconds)
    seen: dict[str, None] = {}  # what this poller has brought already: a printer tells the same again and again
    while True:
        try:
            for ack in await asyncio.to_thread(way.acks):
                await take(line, inbox, ack, seen)
                await asyncio.to_thread(way.done, ack)
            wait = float(line.settings.poll_seconds)
        except ChannelError as error:
            wait = min(wait * 2, LONGEST)
            log.warning("line %s: no receipts: %s; again in %.0f s", line.name, error.words, wait)
        await asyncio.sleep(wait)


async def take(line: LineView, inbox: Inbox, ack: Ack, seen: dict[str, None]) -> None:
    if ack.key in seen:
        return
    await inbox.put(line, Raw(ack.body, {"content-type": "application/json"}, path="ack", key=ack.key))
    seen[ack.key] = None
    while len(seen) > MOST_SEEN:
        del seen[next(iter(seen))]
