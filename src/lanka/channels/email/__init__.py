"""Email: in by Lanka's own SMTP/LMTP listener or by IMAP, out by SMTP with DKIM."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext_noop as _

from lanka.channels.base import Capabilities, Channel, Inbox, Item, LineView, Outbound, Raw, Sent, Step
from lanka.channels.email import check, listener, mailbox, receive, send
from lanka.channels.email.settings import Settings


class Email(Channel):
    kind = "email"
    name = _("Email")
    color = "oklch(60% 0.13 250)"
    Settings = Settings

    def can(self, line: LineView) -> Capabilities:
        settings: Settings = line.settings
        return Capabilities(
            address="email",
            speaks=bool(settings.smtp_host),
            listens=settings.incoming != "none",
            subject=True,
            html=True,
            files=True,
            file_limit=int(settings.size_limit * 1_000_000 * 0.7),  # base64 makes four bytes of three
            receipts=("accepted", "sent", "delivered", "read", "bounced", "complained"),
        )

    def receive(self, line: LineView, raw: Raw) -> Iterable[Item]:
        return receive.items(line.settings, raw)

    def send(self, line: LineView, out: Outbound) -> Sent:
        return send.send(line, out)

    async def poll(self, line: LineView, inbox: Inbox) -> None:
        await mailbox.poll(line, inbox)

    async def listen(self, lines: Mapping[int, LineView], inbox: Inbox) -> None:
        await listener.listen(lines, inbox)

    def check(self, line: LineView) -> Iterator[Step]:
        return check.steps(line)
