"""One stored mail → messages and receipts for the house."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from lanka.channels.email import dmarc, own
from lanka.channels.email.mailboxes import mailboxes
from lanka.channels.email.parse import Mail, parse
from lanka.channels.email.quote import fold
from lanka.channels.email.reports import Report
from lanka.channels.email.settings import Settings
from lanka.channels.errors import NotUnderstood
from lanka.channels.items import Inbound, Item, Known, Raw, Receipt, ReceiptState
from lanka.core import email_address

MARK = "MARK"  # the method of a raw item that is only the mailbox's bookmark (`mailbox.py`)
DELIVERED_TO = ("x-original-to", "delivered-to", "envelope-to", "x-envelope-to", "x-forwarded-for", "x-delivered-to", "x-rcpt-to")
STATES: dict[str, ReceiptState] = {
    "bounce": "bounced",
    "delivered": "delivered",
    "read": "read",
    "complaint": "complained",
    "delay": "sent",
}
MAX_PARTICIPANTS = 50


def items(settings: Settings, raw: Raw) -> Iterator[Item]:
    if raw.method == MARK:
        return
    if not raw.body.strip():
        raise NotUnderstood("the mail is empty")
    mail = parse(raw.body, raw.headers, settings.file_limit * 1_000_000)
    at = moment(mail, raw)
    if advice := list(dmarc.advice(mail.files)):
        yield from advice
        return
    if receipts := list(receipts_of(mail, raw, at)):
        yield from receipts
        return
    if mine := own.outbound_of(mail.message_id) or marked(mail):
        # Our own mail came back to us: a forwarder or a list. It is no message of a customer, and nothing may answer it.
        yield Receipt(key(mail, "own"), at, mine, "delivered", "it came back to a mailbox of ours", data={"loop": True})
        return
    yield message(mail, raw, settings, at)


def marked(mail: Mail) -> str:
    """Answering programs copy our headers at times: a mail that answers something is no copy of ours."""
    if mail.answers and mail.sender.email:
        return ""
    return own.outbound_of(mail.headers.text(own.MARKER.lower()))


def moment(mail: Mail, raw: Raw) -> datetime:
    """When it reached us: clocks of senders go wrong. History keeps the mailbox's date."""
    stated = raw.headers.get("internaldate", "")
    if stated:
        try:
            return parsedate_to_datetime(stated).astimezone(UTC)
        except (ValueError, TypeError):
            pass
    return raw.received_at or mail.date or datetime(1970, 1, 1, tzinfo=UTC)


def key(mail: Mail, kind: str = "") -> str:
    """Idempotent within the line, and not only the Message-ID: programs use one id for different mails."""
    whole = hashlib.sha256()
    for piece in (mail.sender.email, mail.subject, mail.text, mail.html, mail.headers.text("date"), *(file.name for file in mail.files)):
        whole.update(piece.encode("utf-8", "replace") + b"\0")
    for file in mail.files:
        whole.update(file.data)
    return f"{kind}{mail.message_id[:120]}#{whole.hexdigest()[:24]}"


def receipts_of(mail: Mail, raw: Raw, at: datetime) -> Iterator[Receipt]:
    """A report on something we sent. What we cannot have sent is kept as a message."""
    _, returned = own.tokens(recipients(mail, raw))
    for number, report in enumerate(mail.reports):
        ref = next(iter(returned), "") or ref_of(report)
        if ref:
            yield Receipt(
                key=f"{key(mail, report.kind)}:{number}",
                at=at,
                ref=ref,
                state=STATES[report.kind],
                why=report.why,
                permanent=report.permanent,
                data=facts(report),
            )


def ref_of(report: Report) -> str:
    """What we signed is surely ours. What only looks like ours (the key was changed) counts if the outbox knows exactly this id."""
    for one in report.refs:
        if ours := own.outbound_of(one):
            return ours
    return next((one for one in report.refs if own.looks_ours(one)), "")


def facts(report: Report) -> dict[str, Any]:
    told = {"kind": report.kind, "recipient": report.recipient, "status": report.status, "refs": list(report.refs[:5])}
    return {name: value for name, value in told.items() if value}


def recipients(mail: Mail, raw: Raw) -> list[str]:
    """All addresses that it was sent to, the envelope's first."""
    stated = [value for name in DELIVERED_TO for value in mail.headers.all(name)]
    boxes = mailboxes([raw.headers.get("rcpt-to", "").encode(), *stated]) + mail.to + mail.cc
    return list(dict.fromkeys(box.email for box in boxes if box.email))


def message(mail: Mail, raw: Raw, settings: Settings, at: datetime) -> Inbound:
    text, folded = fold(mail.text, mail.subject)
    reached = recipients(mail, raw)
    proofs, _ = own.tokens(reached)
    hints = tuple(dict.fromkeys([*mail.answers, *reversed(mail.references)]))
    proofs += [token for one in hints if (token := own.thread_of(one)) and token not in proofs]
    history = raw.headers.get("history") == "1"
    return Inbound(
        key=key(mail),
        at=at,
        sender=known(mail, raw),
        text=text,
        html=mail.html,
        subject=mail.subject[:500],
        sender_name=mail.sender.name[:200],
        also=answer_to(mail, settings),
        files=tuple(mail.files),
        language=language(mail),
        thread=tuple(proofs),
        replies_to=hints[:50],
        message_id=mail.message_id,
        participants=participants(mail, settings),
        automatic=bool(mail.automatic) or history or same(mail.sender.email, settings.address),
        folded=folded,
        to=next((a for a in reached if same(a, settings.address)), settings.address),
        data=beside(mail, raw, history),
    )


def same(address: str, ours: str) -> bool:
    address, ours = address.lower(), ours.lower()
    return address == ours or (address.endswith("@" + ours.rpartition("@")[2]) and address.startswith(ours.rpartition("@")[0] + "+"))


def known(mail: Mail, raw: Raw) -> Known:
    """An address that no mail can be sent to is an account of nobody we know."""
    if address := email_address.address(mail.sender.email):
        return Known("email", address, mail.sender.proven)
    what = mail.sender.email.lower()[:100] or "nobody-" + hashlib.sha256(raw.body).hexdigest()[:12]
    return Known("account", f"mail:{what}", False)


def answer_to(mail: Mail, settings: Settings) -> tuple[Known, ...]:
    """Web forms write in their own name and put the customer into Reply-To: told, not proven."""
    found = {email_address.address(box.email) for box in mail.reply_to[:5]} - {email_address.address(mail.sender.email), None}
    return tuple(Known("email", address, False) for address in sorted(a for a in found if a and not same(a, settings.address)))


def participants(mail: Mail, settings: Settings) -> tuple[Known, ...]:
    addresses = [email_address.address(box.email) for box in [*mail.to, *mail.cc]]
    others = dict.fromkeys(a for a in addresses if a and not same(a, settings.address) and a.lower() != mail.sender.email.lower())
    return tuple(Known("email", address, False) for address in list(others)[:MAX_PARTICIPANTS])


def language(mail: Mail) -> str:
    """Only where the mail says it; BCP 47."""
    stated = mail.headers.text("content-language").split(",")[0].strip()
    return stated if stated.isascii() and 2 <= len(stated) <= 10 and stated.replace("-", "").isalnum() else ""


def beside(mail: Mail, raw: Raw, history: bool) -> dict[str, Any]:
    bounce = mail.bounce
    told = {
        "date": mail.date.isoformat() if mail.date else "",
        "why_automatic": mail.automatic,
        "cc": [str(box) for box in mail.cc[:MAX_PARTICIPANTS]],
        "reply_to": [str(box) for box in mail.reply_to[:5]],
        "from": str(mail.sender.email) if not mail.sender.proven else "",
        "notes": mail.notes,
        "unsubscribe": mail.headers.text("list-unsubscribe")[:1000],
        "history": history,
        "truncated": raw.headers.get("truncated", ""),
        "bounce": facts(bounce) | {"why": bounce.why} if bounce else {},
        "calendar": any(file.content_type == "text/calendar" for file in mail.files),
    }
    return {name: value for name, value in told.items() if value}
