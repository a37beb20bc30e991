"""What an SMPP session delivers becomes raw items, durable before the server hears 'received'.

SMPP gives an incoming message no id. A message that comes again because our answer was lost looks like a customer who writes
'OK' twice. Told apart by when it comes: right after a broken session or a restart it is the same one, else a new one.

A part of a long message is kept by itself and acknowledged: many servers send the next part only then. When the last part is
there, all of them together are put once more, as one raw item that is understood. The parts are read back from the inbox, so
that it does not matter which process took them, or whether it was started again in between.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from lanka.channels.base import Inbox, LineView
from lanka.channels.items import Raw
from lanka.channels.sms import long, pdu, receipts
from lanka.channels.sms.pdu import Pdu
from lanka.channels.sms.understand import CONTENT_TYPE, JOINED, fingerprint
from lanka.core import clock

PARTS = "x-sms-parts"  # header of a joined item: the keys of its parts, without their common prefix
PATIENCE = timedelta(minutes=10)  # for the missing parts of a long message
SAME = timedelta(days=1)  # parts further apart are not of one message: `ref` comes round again
BEFORE_BREAK = timedelta(minutes=1)
AFTER_BREAK = timedelta(minutes=10)


def prefix_of(message: Pdu, part: long.Part) -> str:
    ends = "\0".join((message.text("source_addr"), message.text("destination_addr"), str(part.ref), str(part.total)))
    return f"part:{hashlib.sha256(ends.encode()).hexdigest()[:16]}:"


def tail_of(part: Raw) -> str:
    return part.key.split(":", 2)[-1]


def number_of(raw: Raw) -> tuple[int, int]:
    """Which part of how many this raw item holds."""
    part = long.part_of(pdu.decode_all(raw.body)[0])
    return (part.number, part.total) if part else (1, 1)


def waiting(raws: Iterable[Raw]) -> dict[int, Raw]:
    """The parts that no joined item holds yet, by number; of two with one number the older."""
    raws = sorted(raws, key=lambda raw: (raw.received_at or clock.now(), raw.key))
    used = {tail for raw in raws for tail in raw.headers.get(PARTS, "").split()}
    free = [raw for raw in raws if JOINED not in raw.headers and tail_of(raw) not in used]
    return {number_of(raw)[0]: raw for raw in reversed(free)}


def joined(parts: Sequence[Raw], prefix: str, how: str) -> Raw:
    tails = " ".join(map(tail_of, parts))
    headers = {"content-type": CONTENT_TYPE, JOINED: how, PARTS: tails}
    key = f"{prefix}joined:{hashlib.sha256(tails.encode()).hexdigest()[:16]}"
    return Raw(b"".join(raw.body for raw in parts), headers, "SMPP", "smpp", received_at=parts[-1].received_at, key=key)


@dataclass
class Keeper:
    """Of one line, in one process; lives longer than its sessions."""

    line: LineView
    inbox: Inbox
    started: datetime = field(default_factory=clock.now)
    session: int = 0
    broken_at: datetime | None = None
    seen: dict[str, tuple[int, datetime]] = field(default_factory=dict)  # fingerprint: session, when
    open: dict[str, datetime] = field(default_factory=dict)  # prefix of a message that lacks parts: since when

    async def keep(self, message: Pdu, octets: bytes) -> None:
        """Returns when it is durable."""
        part = None if receipts.is_receipt(message) else long.part_of(message)
        prefix = prefix_of(message, part) if part else ""
        await self._put(message, octets, prefix)
        if prefix:
            self.open.setdefault(prefix, clock.now())
            await self._join(prefix)

    def broke(self) -> None:
        """The session ended: what was kept last may not have been answered, and comes again."""
        self.session += 1
        self.broken_at = clock.now()

    async def _put(self, message: Pdu, octets: bytes, prefix: str) -> None:
        now, mark = clock.now(), fingerprint(message)
        once = receipts.is_receipt(message)  # the same receipt again is never news
        again = once or await self._again(mark, f"{prefix}{mark}:", now)
        for number in count():
            key = f"receipt:{mark}" if once else f"{prefix}{mark}:{now:%y%m%d}:{number}"
            raw = Raw(octets, {"content-type": CONTENT_TYPE}, "SMPP", "smpp", received_at=now, key=key)
            if await self.inbox.put(self.line, raw) or again:
                break
        self.seen[mark] = (self.session, now)
        if len(self.seen) > 10_000:
            self.seen = {mark: at for mark, at in self.seen.items() if now - at[1] < AFTER_BREAK}

    async def _again(self, mark: str, key: str, now: datetime) -> bool:
        """Is this the message that we have, delivered once more? If we have it at all: only `put` knows that."""
        if mark in self.seen:
            session, at = self.seen[mark]
            broken = self.broken_at or self.started
            return session < self.session and broken - at < BEFORE_BREAK and now - broken < AFTER_BREAK
        young = now - self.started < AFTER_BREAK  # another process may have kept it and died before it answered
        return young and bool(await self.inbox.recall(self.line, key, self.started - AFTER_BREAK))

    async def _join(self, prefix: str, give_up: bool = False) -> None:
        parts = waiting(await self.inbox.recall(self.line, prefix, clock.now() - SAME))
        total = max((number_of(raw)[1] for raw in parts.values()), default=0)
        if parts and (len(parts) == total or give_up):
            how = "whole" if len(parts) == total else "partial"
            await self.inbox.put(self.line, joined([parts[number] for number in sorted(parts)], prefix, how))
        if len(parts) == total or give_up:
            self.open.pop(prefix, None)

    async def reopen(self) -> None:
        """After a start: which messages lacked parts when the last process ended?"""
        for raw in await self.inbox.recall(self.line, "part:", clock.now() - SAME):
            if JOINED not in raw.headers:
                prefix = raw.key[: raw.key.index(":", len("part:")) + 1]
                self.open.setdefault(prefix, raw.received_at or clock.now())

    async def give_up(self) -> None:
        """Parts that waited too long are shown as they are; those with all their parts are joined after all."""
        late = clock.now() - PATIENCE
        for prefix in [prefix for prefix, since in self.open.items() if since < late]:
            await self._join(prefix, give_up=True)
