"""What the print house tells afterwards: printed, posted, returned. As a file in `ack/` or as a signed webhook, one shape.

{"acks": [{"piece": "06DE…", "state": "posted", "at": "2026-11-22T14:00:00Z", "why": "", "id": "their own id"}]}
One ack alone, or a bare list of them, is understood too.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from lanka.channels.base import Forged, NotUnderstood, Raw, Receipt, ReceiptState
from lanka.channels.letter.mark import message_id

STATES: Mapping[str, ReceiptState] = {
    "accepted": "accepted",
    "printed": "printed",
    "posted": "posted",
    "returned": "returned",
    "failed": "failed",
}
SIGNATURE = "x-letter-signature"
WINDOW = 300  # seconds that a signed webhook stays good


def receipts(raw: Raw) -> list[Receipt]:
    """All of it or nothing: half an ack file is quarantined whole, with the reason."""
    try:
        body = json.loads(raw.body)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood(f"not JSON: {error}") from error
    told = body.get("acks", [body]) if isinstance(body, dict) else body
    if not isinstance(told, list) or not told:
        raise NotUnderstood("no acks in it")
    return [receipt(one, raw) for one in told]


def receipt(ack: Any, raw: Raw) -> Receipt:
    if not isinstance(ack, dict):
        raise NotUnderstood("an ack must be an object")
    piece, state = ack.get("piece"), STATES.get(str(ack.get("state")))
    if not isinstance(piece, str) or not piece.strip() or len(piece) > 100:
        raise NotUnderstood("an ack without a piece")
    if state is None:
        raise NotUnderstood(f"state {str(ack.get('state'))[:40]!r} is none of {', '.join(STATES)}")
    rest = {
        name: value for name, value in ack.items() if name not in ("piece", "state", "at", "why") and isinstance(value, str | int | float)
    }
    return Receipt(
        key=f"{piece.strip()}:{state}",
        at=moment(ack.get("at"), raw),
        ref=message_id(piece),
        state=state,
        why=str(ack.get("why") or "")[:500],
        permanent=state == "returned",
        data=rest,
    )


def moment(text: object, raw: Raw) -> datetime:
    if not text:
        return raw.received_at or datetime.now(UTC)
    try:
        at = datetime.fromisoformat(cast(str, text))
    except (TypeError, ValueError) as error:
        raise NotUnderstood(f"at {str(text)[:40]!r} is no time in ISO 8601") from error
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def signature(secret: str, body: bytes, at: int) -> str:
    """The header's value: `t=<unix seconds>,v1=<hex of HMAC-SHA256 over '<t>.<body>'>`."""
    digest = hmac.new(secret.encode(), str(at).encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def verify(secret: str, raw: Raw) -> None:
    """Raises Forged. Old ones too: what was listened to once is not played again."""
    found = re.fullmatch(r"t=(\d{1,12}),v1=([0-9a-f]{64})", raw.headers.get(SIGNATURE, "").strip())
    if not secret or not found:
        raise Forged("no signature")
    at = int(found[1])
    if not hmac.compare_digest(signature(secret, raw.body, at), found[0]):
        raise Forged("wrong signature")
    if abs(time.time() - at) > WINDOW:
        raise Forged("the signature is too old")
