"""Bytes → what a mail says. Pure: no database, no clock, no network. Whatever can be read is read; only what is no mail is refused."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lanka.channels.email import mime, own
from lanka.channels.email.attachments import files
from lanka.channels.email.automatic import automatic
from lanka.channels.email.body import Body, Segment, body
from lanka.channels.email.bounce import Letter, bounces
from lanka.channels.email.charset import decode
from lanka.channels.email.mailboxes import Mailbox, mailboxes
from lanka.channels.email.mime import Headers, Part
from lanka.channels.email.reports import Report, reports
from lanka.channels.email.sender import Sender, sender
from lanka.channels.email.tnef import is_tnef, unpacked
from lanka.channels.email.words import words
from lanka.channels.errors import NotUnderstood
from lanka.channels.items import File

MAX_MAIL = 100_000_000
FILE_LIMIT = 50_000_000
SIGNS = (
    "from", "to", "subject", "date", "received", "message-id", "return-path", "sender", "content-type", "delivered-to", "reply-to", "cc",
)  # fmt: skip
FAMILIES = ("x-", "content-", "mime-", "list-", "resent-", "delivery-", "authentication-", "arc-", "dkim-")
LATER = re.compile(rb"(?:^|;)\s*(\w{3},\s+)?(\d{1,2}\s+\w{3}\s+\d{4}\s+[\d:]+.*)$")


@dataclass(slots=True)
class Mail:
    message_id: str  # with its angle brackets; made from the bytes where there was none
    sender: Sender
    to: list[Mailbox]
    cc: list[Mailbox]
    reply_to: list[Mailbox]
    subject: str
    text: str  # all of it; `quote.fold` parts it
    html: str  # sanitised
    files: list[File]
    headers: Headers
    date: datetime | None  # as stated
    automatic: str  # why it is taken for a machine's, '' for a person's
    reports: list[Report]
    answers: tuple[str, ...]  # In-Reply-To
    references: tuple[str, ...]
    notes: list[str] = field(default_factory=list)  # what was left out, in words

    @property
    def bounce(self) -> Report | None:
        return next((report for report in self.reports if report.kind == "bounce"), None)


def parse(data: bytes, envelope: Mapping[str, str] | None = None, file_limit: int = FILE_LIMIT) -> Mail:
    """Raises NotUnderstood for what is no mail. `envelope`: 'mail-from' and 'rcpt-to' where the wire told them."""
    envelope = envelope or {}
    tree = tree_of(data, bool(envelope.get("mail-from")))
    headers, hint = tree.root.headers, charset_of(tree.root)
    content = body(tree.root)
    unwrap(content)
    html, text = content.html, content.text
    who = sender(headers, envelope, hint)
    subject = words(headers.get("subject"), hint)
    to = mailboxes(headers.all("to"), hint)
    found = reports(tree.root) or bounces(Letter(headers, who.email, subject, text, tuple(box.email for box in to)), tree.root)
    return Mail(
        message_id=message_id(headers, data),
        sender=who,
        to=to,
        cc=mailboxes(headers.all("cc"), hint),
        reply_to=mailboxes(headers.all("reply-to"), hint),
        subject=subject,
        text=text,
        html=html,
        files=files(content, html, file_limit, tree.notes),
        headers=headers,
        date=date(headers),
        automatic="report" if found else automatic(headers, who.email, subject),
        reports=found,
        answers=own.ids(words(b" ".join(headers.all("in-reply-to")))),
        references=own.ids(words(b" ".join(headers.all("references")))),
        notes=tree.notes,
    )


def tree_of(data: bytes, has_sender: bool) -> mime.Tree:
    """Raises NotUnderstood: too large, or no mail at all."""
    if len(data) > MAX_MAIL:
        raise NotUnderstood(f"{len(data) / 1e6:.0f} MB is more than the {MAX_MAIL / 1e6:.0f} MB that are looked at; the original is kept")
    tree = mime.parse(data)
    if not has_sender and not any(name in SIGNS or name.startswith(FAMILIES) for name, _ in tree.root.headers.fields):
        raise NotUnderstood("this is no mail: it has none of the usual header lines")
    return tree


def charset_of(root: Part) -> str:
    """What the body declares: headers without a label are mostly in the same charset."""
    for part in root.walk():
        charset = part.parameters.get("charset", "")
        if charset and charset.lower() not in ("us-ascii", "ascii"):
            return charset
    return ""


def message_id(headers: Headers, data: bytes) -> str:
    stated = own.ids(words(headers.get("message-id")))
    return stated[0] if stated else f"<{hashlib.sha256(data).hexdigest()[:40]}@no-message-id.invalid>"


def date(headers: Headers) -> datetime | None:
    """As the sender states it, else as the last server noted it. Aware, UTC; None if nobody tells."""
    for value in (*headers.all("date"), *headers.all("delivery-date"), *headers.all("received")[:3]):
        if found := LATER.search(value.strip()[-120:]):
            try:
                stated = parsedate_to_datetime(decode(found[2]))
            except (ValueError, TypeError, IndexError, OverflowError):
                continue
            stated = stated if stated.tzinfo else stated.replace(tzinfo=UTC)
            try:
                return stated.astimezone(UTC) if 1980 < stated.year < 2100 else None
            except (OverflowError, ValueError):
                continue
    return None


def unwrap(content: Body) -> None:
    """Outlook may have put the text into winmail.dat, too."""
    if any(segment.text.strip() or segment.html for segment in content.segments):
        return
    for part in content.files:
        if is_tnef(part.type, part.name, part.data) and (inner := unpacked(part.data)):
            content.segments.append(Segment(text=inner.text, html=decode(inner.html) if inner.html else ""))
