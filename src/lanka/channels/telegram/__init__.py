"""Telegram: a bot that people write to in private, by webhook or polling."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lanka.channels.base import Capabilities, Channel, ChannelError, File, Forged, Inbox, Item, LineView, Outbound, Raw, Sent, Step
from lanka.channels.telegram import api, poll, send, understand
from lanka.channels.telegram.settings import Settings


class Telegram(Channel):
    kind = "telegram"
    name = gettext_noop("Telegram")
    color = "oklch(64% .12 235)"
    Settings = Settings

    def can(self, line: LineView) -> Capabilities:
        return Capabilities(
            address="account",
            files=True,
            file_limit=send.FILES,
            text_limit=send.TEXT,
            buttons=8,
            receipts=("sent",),
            first_contact=False,  # a bot may write only to who has written to it
        )

    def verify(self, line: LineView, raw: Raw) -> None:
        """Telegram signs nothing: it shows the secret that we gave it. An update that comes twice has the same octets."""
        given = raw.headers.get("x-telegram-bot-api-secret-token", "")
        if line.settings.delivery != "webhook" or not hmac.compare_digest(given.encode(), api.secret_of(line).encode()):
            raise Forged("not from Telegram")

    def answer(self, line: LineView, raw: Raw) -> tuple[int, bytes, str]:
        """The answer may hold a call: a pressed button stops turning."""
        try:
            query = json.loads(raw.body)["callback_query"]["id"]
        except (ValueError, TypeError, KeyError, RecursionError):
            return 200, b"{}", "application/json"
        said = {"method": "answerCallbackQuery", "callback_query_id": query}
        return 200, json.dumps(said).encode(), "application/json"

    def receive(self, line: LineView, raw: Raw) -> Iterable[Item]:
        return understand.items(raw)

    def fetch(self, line: LineView, file: File) -> File:
        return replace(file, data=api.download(line, file.ref), ref="")

    def send(self, line: LineView, out: Outbound) -> Sent:
        return send.send(line, out)

    async def poll(self, line: LineView, inbox: Inbox) -> None:
        await poll.poll(line, inbox)

    def check(self, line: LineView) -> Iterator[Step]:
        try:
            bot = api.call(line, "getMe", {}, harmless=True)
            yield Step(_("Token"), True, _("This is @%s") % bot.get("username", ""))
        except ChannelError as error:
            yield Step(_("Token"), False, error.words, _("Copy the token from @BotFather once more"))
            return
        yield self._delivery(line)

    def _delivery(self, line: LineView) -> Step:
        try:
            if line.settings.delivery == "polling":
                api.call(line, "deleteWebhook", {}, harmless=True)
                return Step(_("Polling"), True, _("Messages are fetched as long as the line is in use"))
            api.call(line, "setWebhook", api.webhook(line), harmless=True)
            said = api.call(line, "getWebhookInfo", {}, harmless=True).get("last_error_message", "")
        except ChannelError as error:
            mend = _("Telegram must reach this Lanka by https on port 443, 80, 88 or 8443; or choose polling")
            return Step(_("Webhook"), False, error.words, mend)
        return Step(_("Webhook"), True, _("Registered. Its last trouble: %s") % said if said else _("Registered"))
