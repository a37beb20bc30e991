"""The HTTP gateway: JSON both ways. README.md has the whole of its protocol.

Out: POST of one message, with a bearer token and our id as `Idempotency-Key`. In: webhooks of messages and receipts, signed with
HMAC-SHA256 over '<timestamp>.<body>'.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from django.utils.translation import gettext as _

from lanka.channels.base import LineView
from lanka.channels.errors import (
    ChannelError,
    Forged,
    Misconfigured,
    NotUnderstood,
    Refused,
    Throttled,
    Unavailable,
    Uncertain,
    Unreachable,
)
from lanka.channels.items import Inbound, Item, Outbound, Raw, Receipt, ReceiptState, Sent
from lanka.channels.sms import gsm7, numbers
from lanka.channels.sms.understand import stop
from lanka.core import clock, http
from lanka.core.addresses import PrivateAddress

REPLAY = 300  # seconds
STATES: dict[str, ReceiptState] = {
    "accepted": "accepted",
    "sent": "sent",
    "delivered": "delivered",
    "failed": "failed",
    "expired": "failed",
    "rejected": "failed",
}


def signature(secret: str, timestamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def verify(line: LineView, raw: Raw) -> None:
    """Raises Forged. A line without a gateway has no webhook; an empty secret signs nothing."""
    secret = line.settings.webhook_secret.get_secret_value()
    timestamp = raw.headers.get("x-timestamp", "")
    if line.settings.gateway != "http" or not secret:
        raise Forged("this line takes no webhooks")
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        raise Forged("no timestamp")
    given = raw.headers.get("x-signature", "").removeprefix("sha256=").lower()
    if not hmac.compare_digest(given.encode(), signature(secret, timestamp, raw.body).encode()):
        raise Forged("the signature does not fit")
    if abs(time.time() - int(timestamp)) > REPLAY:
        raise Forged("signed too long ago")


def items(line: LineView, raw: Raw) -> Iterator[Item]:
    """Raises NotUnderstood: all of it or nothing, so that a replay repeats nothing."""
    try:
        said = json.loads(raw.body)
        messages, receipts = said.get("messages", []), said.get("receipts", [])
        if not messages and not receipts:
            raise NotUnderstood("neither messages nor receipts in it")
        found: list[Item] = [_message(line, raw, message) for message in messages]
        found += [_receipt(raw, receipt) for receipt in receipts]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotUnderstood(f"not what a gateway sends: {type(error).__name__}: {error}") from error
    yield from found


def _when(raw: Raw, said: dict[str, Any]) -> datetime:
    """The gateway's time, if it is a time with a zone and not ahead of us."""
    arrived = raw.received_at or clock.now()
    try:
        at = datetime.fromisoformat(str(said["at"]))
        return min(at.astimezone(UTC), arrived) if at.tzinfo else arrived
    except (KeyError, ValueError, OverflowError):
        return arrived


def _message(line: LineView, raw: Raw, said: dict[str, Any]) -> Inbound:
    key, text, number = _string(said, "id"), _string(said, "text"), _string(said, "from")
    to = str(said.get("to", ""))
    sender = numbers.person(number, line.country)
    to = numbers.e164(to, line.country) or to
    return Inbound(key, _when(raw, said), sender, text.replace("\0", ""), to=to, message_id=key, data=stop(text))


def _receipt(raw: Raw, said: dict[str, Any]) -> Receipt:
    ref, word = _string(said, "message"), _string(said, "state")
    if word not in STATES:
        raise NotUnderstood(f"an unknown state: {word[:50]}")
    why = str(said.get("error", ""))
    return Receipt(f"receipt:{ref}:{word}", _when(raw, said), ref, STATES[word], why, said.get("permanent") is True)


def _string(said: dict[str, Any], name: str) -> str:
    value = said[name]
    if not isinstance(value, str) or (not value and name != "text"):
        raise TypeError(f"{name} must be text")
    return value


def send(line: LineView, out: Outbound) -> Sent:
    """Raises the closed errors. The gateway honours our id: what it has already it answers once more."""
    settings = line.settings
    text = gsm7.plain(out.text) if settings.plain_quotes else out.text
    message = {"from": settings.sender, "to": out.to, "text": text}
    if line.public_url:
        message["callback"] = f"{line.public_url}/in/{line.token}/"
    try:
        with http.client(timeout=20) as client:
            answer = client.post(settings.url, json=message, headers=credentials(line) | {"idempotency-key": out.id})
    except PrivateAddress as error:
        raise Misconfigured(str(error)) from error
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise Unavailable(_("The gateway cannot be reached: %s") % error) from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Misconfigured(_("The gateway's address is wrong: %s") % error) from error
    except httpx.HTTPError as error:
        raise Uncertain(_("The gateway did not answer: %s") % (str(error) or type(error).__name__)) from error
    if not answer.is_success:
        raise problem(answer)
    return _sent(line, text, answer)


def credentials(line: LineView) -> dict[str, str]:
    return {"authorization": f"Bearer {line.settings.token.get_secret_value()}"}


def _sent(line: LineView, text: str, answer: httpx.Response) -> Sent:
    try:
        said = answer.json()
        ref, parts = said["id"], said.get("parts") or gsm7.measure(text).parts
        cost = said.get("cost", parts * line.settings.price)
        return Sent(ref=str(ref), parts=int(parts), cost=int(cost), currency=str(said.get("currency") or line.settings.currency))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Uncertain(_("The gateway took the message, but its answer cannot be read")) from error


def problem(answer: httpx.Response) -> ChannelError:
    words = _words(answer)
    after = answer.headers.get("retry-after", "")
    wait = timedelta(seconds=min(int(after), 3600)) if after.isascii() and after.isdigit() else None
    match answer.status_code:
        case 429:
            return Throttled(words, after=wait or timedelta(seconds=5))
        case 503:
            return Unavailable(words, after=wait)
        case 404 | 410:
            return Unreachable(words)
        case 401 | 402 | 403:
            return Misconfigured(words)
        case code if code >= 500:
            return Uncertain(words)
    return Refused(words) if answer.is_client_error else Misconfigured(words)


def _words(answer: httpx.Response) -> str:
    try:
        said = str(answer.json()["error"])[:300]
    except (ValueError, TypeError, KeyError):
        said = ""
    return _("The gateway says %(code)s %(words)s") % {"code": answer.status_code, "words": said or answer.reason_phrase}
