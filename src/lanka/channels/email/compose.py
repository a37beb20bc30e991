"""Outbound → the bytes of a mail. Every header is made here, from text made one line and encoded: nobody can add another."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from lanka.channels.base import LineView
from lanka.channels.email import own, sign, wire
from lanka.channels.email.attachments import file_name
from lanka.channels.email.settings import Settings
from lanka.channels.email.words import one_line
from lanka.channels.errors import Misconfigured, Refused, Unreachable
from lanka.channels.items import File, Outbound
from lanka.core import email_address, threads
from lanka.core.clock import now

PASSED = re.compile(r"(list-[a-z-]{1,40}|x-[a-z0-9-]{1,60}|feedback-id|precedence|auto-submitted|importance|organization)", re.IGNORECASE)
ANSWER = re.compile(r"\s*(re|vs|sv|odp|aw|antw)\s*(\[\d+\])?\s*:", re.IGNORECASE)
BREAK = re.compile(r"\r\n(?![ \t])|\r(?!\n)|(?<!\r)\n|[\x00\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")  # all that is no folding
LINE_END = re.compile(r"\r\n|\r|\n")


def composed(line: LineView, out: Outbound) -> bytes:
    """Signed if the line has a DKIM key. Raises Unreachable (no address), Refused (too large), Misconfigured (bad key)."""
    settings: Settings = line.settings
    head = "".join(f"{name}: {BREAK.sub(' ', value)}\r\n" for name, value in headers(line, out))
    message = head.encode("ascii") + (written(out) or content(out).as_bytes(policy=SMTP))
    limit = settings.size_limit * 1_000_000
    if len(message) > limit:
        raise Refused(
            f"the mail would be {len(message) / 1e6:.1f} MB, {settings.size_limit} MB are allowed; send a link instead of the files"
        )
    if settings.dkim_selector and (pem := settings.dkim_private_key.get_secret_value()):
        try:
            return sign.signed(message, settings.dkim_selector, settings.dkim_domain or settings.domain, pem, int(now().timestamp()))
        except sign.BadKey as error:
            raise Misconfigured(str(error)) from error
    return message


def message_id(line: LineView, out: Outbound) -> str:
    return own.message_id(out.id, line.settings.domain, out.thread)


def headers(line: LineView, out: Outbound) -> Iterator[tuple[str, str]]:
    settings: Settings = line.settings
    mine = message_id(line, out)
    yield "From", mailbox(sender_name(settings, out), settings.address)
    yield "To", mailbox(out.to_name, recipient(out.to))
    if settings.plus_addressing and threads.read(out.thread):
        reply_to = own.plus(settings.address, out.thread)
        if reply_to != settings.address:
            yield "Reply-To", mailbox(out.sender.brand, reply_to)
    yield "Subject", text("Subject", subject(out))
    yield "Date", format_datetime(now())
    yield "Message-ID", mine
    yield own.MARKER, mine
    answered = [one for known in out.replies_to for one in own.ids(known) if one.isascii()][-20:]
    if answered:
        yield "In-Reply-To", answered[-1]
        yield "References", "\r\n ".join(answered)
    if automatic := out.data.get("automatic") or out.data.get("auto_submitted"):
        yield "Auto-Submitted", automatic if automatic in ("auto-replied", "auto-generated", "auto-notified") else "auto-generated"
        yield "X-Auto-Response-Suppress", "All"
    if out.language:
        yield "Content-Language", re.sub(r"[^A-Za-z0-9-]", "", out.language)[:20]
    for name, value in out.headers.items():
        if PASSED.fullmatch(name) and name.lower() != own.MARKER.lower():
            yield name, text(name, value)


def recipient(to: str) -> str:
    address = email_address.address(to)
    if not address or address.count("@") != 1:
        raise Unreachable(f"“{one_line(to)[:100]}” is no email address")
    return address


def sender_name(settings: Settings, out: Outbound) -> str:
    return settings.sender_name or ", ".join(piece for piece in (out.sender.name, out.sender.brand) if piece)


def subject(out: Outbound) -> str:
    said = one_line(out.subject) or one_line(out.sender.brand)
    return f"Re: {said}" if out.replies_to and not ANSWER.match(said) else said


def mailbox(name: str, address: str) -> str:
    """An address of letters beyond ASCII needs SMTPUTF8; `send.py` sees to that."""
    shown = one_line(name)[:100]
    if address.isascii():
        return formataddr((shown, address)) if shown.isascii() else f"{wire.encoded(shown, 6)} <{address}>"
    raise Refused(f"“{address}” has letters beyond ASCII before the @; few servers can deliver that, and ours does not try")


def text(name: str, value: str) -> str:
    """Folded where it is long; what is not ASCII in encoded words."""
    said = one_line(value)[:1500]
    if not said.isascii():
        return wire.encoded(said, len(name) + 2)
    return said if len(name) + len(said) < 900 else "\r\n ".join(textwrap.wrap(said, 70))


def written(out: Outbound) -> bytes | None:
    """The usual mail, by the fast way; None: it has attachments."""
    pictures = [(file, "/".join(kind(file)), re.sub(r"[^\w.@-]", "", file.inline_id)) for file in out.files if file.inline_id and out.html]
    return wire.content(out, lines(out.text), lines(out.html), pictures) if len(pictures) == len(out.files) else None


def content(out: Outbound) -> EmailMessage:
    """text, else alternative(text, related(html, pictures)), else mixed(that, files)."""
    message = EmailMessage(policy=SMTP)
    message.set_content(lines(out.text) + "\n", subtype="plain", charset="utf-8", cte=encoding(out.text))
    pictures = [file for file in out.files if file.inline_id and out.html]
    if out.html:
        message.add_alternative(lines(out.html), subtype="html", charset="utf-8", cte="quoted-printable")
        html = message.get_payload()[-1]  # type: ignore[index]
        for file in pictures:
            main, sub = kind(file)
            cid = re.sub(r"[^\w.@-]", "", file.inline_id)
            html.add_related(file.data, main, sub, cid=f"<{cid}>", disposition="inline", filename=name_of(file))  # type: ignore[union-attr]
    for file in out.files:
        if file not in pictures:
            main, sub = kind(file)
            message.add_attachment(file.data, main, sub, filename=name_of(file))
    return message


def lines(said: str) -> str:
    return LINE_END.sub("\n", said.replace("\x00", ""))


def encoding(said: str) -> str:
    """Readable on the wire where it can be: mails are looked at by people who seek a fault."""
    return "7bit" if said.isascii() and all(len(line) < 900 for line in said.split("\n")) else "quoted-printable"


def kind(file: File) -> tuple[str, str]:
    """What is no file type, and what would be unpacked on the way (message/*, multipart/*), is just bytes."""
    main, _, sub = file.content_type.partition(";")[0].strip().lower().partition("/")
    if main in ("text", "message", "multipart", "") or not re.fullmatch(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,100}", f"{main}/{sub}"):
        return ("application", "octet-stream") if main != "text" else ("text", re.sub(r"[^a-z0-9.+-]", "", sub) or "plain")
    return main, sub


def name_of(file: File) -> str:
    return file_name(file.name) or "file"
