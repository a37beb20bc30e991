"""Their mailboxes: a mail server of their own on this machine, and the programs with which they answer."""

from __future__ import annotations

import queue
import smtplib
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid, parseaddr
from typing import Any

from lanka.channels.email.fake import Fake
from lanka.core.clock import now
from lanka.town import ports
from lanka.town.company import MAILBOX, NAME
from lanka.town.dwellers import arrived, did
from lanka.town.models import Dweller, Item, Kind


class Mailbox:
    def __init__(self, port: int = ports.MAIL, lanka_port: int = ports.LISTEN_MAIL) -> None:
        self.came: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self.server = Fake((ports.HOST, lanka_port), port=port, heard=lambda address, raw: self.came.put((address, raw)))

    def start(self) -> None:
        self.server.start()

    def stop(self) -> None:
        self.server.stop()

    def collect(self) -> int:
        found = 0
        while not self.came.empty():
            address, raw = self.came.get()
            self.server.mailboxes.clear()  # kept in the town's table from here on
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
            self.server.deliver(person.email, parseaddr(str(mail["to"]))[1], mail.as_bytes())
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
    return str(part.get_content()).replace("\r", "").strip() if part else ""


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
