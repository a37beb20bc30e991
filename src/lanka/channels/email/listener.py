"""The front door for mail: one SMTP (and, where wanted, LMTP) socket for all lines. A mail is durable before '250' is said."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import ssl
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from lanka import config
from lanka.channels.base import Inbox, LineView
from lanka.channels.email.receive import same
from lanka.channels.items import Raw

log = logging.getLogger(__name__)
SESSIONS = 200  # at once
SESSIONS_EACH = 30  # of one address
RECIPIENTS = 100
LONGEST_LINE = 1_000_000  # the standard says 998; programs that know nothing of it write a paragraph a line
UNKNOWN = "550 5.1.1 No mailbox here by that name"
TOO_LARGE = "552 5.3.4 This mail is larger than the {} MB that are taken here"
LATER = "451 4.3.0 It could not be stored; try again later"


class Door:
    """aiosmtpd's handler: who may be written to, and what happens to what comes."""

    def __init__(self, lines: Mapping[int, LineView], inbox: Inbox) -> None:
        self.lines = lines
        self.inbox = inbox
        self.active: Counter[str] = Counter()

    @property
    def limit(self) -> int:
        return max((line.settings.size_limit for line in self.taking()), default=1) * 1_000_000

    def taking(self) -> list[LineView]:
        return [line for line in self.lines.values() if line.settings.incoming == "listener"]

    def lines_of(self, address: str) -> list[LineView]:
        return [line for line in self.taking() if same(address, line.settings.address)]

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        if not self.lines_of(address):
            return UNKNOWN
        if len(envelope.rcpt_tos) >= RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def take(self, session: Session, envelope: Envelope, content: bytes) -> dict[str, str]:
        """Stores it once for each line. Recipient → answer."""
        by_line: dict[int, list[str]] = {}
        for address in envelope.rcpt_tos:
            for line in self.lines_of(address):
                by_line.setdefault(line.id, []).append(address)
        answers = dict.fromkeys(envelope.rcpt_tos, UNKNOWN)
        for line_id, addresses in by_line.items():
            answers |= dict.fromkeys(addresses, await self.keep(self.lines[line_id], addresses, session, envelope, content))
        return answers

    async def keep(self, line: LineView, addresses: list[str], session: Session, envelope: Envelope, content: bytes) -> str:
        if len(content) > line.settings.size_limit * 1_000_000:
            return TOO_LARGE.format(line.settings.size_limit)
        try:
            await self.inbox.put(line, raw(addresses, session, envelope, content))
        except Exception as error:  # the database is away: the sender keeps it
            log.error("mail for %s could not be stored: %s", line.name, error)
            return LATER
        return "250 2.0.0 Kept"


def raw(addresses: list[str], session: Session, envelope: Envelope, content: bytes) -> Raw:
    """Its key: the same bytes for the same recipients are the same delivery, however often the sender repeats it."""
    sealed = hashlib.sha256("\n".join(sorted(addresses)).lower().encode("utf-8", "replace") + b"\0" + content).hexdigest()
    told = {"mail-from": envelope.mail_from or "", "rcpt-to": ", ".join(addresses), "helo": str(session.host_name or "")[:200]}
    peer = session.peer[0] if isinstance(session.peer, tuple) else ""
    return Raw(content, told, method="SMTP", remote=str(peer)[:45], received_at=datetime.now(UTC), key=f"smtp:{sealed}")


class Smtp(SMTP):
    """Counts its sessions, and reads the mail itself: aiosmtpd holds any line of any length in memory until it ends."""

    line_length_limit = LONGEST_LINE

    def connection_made(self, transport: Any) -> None:
        self.peer = str((transport.get_extra_info("peername") or ("",))[0])
        active = self.event_handler.active
        active[self.peer] += 1
        if active.total() > SESSIONS or active[self.peer] > SESSIONS_EACH:
            transport.write(b"421 4.7.0 Too many sessions; try again later\r\n")
            transport.close()
        super().connection_made(transport)

    def connection_lost(self, error: Any) -> None:
        self.event_handler.active[self.peer] -= 1
        self.event_handler.active += Counter()  # forgets who has none
        super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if await self.check_helo_needed():
            return
        if not self.envelope or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Recipients first")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        content = await self.read_mail(self.event_handler.limit)
        if content is None:
            answers = dict.fromkeys(self.envelope.rcpt_tos, TOO_LARGE.format(self.event_handler.limit // 1_000_000))
        else:
            answers = await self.event_handler.take(self.session, self.envelope, content)
        await self.answer(answers)
        self._set_post_data_state()  # type: ignore[no-untyped-call]

    async def read_mail(self, limit: int) -> bytes | None:
        """None: too large. It is read to its end all the same, so that the sender hears why, up to twice the limit."""
        lines: list[bytes] = []
        size, begins = 0, True
        while True:
            self._reset_timeout()
            try:
                line = bytes(await self._reader.readuntil(b"\r\n"))
            except asyncio.LimitOverrunError as error:
                line = bytes(await self._reader.read(max(1, error.consumed)))
            if begins and line == b".\r\n":
                return b"".join(lines) if size <= limit else None
            size += len(line)
            if size > 2 * limit:
                await self.push(TOO_LARGE.format(limit // 1_000_000))
                raise ConnectionAbortedError("a mail without end")
            if size <= limit:
                lines.append(line[1:] if begins and line[:1] == b"." else line)
            else:
                lines.clear()
            begins = line.endswith(b"\r\n")

    async def answer(self, answers: dict[str, str]) -> None:
        """SMTP has one answer for all recipients: the worst that must not be lost. A repetition finds what was stored already."""
        worst = max(answers.values(), key=lambda text: {"250": 0, "550": 1, "552": 2, "451": 3}[text[:3]])
        await self.push(worst)


class Lmtp(Smtp, LMTP):
    """One answer for each recipient (RFC 2033)."""

    async def answer(self, answers: dict[str, str]) -> None:
        assert self.envelope
        for address in self.envelope.rcpt_tos:
            await self.push(answers[address])


def tls() -> ssl.SSLContext | None:
    """For STARTTLS: LANKA_SMTP_CERT and LANKA_SMTP_KEY, files of PEM. Stops the listener with the remedy if they cannot be read."""
    certificate, key = config.text("LANKA_SMTP_CERT"), config.text("LANKA_SMTP_KEY")
    if not certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key or None)
    except (OSError, ssl.SSLError) as error:
        raise config.WrongSetting("LANKA_SMTP_CERT", f"cannot be used ({error}); give PEM files that Lanka may read") from error
    return context


async def listen(lines: Mapping[int, LineView], inbox: Inbox) -> None:
    """Serves until it is cancelled."""
    door = Door(lines, inbox)
    if not door.taking():
        await asyncio.Event().wait()
    host, port = config.text("LANKA_SMTP_HOST", "127.0.0.1"), config.number("LANKA_SMTP_PORT", 2525)
    servers = [await served(Smtp, door, host, port)]
    if lmtp := config.number("LANKA_LMTP_PORT", 0):
        servers.append(await served(Lmtp, door, host, lmtp))
    try:
        await asyncio.gather(*(server.serve_forever() for server in servers))
    finally:
        for server in servers:
            server.close()


async def served(protocol: type[Smtp], door: Door, host: str, port: int) -> asyncio.Server:
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells every line
    loop = asyncio.get_running_loop()
    make = partial(
        protocol, door, data_size_limit=door.limit, enable_SMTPUTF8=True, hostname=config.text("LANKA_SMTP_NAME") or None,
        ident="Lanka", tls_context=tls(), timeout=120, loop=loop,
    )  # fmt: skip
    server = await loop.create_server(make, host, port)
    log.info("%s on %s:%d for %s", protocol.__name__.upper(), host, port, ", ".join(line.settings.address for line in door.taking()))
    return server
