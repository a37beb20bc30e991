"""Calls of the Bot API, and what its refusals mean. The token stands in the address, so no address is ever put into words."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
from django.utils.translation import gettext as _

from lanka.channels.base import ChannelError, LineView, Misconfigured, Refused, Throttled, Unavailable, Uncertain, Unreachable
from lanka.core import http
from lanka.core.addresses import PrivateAddress

UPDATES = ["message", "edited_message", "callback_query"]


def secret_of(line: LineView) -> str:
    """What Telegram shows us with each webhook (setWebhook's secret_token): made of the token, so there is nothing to fill in."""
    return hmac.new(line.settings.token.get_secret_value().encode(), line.token.encode(), hashlib.sha256).hexdigest()


def webhook(line: LineView) -> dict[str, Any]:
    return {"url": f"{line.public_url}/in/{line.token}/", "secret_token": secret_of(line), "allowed_updates": UPDATES}


def address(line: LineView, method: str) -> str:
    return f"{line.settings.api}/bot{line.settings.token.get_secret_value()}/{method}"


def call(line: LineView, method: str, said: Mapping[str, Any], *, file: Any = None, harmless: bool = False, seconds: float = 20) -> Any:
    """`harmless`: it may be repeated, so that no answer is only Unavailable. Raises the closed errors."""
    body = {"data": said, "files": file} if file else {"json": said}
    try:
        with http.client(timeout=seconds) as client:
            return result(client.post(address(line, method), **body))
    except (httpx.HTTPError, httpx.InvalidURL, PrivateAddress) as error:
        raise accident(error, harmless) from error


async def call_async(client: httpx.AsyncClient, line: LineView, method: str, said: Mapping[str, Any]) -> Any:
    """For the poller: whatever it asks is harmless."""
    try:
        return result(await client.post(address(line, method), json=said))
    except (httpx.HTTPError, httpx.InvalidURL, PrivateAddress) as error:
        raise accident(error, harmless=True) from error


def download(line: LineView, file_id: str) -> bytes:
    """Raises the closed errors. Telegram gives bots at most 20 MB, and its link lives for an hour."""
    path = call(line, "getFile", {"file_id": file_id}, harmless=True).get("file_path", "")
    try:
        with http.client(timeout=60) as client:
            answer = client.get(f"{line.settings.api}/file/bot{line.settings.token.get_secret_value()}/{quote(path)}")
    except (httpx.HTTPError, httpx.InvalidURL, PrivateAddress) as error:
        raise accident(error, harmless=True) from error
    if not answer.is_success:
        raise Unavailable(_("Telegram does not give this file (%s)") % answer.status_code)
    return answer.content


def accident(error: Exception, harmless: bool) -> ChannelError:
    if isinstance(error, PrivateAddress):
        return Misconfigured(str(error))
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return Misconfigured(_("The address of the Bot API server is wrong"))
    if isinstance(error, http.TooLarge):
        return Refused(_("Telegram's answer is too large"))
    if harmless or isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return Unavailable(_("Telegram cannot be reached"))
    return Uncertain(_("Telegram was handed the message but did not answer"))


def result(answer: httpx.Response) -> Any:
    try:
        said = answer.json()
    except ValueError:
        said = None
    if not isinstance(said, dict):
        said = {"description": answer.reason_phrase}
    if answer.is_success and said.get("ok") is True:
        return said.get("result")
    raise refusal(answer.status_code, said)


def refusal(code: int, said: Mapping[str, Any]) -> ChannelError:
    """Its descriptions are the precise part: nearly everything is a 400."""
    description = str(said.get("description", ""))[:300]
    words = _("Telegram says: %s") % (description or code)
    lower = description.lower()
    if code == 429:
        after = (said.get("parameters") or {}).get("retry_after", 5)
        return Throttled(words, after=timedelta(seconds=after if isinstance(after, int) else 5))
    if code == 403 or any(gone in lower for gone in ("chat not found", "user is deactivated", "user not found", "peer_id_invalid")):
        return Unreachable(words)
    if code in (401, 404, 409):
        return Misconfigured(words)
    if code == 503:
        return Unavailable(words)
    return Refused(words) if code < 500 else Uncertain(words)
