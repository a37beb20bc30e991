"""Their mailboxes: a mail server of their own on this machine, and the programs with which they answer."""

from __future__ import annotations

import queue
import smtplib
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from lanka.core.clock import now
from lanka.town import ports
from lanka.town.company import MAILBOX, NAME
from lanka.town.dwellers import arrived, did
from lanka.town.models import Dweller, Item, Kind

LIMIT = 30 * 1024 * 1024


class Server:
    """Takes every mail to somebody in the town; anybody else is unknown here."""

    def __init__(self) -> None:
        self.came: queue.Queue[tuple[str, bytes]] = queue.Queue()

    async def handle_DATA(  # noqa: N802 (aiosmtpd calls it so)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        for address in envelope.rcpt_tos:
            self.came.put((address, envelope.original_content or b""))
        return "250 Kept"


class Mailbox:
    def __init__(self, port: int = ports.MAIL, lanka_port: int = ports.LISTEN_MAIL) -> None:
        self.server = Server()
        self.lanka_port = lanka_port
        self.controller = Controller(self.server, hostname=ports.HOST, port=port, data_size_limit=LIMIT, enable_SMTPUTF8=True)

    def start(self) -> None:
        self.controller.start()

    def stop(self) -> None:
        self.controller.stop()

    def collect(self) -> int:
        found = 0
        while not self.server.came.empty():
            address, raw = self.server.came.get()
            person = Dweller.objects.filter(email=address.lower()).first()
            if person:
                mail = parsed(raw)
                key = f"{person.number}:{mail['message-id'] or hash(raw)}"
                fields: dict[str, Any] = {
                    "subject": str(mail["subject"] or "")[:400],
                    "text": text_of(mail),
                    "body": raw,
                    "data": facts(mail),
                }
                found += bool(arrived(person, Kind.MAIL, key, **fields))
        return found

    def write(self, person: Dweller, subject: str, text: str, answers: Item | None = None) -> None:
        """A new mail, or an answer as mail programs write it. Raises ValueError."""
        if not person.email:
            raise ValueError("no mailbox")
        mail = compose(person, subject, text, answers)
        try:
            with smtplib.SMTP(ports.HOST, self.lanka_port, timeout=15) as smtp:
                smtp.send_message(mail)
        except (OSError, smtplib.SMTPException) as error:
            raise ValueError(f"the company's mail server did not take it: {error}") from error
        did(person, Kind.MAIL, str(mail["message-id"]), subject=str(mail["subject"]), text=text,
            data={"message_id": str(mail["message-id"])})  # fmt: skip


def parsed(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return str(part.get_content()) if part else ""


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    return str(part.get_content()) if part else ""


def facts(mail: EmailMessage) -> dict[str, str]:
    return {
        "message_id": str(mail["message-id"] or ""),
        "reply_to": str(mail["reply-to"] or mail["from"] or MAILBOX),
        "from": str(mail["from"] or ""),
        "references": str(mail["references"] or ""),
    }


def compose(person: Dweller, subject: str, text: str, answers: Item | None) -> EmailMessage:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = formataddr((person.name, person.email))
    mail["To"] = formataddr((NAME, MAILBOX))
    mail["Subject"] = " ".join(subject.split())[:200]
    mail["Date"] = format_datetime(now())
    mail["Message-ID"] = make_msgid(domain=person.email.partition("@")[2])
    quoted = ""
    if answers:
        known = answers.data
        mail.replace_header("To", known.get("reply_to") or formataddr((NAME, MAILBOX)))
        if known.get("message_id"):
            mail["In-Reply-To"] = known["message_id"]
            mail["References"] = f"{known.get('references', '')} {known['message_id']}".strip()
        quoted = f"\n\n{QUOTES[person.language].format(day=answers.at, who=NAME)}\n" + "\n".join(
            f"> {line}" for line in answers.text.splitlines()
        )
    mail.set_content(text + quoted)
    return mail


QUOTES = {
    "fi": "{day:%d.%m.%Y} klo {day:%H.%M} {who} kirjoitti:",
    "sv": "Den {day:%d.%m.%Y} kl. {day:%H.%M} skrev {who}:",
    "en": "On {day:%d %B %Y} at {day:%H:%M}, {who} wrote:",
    "pl": "{day:%d.%m.%Y} o {day:%H:%M} {who} napisał(a):",
}
