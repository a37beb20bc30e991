"""What `./lanka mail inspect` prints of a mail: an operator's look at what is understood."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from lanka.channels.email.mailboxes import Mailbox
from lanka.channels.email.parse import parse
from lanka.channels.email.reports import Report


def inspected(file: str, data: bytes) -> dict[str, Any]:
    """`text` is whole here, with quotes and signature. Raises NotUnderstood."""
    mail = parse(data)
    return {
        "file": file,
        "from_email": mail.sender.email,
        "from_name": mail.sender.name,
        "to": joined(mail.to),
        "cc": joined(mail.cc),
        "reply_to": joined(mail.reply_to),
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "attachments": [
            {"filename": f.name, "content_type": f.content_type, "size": len(f.data), "sha256": hashlib.sha256(f.data).hexdigest()}
            for f in mail.files
        ],
        "auto": bool(mail.automatic),
        "bounce": bounce(mail.bounce),
    }


def joined(boxes: Iterable[Mailbox]) -> str:
    """As in the header, tidied; a name without an address reaches nobody and is left out."""
    return ", ".join(str(box) for box in boxes if box.email)


def bounce(report: Report | None) -> dict[str, Any] | None:
    if report is None:
        return None
    return {
        "recipient": report.recipient,
        "status": report.status,
        "why": report.why,
        "permanent": report.permanent,
        "message_id": report.refs[0] if report.refs else "",
    }
