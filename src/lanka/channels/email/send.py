"""Hands a mail to the SMTP server, over a session that each worker thread keeps open."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from lanka.channels.base import LineView
from lanka.channels.email import own
from lanka.channels.email.compose import composed, message_id, recipient
from lanka.channels.email.connection import answer, asked, asked_raw, judged, later, opened, quietly_closed
from lanka.channels.email.reports import NOBODY, STATUS, better
from lanka.channels.email.settings import Settings
from lanka.channels.email.wire import stuffed
from lanka.channels.errors import ChannelError, Closed, Misconfigured, Refused, Throttled, Unavailable, Uncertain, Unreachable
from lanka.channels.items import Outbound, Sent

MOST = 100  # mails over one session: servers close it at some number, ours comes first
IDLE = 1.0  # seconds; after that the session is asked whether it still lives
FINAL = 60.0  # seconds to wait for the answer that counts
OUR_FAULT = ("relay", "authenticat", "not allowed to send", "sender", "submission", "not permitted")


@dataclass(slots=True)
class Kept:
    session: smtplib.SMTP
    settings: Settings
    sent: int = 0
    used: float = 0.0


class _Sessions(threading.local):
    """Of this thread, by line."""

    def __init__(self) -> None:
        self.of: dict[int, Kept] = {}


sessions = _Sessions()
tls_context: ssl.SSLContext | None = None  # tests put one here that trusts their own certificate


def send(line: LineView, out: Outbound) -> Sent:
    """Raises the closed errors, and Uncertain only if the mail was handed over whole and the answer is missing."""
    settings: Settings = line.settings
    if not settings.smtp_host:
        raise Misconfigured("no SMTP server is set: this mailbox only receives")
    message, to = composed(line, out), recipient(out.to)
    with session(line) as kept:
        envelope(kept.session, sender_of(settings, out), to, len(message))
        final(kept.session, message)
        kept.sent += 1
    return Sent(ref=message_id(line, out))


def sender_of(settings: Settings, out: Outbound) -> str:
    if settings.return_addresses and settings.plus_addressing:
        try:
            return own.plus(settings.address, own.return_token(out.id))
        except ValueError:
            return settings.address
    return settings.address


@contextlib.contextmanager
def session(line: LineView) -> Iterator[Kept]:
    """After a refusal the session goes on; after a break it is closed."""
    kept = alive(line)
    try:
        yield kept
    except (Refused, Unreachable, Closed, Misconfigured, Throttled):
        if reset(kept):
            raise
        forget(line)
        raise
    except BaseException:
        forget(line)
        raise
    kept.used = time.monotonic()
    if kept.sent >= MOST:
        forget(line)


def alive(line: LineView) -> Kept:
    kept = sessions.of.get(line.id)
    if kept and (kept.settings != line.settings or (time.monotonic() - kept.used > IDLE and not reset(kept))):
        forget(line)
        kept = None
    if kept is None:
        kept = sessions.of[line.id] = Kept(opened(line.settings, tls_context), line.settings)
    return kept


def reset(kept: Kept) -> bool:
    try:
        return kept.session.rset()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


def forget(line: LineView) -> None:
    if kept := sessions.of.pop(line.id, None):
        quietly_closed(kept.session)


def envelope(smtp: smtplib.SMTP, sender: str, to: str, size: int) -> None:
    options = [f"SIZE={size}"] if smtp.has_extn("size") else []
    ask = together(smtp, sender, to, options) if smtp.has_extn("pipelining") else one_by_one(smtp, sender, to, options)
    code, text = next(ask)
    if code >= 500:
        raise refused_content(text) if code == 552 else Misconfigured(f"the server does not accept {sender} as sender: {text}")
    code, text = next(ask)
    if code >= 500:
        raise refused_recipient(code, text)
    code, text = next(ask)
    if code != 354:
        raise Refused(text)


def one_by_one(smtp: smtplib.SMTP, sender: str, to: str, options: list[str]) -> Iterator[tuple[int, str]]:
    yield asked("MAIL FROM", lambda: smtp.mail(sender, options))
    yield asked("RCPT TO", lambda: smtp.rcpt(to))
    yield asked("DATA", lambda: smtp.docmd("DATA"))


def together(smtp: smtplib.SMTP, sender: str, to: str, options: list[str]) -> Iterator[tuple[int, str]]:
    """RFC 2920: three commands in one packet. Who says 354 after a refusal gets an empty mail, for nobody."""
    commands = f"MAIL FROM:<{sender}>{''.join(' ' + one for one in options)}\r\nRCPT TO:<{to}>\r\nDATA\r\n"
    first = asked_raw("MAIL FROM", lambda: smtp.sock.sendall(commands.encode("ascii")) or smtp.getreply())  # type: ignore[union-attr]
    second, third = asked_raw("RCPT TO", smtp.getreply), asked_raw("DATA", smtp.getreply)
    if third[0] == 354 and (first[0] >= 400 or second[0] >= 400):
        asked_raw("DATA", lambda: smtp.sock.sendall(b".\r\n") or smtp.getreply())  # type: ignore[union-attr]
    yield judged(*first)
    yield judged(*second)
    yield judged(*third)


def refused_recipient(code: int, text: str) -> ChannelError:
    status = better("", text)
    if NOBODY.search(text) or status.startswith(("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10")):
        return Unreachable(text)
    if code == 530 or status == "5.7.0" or any(word in text.lower() for word in OUR_FAULT):
        return Misconfigured(text)
    if status.startswith("5.2.2"):
        return Closed(f"the mailbox is full: {text}")
    return Unreachable(text)


def refused_content(text: str) -> ChannelError:
    """After the content: most refuse what it says; some only now say that the mailbox does not exist."""
    status = STATUS.search(text)
    if status and status[1].startswith("5.1.") and NOBODY.search(text):
        return Unreachable(text)
    if status and status[1] == "5.2.2":
        return Closed(f"the mailbox is full: {text}")
    return Refused(text)


def final(smtp: smtplib.SMTP, message: bytes) -> None:
    """Until the last dot is on its way nothing was accepted. From then on only the answer tells."""
    data = stuffed(message)
    try:
        smtp.sock.sendall(data)  # type: ignore[union-attr]
    except (OSError, AttributeError) as error:
        raise Unavailable(f"the connection broke before the mail was handed over: {error}") from error
    try:
        smtp.sock.settimeout(FINAL)  # type: ignore[union-attr]
        smtp.sock.sendall(b".\r\n")  # type: ignore[union-attr]
        code, words = smtp.getreply()
        smtp.sock.settimeout(25.0)  # type: ignore[union-attr]
    except (OSError, smtplib.SMTPException, AttributeError) as error:
        raise Uncertain(f"the connection broke after the mail was handed over: {error or 'closed'}") from error
    text = answer(code, words)
    if code == -1:
        raise Uncertain("the connection broke after the mail was handed over")
    if code == 421:
        raise Unavailable(text, after=timedelta(minutes=1))
    if 400 <= code < 500:
        raise later(code, text)
    if code >= 500:
        raise refused_content(text)
