"""Signed links that a message carries: the preference centre, one-click unsubscribing, confirming.

A token is AES-SIV (RFC 5297) over fixed fields, in base64url: whoever holds it can neither read nor change it, and the same
link is made the same way every time. To rotate: put the old secret into SECRET_KEY_FALLBACKS; its links open until it is taken out.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

from lanka.customers.models import Customer, Topic

FIELDS = struct.Struct(">B16sIQ")  # purpose, the customer's public id, topic, mark; then the channel


class Purpose(IntEnum):
    CHOOSE = 1
    UNSUBSCRIBE = 2
    CONFIRM = 3


@dataclass(frozen=True, slots=True)
class Opened:
    """What a token says. `mark`: of the address (unsubscribing), or the event that asked (confirming)."""

    public_id: UUID
    topic: int
    mark: int
    channel: str


def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"lanka:links", hashlib.sha256)


@cache
def _boxes(secrets: tuple[str, ...]) -> list[AESSIV]:
    return [AESSIV(_key(secret)) for secret in secrets]


def boxes() -> list[AESSIV]:
    """The present key first."""
    return _boxes((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def mark_of(address: str) -> int:
    """Eight bytes that tell addresses of one person apart and tell nobody else anything."""
    return int.from_bytes(hmac.digest(_key(settings.SECRET_KEY), address.encode(), hashlib.sha256)[:8], "big")


def token(purpose: Purpose, public_id: UUID, topic: int = 0, mark: int = 0, channel: str = "") -> str:
    """URL-safe. 0 and '' where there is nothing to say."""
    sealed = boxes()[0].encrypt(FIELDS.pack(purpose, public_id.bytes, topic, mark) + channel.encode(), None)
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def open_token(given: str, purpose: Purpose) -> Opened | None:
    """None: not ours, changed, of a key that is out of use, or made for something else."""
    try:
        sealed = base64.urlsafe_b64decode(given + "=" * (-len(given) % 4))
    except ValueError:
        return None
    for box in boxes():
        try:
            plain = box.decrypt(sealed, None)
        except (InvalidTag, ValueError):
            continue
        what, public_id, topic, mark = FIELDS.unpack_from(plain)
        return Opened(UUID(bytes=public_id), topic, mark, plain[FIELDS.size :].decode()) if what == purpose else None
    return None


def preference_url(customer: Customer, topic: Topic | None = None) -> str:
    """Opens their preference centre, at this topic."""
    return f"{settings.PUBLIC_URL}/p/{token(Purpose.CHOOSE, customer.public_id, topic.pk if topic else 0)}/"


def unsubscribe_url(customer: Customer, topic: Topic, channel: str, address: str) -> str:
    """For List-Unsubscribe and List-Unsubscribe-Post (RFC 8058): a POST stops this topic on this channel, a GET shows a button."""
    return f"{settings.PUBLIC_URL}/u/{token(Purpose.UNSUBSCRIBE, customer.public_id, topic.pk, mark_of(address), channel)}"


def confirm_url(customer: Customer, topic: Topic, asked: int) -> str:
    """For the double opt-in mail. `asked`: the event 'consent.asked'."""
    return f"{settings.PUBLIC_URL}/y/{token(Purpose.CONFIRM, customer.public_id, topic.pk, asked)}"


def customer_of(opened: Opened) -> Customer | None:
    """None: they have been erased."""
    return Customer.objects.filter(public_id=opened.public_id, erased_at=None).first()
