"""The QR code that a customer shows: who they are, signed by us, so that nobody can draw another person's.

'LK1.<payload>.<signature>', base64url; the payload is '<unix seconds>|<kind>|<value>'.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import get_args

import zxingcpp

from lanka.channels.base import IdentifierKind, Known

MARK = "LK1"
LONGEST = 400


class NotOurs(ValueError):
    """Not signed by us, or too old. The words say which."""


def token(secret: str, known: Known, *, at: datetime) -> str:
    payload = _pack(f"{int(at.timestamp())}|{known.kind}|{known.value}".encode())
    return f"{MARK}.{payload}.{_sign(secret, payload)}"


def read(secret: str, text: str, *, at: datetime, minutes: int = 0) -> Known:
    """Raises NotOurs."""
    parts = text.strip().split(".")
    if len(text) > LONGEST or len(parts) != 3 or parts[0] != MARK or not secret:
        raise NotOurs("this is none of our QR codes")
    if not hmac.compare_digest(_sign(secret, parts[1]).encode(), parts[2].encode("utf-8", "replace")):
        raise NotOurs("this QR code is not signed by us")
    seconds, kind, value = _unpack(parts[1]).decode().split("|", 2)
    if kind not in get_args(IdentifierKind) or not value:
        raise NotOurs("this QR code says nothing that we know")
    if minutes and at.timestamp() - int(seconds) > timedelta(minutes=minutes).total_seconds():
        raise NotOurs("this QR code is too old: ask for a fresh one")
    return Known(kind, value)  # type: ignore[arg-type]  # looked at above


def svg(text: str) -> str:
    """The code as a picture for a page or a card, with its quiet zone."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    drawn: str = zxingcpp.write_barcode_to_svg(code, add_quiet_zones=True)
    return drawn[drawn.index("<svg") :]


def _sign(secret: str, payload: str) -> str:
    return _pack(hmac.new(secret.encode(), b"lanka-qr:" + payload.encode("utf-8", "replace"), hashlib.sha256).digest()[:16])


def _pack(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def _unpack(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
