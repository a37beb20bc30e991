"""SMS: an SMPP 3.4 session with an operator, or an HTTP gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_noop as _

from lanka.channels.base import Capabilities, Channel, Inbox, Item, LineView, Measure, NotUnderstood, Outbound, Raw, Sent, Step
from lanka.channels.sms import check, gateway, gsm7, listen, send, understand
from lanka.channels.sms.settings import Settings

LONGEST = 10 * 153  # characters: beyond ten segments phones and operators begin to disagree


class Sms(Channel):
    kind = "sms"
    name = _("SMS")
    color = "oklch(66% 0.14 75)"
    Settings = Settings

    def can(self, line: LineView) -> Capabilities:
        settings = line.settings
        return Capabilities(
            address="phone",
            listens=settings.sender.lstrip("+").isdigit(),  # a name cannot be answered
            text_limit=LONGEST,
            segmented=True,
            receipts=("accepted", "sent", "delivered", "failed"),
            repeat_safe=settings.gateway == "http",
            cost=settings.price,
            currency=settings.currency,
        )

    def measure(self, line: LineView, text: str) -> Measure:
        return gsm7.measure(gsm7.plain(text) if line.settings.plain_quotes else text)

    def send(self, line: LineView, out: Outbound) -> Sent:
        return gateway.send(line, out) if line.settings.gateway == "http" else send.send(line, out)

    def receive(self, line: LineView, raw: Raw) -> Iterable[Item]:
        if not raw.body:
            raise NotUnderstood("it is empty")
        smpp = raw.headers.get("content-type") == understand.CONTENT_TYPE
        return understand.items(line, raw) if smpp else gateway.items(line, raw)

    def verify(self, line: LineView, raw: Raw) -> None:
        gateway.verify(line, raw)

    def answer(self, line: LineView, raw: Raw) -> tuple[int, bytes, str]:
        return 200, b'{"ok": true}', "application/json"

    async def poll(self, line: LineView, inbox: Inbox) -> None:
        """Holds the receiving session. A gateway calls us: then there is nothing to hold."""
        if line.settings.gateway == "smpp":
            await listen.listen(line, inbox)
        else:
            await asyncio.Event().wait()

    def check(self, line: LineView) -> Iterator[Step]:
        return check.steps(line)
