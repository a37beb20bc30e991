"""What runs beside: it keeps the webhook registered, or fetches the updates itself (getUpdates)."""

from __future__ import annotations

import asyncio
import json
import logging

import httpx

from lanka.channels.base import ChannelError, Inbox, LineView, Raw
from lanka.channels.telegram import api
from lanka.core import clock, http

EVERY = 3600.0  # seconds between two looks at the webhook
LONG_POLL = 25  # seconds that Telegram holds an empty answer back
LONGEST_WAIT = 60.0
log = logging.getLogger(__name__)


async def poll(line: LineView, inbox: Inbox) -> None:
    """Until cancelled."""
    wait = 1.0
    async with http.async_client(timeout=LONG_POLL + 10) as client:
        while True:
            try:
                if line.settings.delivery == "webhook":
                    await api.call_async(client, line, "setWebhook", api.webhook(line))
                    await asyncio.sleep(EVERY)
                else:
                    await api.call_async(client, line, "deleteWebhook", {})
                    await fetch_updates(client, line, inbox)
            except ChannelError as error:
                log.warning("line %s: %s", line.name, error.words)
                pause = error.after.total_seconds() if error.after else wait
                await asyncio.sleep(pause)
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                wait = 1.0


async def fetch_updates(client: httpx.AsyncClient, line: LineView, inbox: Inbox) -> None:
    """The next offset acknowledges: it is asked for only when the updates before it are durable."""
    offset = 0
    while True:
        said = {"offset": offset, "timeout": LONG_POLL, "allowed_updates": api.UPDATES}
        for update in await api.call_async(client, line, "getUpdates", said) or []:
            body, number = json.dumps(update, ensure_ascii=False).encode("utf-8", "replace"), int(update["update_id"])
            await inbox.put(
                line, Raw(body, {"content-type": "application/json"}, path="updates", received_at=clock.now(), key=f"update:{number}")
            )
            await stop_spinning(client, line, update)
            offset = max(offset, number + 1)


async def stop_spinning(client: httpx.AsyncClient, line: LineView, update: dict[str, object]) -> None:
    """A pressed button turns until it is answered; a webhook answers it at once (`Telegram.answer`)."""
    query = update.get("callback_query")
    if isinstance(query, dict):
        try:
            await api.call_async(client, line, "answerCallbackQuery", {"callback_query_id": query.get("id")})
        except ChannelError as error:
            log.info("line %s: a button could not be answered: %s", line.name, error.words)
