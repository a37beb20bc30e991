"""What machines report about mail: delivery (RFC 3464), reading (RFC 8098), complaints (RFC 5965). Free-form bounces: `bounce.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from lanka.channels.email import mime, own
from lanka.channels.email.charset import decode
from lanka.channels.email.mime import Headers, Part
from lanka.channels.email.words import one_line, words

Kind = Literal["bounce", "delay", "delivered", "read", "complaint"]
ACTIONS: dict[str, Kind] = {
    "failed": "bounce",
    "delayed": "delay",
    "delivered": "delivered",
    "relayed": "delivered",
    "expanded": "delivered",
}
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
REPLY = re.compile(r"(?<![\d.:-])([45]\d\d)(?=[ -])")
MAX_RECIPIENTS = 200
ORIGINALS = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global",
    "message/global-headers",
    "message/partial",
)
# Not the address's fault, or it heals: full, too big, refused for what it says, policy, loops.
NOT_FOR_EVER = re.compile(r"5\.(2\.[23]|3\.\d+|4\.[67]|5\.\d+|6\.\d+|7\.\d+)")
HEALS = re.compile(
    r"quota|mailbox (is )?(full|exceeded)|over ?quota|full mailbox|spam|block ?list|black ?list|reputation|policy|too (large|big)|"
    r"message size|expired|timed? ?out|try again|temporar|virus|content (rejected|refused)|dmarc|\bspf\b|greylist|rate limit|too many",
    re.IGNORECASE,
)
NOBODY = re.compile(
    r"user (is )?unknown|unknown user|no such (user|mailbox|recipient|person|account|address)|does ?n[o']t exist|"
    r"invalid (recipient|mailbox|address)|unknown (recipient|address|mailbox)|recipient (address )?(rejected: )?(unknown|not found)|"
    r"address (not found|rejected: undeliverable)|"
    r"mailbox (unavailable|not found|unknown)|account (is )?(disabled|inactive|closed)|no mailbox here|not a valid (user|mailbox)|"
    r"host (or domain name )?not found|"
    r"domain (not found|does not exist)|nxdomain|recipnotfound|no longer (available|in use|works)|isn't in our|unrouteable",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Report:
    kind: Kind
    recipient: str = ""
    status: str = ""  # '5.1.1'
    why: str = ""  # the other server's words
    permanent: bool = False
    refs: tuple[str, ...] = ()  # message ids of what it is about, surest first


def reports(root: Part) -> list[Report]:
    """Empty for mail that is no report of a known form."""
    parts = [part for part in root.walk() if not part.parts]
    kinds = {part.type: part for part in reversed(parts)}
    refs = originals(root.headers, parts)
    if status := kinds.get("message/delivery-status") or kinds.get("message/global-delivery-status"):
        return [replace(one, refs=refs) for one in delivery(status)]
    if (notice := kinds.get("message/disposition-notification")) and (read := disposition(notice)):
        return [replace(read, refs=tuple(dict.fromkeys(read.refs + refs)))]
    if feedback := kinds.get("message/feedback-report"):
        return [replace(complaint(feedback), refs=refs)]
    return []


def fields(data: bytes) -> Iterator[Headers]:
    """Groups of fields, parted by blank lines."""
    at = 0
    for _ in range(MAX_RECIPIENTS + 1):
        while data[at : at + 1] in (b"\r", b"\n"):
            at += 1
        if at >= len(data):
            return
        found, at = mime.headers(data, at, len(data))
        yield found


def delivery(part: Part) -> Iterator[Report]:
    for group in fields(part.data):
        recipient = address(group.text("final-recipient")) or address(group.text("original-recipient"))
        action = group.text("action").lower().split(" ")[0].rstrip(";")
        if not recipient and not action:
            continue
        code = group.text("diagnostic-code")
        why = one_line(decode(group.get("diagnostic-code"))).partition(";")[2].strip() or one_line(code)
        stated = (STATUS.search(group.text("status")) or STATUS.search(code) or [""])[0]
        status = better(stated, code)
        kind = ACTIONS.get(action, "delay" if status.startswith("4.") else "bounce")
        yield Report(kind, recipient, status, why[:500] or status, kind == "bounce" and for_ever(status, why))


def better(status: str, words: str) -> str:
    """'5.0.0' says nothing where the words hold a fuller code."""
    inner = STATUS.search(words)
    return inner[1] if inner and (not status or status.endswith(".0.0") or status == "5.0.0") else status


def for_ever(status: str, why: str) -> bool:
    """Is the address dead? Words count more than the code: servers answer 5.7.1 for unknown users and 5.0.0 for everything."""
    if NOBODY.search(why):
        return True
    if status.startswith("4.") or (status and NOT_FOR_EVER.match(status)) or HEALS.search(why):
        return False
    return status.startswith("5.") or bool((code := REPLY.search(why)) and code[1].startswith("5"))


def address(value: str) -> str:
    """`rfc822; <a@b>` → `a@b`"""
    return value.rpartition(";")[2].strip(" <>\t\"'").removeprefix("mailto:")[:320]


def disposition(part: Part) -> Report | None:
    for group in fields(part.data):
        if "displayed" in group.text("disposition").lower():
            return Report("read", address(group.text("final-recipient")), refs=own.ids(group.text("original-message-id")))
    return None


def complaint(part: Part) -> Report:
    group = next(fields(part.data), Headers())
    recipient = address(group.text("original-rcpt-to")) or address(group.text("removal-recipient"))
    return Report("complaint", recipient, "", "complaint", True)


def originals(headers: Headers, parts: list[Part]) -> tuple[str, ...]:
    """Message ids of the mail that is reported on: our marker first, then its Message-ID, then what the report answers."""
    found: list[str] = []
    for part in parts:
        if part.type in ORIGINALS:
            returned, _ = mime.headers(part.data, 0, min(len(part.body), 1_000_000))
            found += own.ids(returned.text(own.MARKER.lower()))
            found += own.ids(returned.text("message-id"))
    if found:
        return tuple(dict.fromkeys(found))
    for name in ("in-reply-to", "references", "x-original-message-id"):
        found += own.ids(words(headers.get(name)))
    return tuple(dict.fromkeys(found))
