"""Delivery reports (RFC 3464) as mail servers write them, for the fake and the tests."""

from __future__ import annotations

from email.utils import formatdate, make_msgid

REPORT = """\
From: MAILER-DAEMON@{host} (Mail Delivery System)
To: {to}
Subject: {subject}
Date: {date}
Message-ID: {id}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"

--{boundary}
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host {host}.

<{recipient}>: {words}

--{boundary}
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; {host}

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}

--{boundary}
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

{returned}
--{boundary}--
"""


def dsn(
    content: bytes,
    recipient: str,
    *,
    to: str,
    action: str = "failed",
    status: str = "5.1.1",
    words: str = "550 5.1.1 user unknown",
    host: str = "mail.example.fi",
) -> bytes:
    """The report on `content`, which was to go to `recipient`. `action`: failed, delayed, delivered."""
    head = content.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("latin-1")
    subject = "Delayed Mail (still being retried)" if action == "delayed" else "Undelivered Mail Returned to Sender"
    text = REPORT.format(
        host=host,
        to=to,
        subject=subject,
        date=formatdate(),
        id=make_msgid(domain=host),
        boundary="=_report",
        recipient=recipient,
        words=words,
        action=action,
        status=status,
        returned=head,
    )
    return text.encode("latin-1").replace(b"\n", b"\r\n")
