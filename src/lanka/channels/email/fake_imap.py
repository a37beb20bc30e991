"""A tiny IMAP server: one mailbox, LOGIN, EXAMINE, UID SEARCH, UID FETCH, IDLE. Enough to read by, and to be slow or rude at."""

from __future__ import annotations

import asyncio
import re
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

from lanka.channels.email.fake_server import OnThread


@dataclass
class Kept:
    uid: int
    data: bytes
    at: datetime


@dataclass
class FakeImap(OnThread):
    user: str = "help@example.fi"
    password: str = "quiet-bell"  # noqa: S105
    validity: int = 7
    idles: bool = True
    mails: list[Kept] = field(default_factory=list)
    fetched: list[int] = field(default_factory=list)  # uids whose bodies were asked for
    port: int = 0
    logins: int = 0
    next_uid: int = 1

    def start(self) -> Self:
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.waiting: set[asyncio.StreamWriter] = set()
        self.open: set[asyncio.StreamWriter] = set()
        self.thread = threading.Thread(target=self._run, name="fake imap", daemon=True)
        return super().start()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=1 << 20))
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()
        server.close()
        ending = asyncio.all_tasks(self.loop)
        for task in ending:
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*ending, return_exceptions=True))
        self.loop.close()

    def add(self, data: bytes, at: datetime | None = None) -> int:
        """A mail arrives; whoever waits by IDLE is told."""
        kept = Kept(self.next_uid, data, at or datetime.now(UTC))
        self.next_uid += 1
        self.mails.append(kept)
        self.loop.call_soon_threadsafe(self._tell)
        return kept.uid

    def hang_up(self) -> None:
        self.loop.call_soon_threadsafe(self._close_all)

    def _close_all(self) -> None:
        for writer in list(self.open):
            writer.close()

    def _tell(self) -> None:
        for writer in self.waiting:
            writer.write(b"* %d EXISTS\r\n" % len(self.mails))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        self.open.add(writer)
        try:
            while line := await reader.readline():
                tag, _, rest = line.decode("latin-1").strip().partition(" ")
                if not await self._command(tag, rest, reader, writer):
                    break
        except (ConnectionError, ValueError):
            pass
        finally:
            self.open.discard(writer)
            self.waiting.discard(writer)
            writer.close()

    async def _command(self, tag: str, rest: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        words = rest.upper()
        if words.startswith("IDLE"):
            await self._idle(tag, reader, writer)
            return True
        for line in self._answer(rest, words):
            writer.write(line + b"\r\n")
        ok = b"NO wrong" if words.startswith("LOGIN") and not self._known(rest) else b"OK done"
        writer.write(tag.encode() + b" " + ok + b"\r\n")
        await writer.drain()
        return not words.startswith("LOGOUT")

    def _known(self, rest: str) -> bool:
        self.logins += 1
        return re.findall(r'"?([^"\s]+)"?', rest)[1:] == [self.user, self.password]

    async def _idle(self, tag: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"+ idling\r\n")
        self.waiting.add(writer)
        await reader.readline()
        self.waiting.discard(writer)
        writer.write(tag.encode() + b" OK IDLE ended\r\n")

    def _answer(self, rest: str, words: str) -> list[bytes]:
        if words.startswith("CAPABILITY"):
            return [b"* CAPABILITY IMAP4rev1" + (b" IDLE" if self.idles else b"")]
        if words.startswith(("EXAMINE", "SELECT")):
            about = (b"%d EXISTS" % len(self.mails), b"OK [UIDVALIDITY %d]" % self.validity, b"OK [UIDNEXT %d]" % self.next_uid)
            return [b"* " + line for line in about]
        if words.startswith("UID SEARCH"):
            return [b"* SEARCH " + b" ".join(b"%d" % uid for uid in self._found(rest))]
        if words.startswith("UID FETCH"):
            return self._fetch(rest)
        return []

    def _found(self, rest: str) -> list[int]:
        """`7:*` always names the last mail, as the standard says."""
        asked = re.search(r"(\d+):\*", rest)
        uids = [kept.uid for kept in self.mails]
        return uids if not asked else [uid for uid in uids if uid >= int(asked[1]) or uid == uids[-1]]

    def _fetch(self, rest: str) -> list[bytes]:
        wanted = int(re.findall(r"\d+", rest)[0])
        found = next(((n, kept) for n, kept in enumerate(self.mails, 1) if kept.uid == wanted), None)
        if found is None:
            return []
        number, kept = found
        if "BODY" not in rest.upper():
            date = kept.at.strftime("%d-%b-%Y %H:%M:%S +0000")
            return [b'* %d FETCH (UID %d RFC822.SIZE %d INTERNALDATE "%s")' % (number, kept.uid, len(kept.data), date.encode())]
        self.fetched.append(wanted)
        cut = re.search(r"<0\.(\d+)>", rest)
        data = kept.data[: int(cut[1])] if cut else kept.data
        name = b"BODY[]<0>" if cut else b"BODY[]"
        return [b"* %d FETCH (UID %d %s {%d}\r\n%s)" % (number, kept.uid, name, len(data), data)]
