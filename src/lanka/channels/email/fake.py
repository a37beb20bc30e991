"""A tiny mail provider: mailboxes in memory behind a real SMTP server, and people who write from them into Lanka.

What an address is called decides what happens: `bounce@` does not exist, `later@` bounces afterwards by mail, `full@` is full for now,
`slow@` answers after a while, `spam@` is told so after the content, `drop-before@` and `drop-after-data@` lose the connection.
"""

from __future__ import annotations

import asyncio
import email
import logging
import smtplib
import ssl
import threading
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import formatdate, make_msgid
from functools import partial
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from lanka.channels.email.bounced import dsn
from lanka.channels.email.fake_server import OnThread
from lanka.channels.items import File

SLOW = 3.0  # seconds
Users = dict[str, str]


class Fake(OnThread):
    def __init__(
        self,
        into: tuple[str, int] | None = None,
        *,
        port: int = 0,
        users: Users | None = None,
        tls: ssl.SSLContext | None = None,
        heard: Callable[[str, bytes], None] | None = None,
    ) -> None:
        """`into`: Lanka's listener. `users`: who must sign in. `tls`: STARTTLS is offered. `heard`: told of each mail that arrives."""
        self.into, self.port, self.users, self.tls, self.heard = into, port, users, tls, heard
        self.mailboxes: dict[str, list[bytes]] = {}
        self.senders: list[str] = []  # of envelopes, as they came
        self.sessions = 0
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, name="fake mail", daemon=True)
        self.ready = threading.Event()

    def _run(self) -> None:
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells every line
        asyncio.set_event_loop(self.loop)
        make = partial(
            _Session, self, data_size_limit=60_000_000, hostname="mail.example.fi", tls_context=self.tls, loop=self.loop,
            authenticator=self._signs_in if self.users else None, auth_required=bool(self.users), auth_require_tls=bool(self.tls),
        )  # fmt: skip
        server = self.loop.run_until_complete(self.loop.create_server(make, "127.0.0.1", self.port))
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()
        server.close()
        ending = asyncio.all_tasks(self.loop)
        for task in ending:
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*ending, return_exceptions=True))
        self.loop.close()

    def _signs_in(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        known = isinstance(data, LoginPassword) and (self.users or {}).get(data.login.decode()) == data.password.decode()
        return AuthResult(success=known, handled=False)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        name = address.partition("@")[0].lower()
        if name == "bounce":
            return f"550 5.1.1 <{address}>: user unknown"
        if name == "full":
            return "452 4.2.2 The mailbox is full; try again later"
        if name == "slow":
            await asyncio.sleep(SLOW)
        if name == "drop-before":
            _hang_up(server)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        names = {address.partition("@")[0].lower() for address in envelope.rcpt_tos}
        content = bytes(envelope.original_content or b"")
        if "spam" in names:
            return "554 5.7.1 This looks like spam"
        self.senders.append(envelope.mail_from or "")
        for address in envelope.rcpt_tos:
            self.mailboxes.setdefault(address.lower(), []).append(content)
            if self.heard:
                self.heard(address.lower(), content)
        if "drop-after-data" in names:
            _hang_up(server)
        if "later" in names and envelope.mail_from:
            report = dsn(content, next(a for a in envelope.rcpt_tos if a.lower().startswith("later@")), to=envelope.mail_from)
            threading.Thread(target=self.deliver, args=("", envelope.mail_from, report), daemon=True).start()
        return "250 OK: queued"

    def send(
        self,
        from_: str,
        to: str,
        subject: str,
        text: str,
        *,
        html: str | None = None,
        files: Sequence[File] = (),
        in_reply_to: bytes | str | None = None,
        name: str = "",
    ) -> str:
        """Somebody writes to Lanka. `in_reply_to`: the mail that is answered, as it lay in their mailbox, or its Message-ID.

        Gives the Message-ID of what was written.
        """
        message = letter(from_, to, subject, text, html=html, files=files, in_reply_to=in_reply_to, name=name)
        self.deliver(from_, to, message.as_bytes(policy=WIRE))
        return str(message["Message-ID"])

    def deliver(self, from_: str, to: str, content: bytes) -> None:
        """Raises smtplib's errors, as another mail server would get them."""
        if self.into is None:
            raise RuntimeError("this provider does not know where Lanka listens")
        with smtplib.SMTP(*self.into, timeout=30) as session:
            session.sendmail(from_, [to], content)

    def bounce(self, content: bytes, recipient: str, to: str, **report: Any) -> None:
        """A delivery report on a mail of Lanka's, to the envelope's sender."""
        self.deliver("", to, dsn(content, recipient, to=to, **report))


class _Session(SMTP):
    def connection_made(self, transport: Any) -> None:
        self.event_handler.sessions += 1
        super().connection_made(transport)


def _hang_up(server: SMTP) -> None:
    if server.transport is not None:
        server.transport.abort()  # type: ignore[attr-defined]


def letter(
    from_: str,
    to: str,
    subject: str,
    text: str,
    *,
    html: str | None = None,
    files: Sequence[File] = (),
    in_reply_to: bytes | str | None = None,
    name: str = "",
) -> EmailMessage:
    """A mail as a usual program writes it; an answer quotes and refers as they do."""
    known = in_reply_to if isinstance(in_reply_to, bytes) else f"Message-ID: {in_reply_to}\n\n".encode() if in_reply_to else b""
    answered = email.message_from_bytes(known, policy=WIRE) if known else None
    message = EmailMessage(policy=WIRE)
    message["From"] = f'"{name}" <{from_}>' if name else from_
    message["To"] = str(answered["Reply-To"] or answered["From"]) if answered and not to else to
    message["Subject"] = subject
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain=from_.rpartition("@")[2] or "example.fi")
    if answered:
        message["In-Reply-To"] = str(answered["Message-ID"]).strip()
        message["References"] = " ".join(f"{answered['References'] or ''} {answered['Message-ID']}".split())
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for file in files:
        main, _, sub = file.content_type.partition("/")
        message.add_attachment(file.data, main, sub, filename=file.name)
    return message
