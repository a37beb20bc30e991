"""Who wrote it. `From` where it can be read; else whatever else tells: every mail is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lanka.channels.email.mailboxes import Mailbox, mailboxes
from lanka.channels.email.mime import Headers

INSTEAD = ("sender", "reply-to", "return-path", "x-envelope-from", "x-sender", "x-real-from", "apparently-from")
DMARC_FAILED = re.compile(r"\bdmarc\s*=\s*fail", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sender:
    name: str
    email: str  # as written; may be no valid address
    source: str  # the header it stood in, '' for nowhere
    proven: bool  # it stood in From, and nobody on the way said that it is forged


def sender(headers: Headers, envelope: Mapping[str, str], hint: str = "") -> Sender:
    stated = mailboxes(headers.all("from"), hint)
    named = next((box for box in stated if box.name), Mailbox("", ""))
    if found := relayed_for(headers, stated, hint):
        return found
    for box in stated:
        if box.valid:
            return Sender(box.name, box.email, "from", not forged(headers))
    for box in stated:
        if "@" in box.email:  # 'power quadrant system@example.com': of no use, but it is what it says
            return Sender(box.name, box.email, "from", False)
    for header in INSTEAD:
        for box in mailboxes(headers.all(header), hint):
            if box.valid:
                return Sender(box.name or named.name, box.email, header, False)
    for box in mailboxes([envelope.get("mail-from", "").encode()]):
        if box.valid:
            return Sender(named.name, box.email, "envelope", False)
    return nameless(stated)


def nameless(stated: list[Mailbox]) -> Sender:
    """`MAILER-DAEMON (Mail Delivery System)`: a word without @ is better than nothing."""
    for box in stated:
        if box.email or box.name:
            word = box.email or (box.name if " " not in box.name else "")
            return Sender("" if word == box.name else box.name, word, "from", False)
    return Sender("", "", "", False)


def relayed_for(headers: Headers, stated: list[Mailbox], hint: str) -> Sender | None:
    """Google Groups puts the group into From and who wrote it into X-Original-Sender."""
    original = next((box for box in mailboxes(headers.all("x-original-sender"), hint) if box.valid), None)
    if not original or any(box.email.lower() == original.email.lower() for box in stated):
        return None
    full = next((b for b in mailboxes(headers.all("x-original-from"), hint) if b.email.lower() == original.email.lower()), original)
    name = full.name or next((re.split(r"(?i) (?:via|kautta|przez|über) ", b.name)[0] for b in stated if " via " in b.name.lower()), "")
    return Sender(name.strip("'\" "), original.email, "x-original-sender", False)


def forged(headers: Headers) -> bool:
    """The server that took the mail in wrote the topmost one. Lower ones may be invented, so they are not asked."""
    return bool(DMARC_FAILED.search(headers.text("authentication-results")))
