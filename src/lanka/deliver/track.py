"""Links of our own that lead on to the real ones and tell who followed: short, signed, on our own address.

A token is the delivery and the link, each six bytes, and six bytes of HMAC-SHA256: 24 signs, which a text message can carry. Nobody
can make one that leads elsewhere: the real address stands in our table.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from functools import cache

from django.conf import settings

from lanka.core import secrets
from lanka.decide.models import Message
from lanka.deliver.models import Link

WIDE, MARK = 6, 6


@cache
def _key() -> bytes:
    return secrets.derived("tracked-links")


def _mark(body: bytes) -> bytes:
    return hmac.digest(_key(), body, hashlib.sha256)[:MARK]


def token(delivery: int, link: int) -> str:
    body = delivery.to_bytes(WIDE, "big") + link.to_bytes(WIDE, "big")
    return base64.urlsafe_b64encode(body + _mark(body)).decode()


def opened(given: str) -> tuple[int, int] | None:
    """(delivery, link); None: not ours."""
    try:
        whole = base64.b64decode(given.encode("ascii"), altchars=b"-_", validate=True)
    except ValueError:
        return None
    body, mark = whole[: 2 * WIDE], whole[2 * WIDE :]
    if len(mark) != MARK or not hmac.compare_digest(mark, _mark(body)):
        return None
    return int.from_bytes(body[:WIDE], "big"), int.from_bytes(body[WIDE:], "big")


class Follower:
    """Of one message: real address → row, looked up once where it is the same for everybody."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.known: dict[tuple[str, str], int] = {}

    def of(self, delivery: int) -> Callable[[str, str], str]:
        def follow(url: str, block: str) -> str:
            if not url.startswith(("http://", "https://")):
                return url
            return f"{settings.PUBLIC_URL}/l/{token(delivery, self.link(url, block))}"

        return follow

    def link(self, url: str, block: str) -> int:
        if (url, block) not in self.known:
            if len(self.known) > 1000:  # a link of each person's own: do not keep them all
                self.known.clear()
            digest = hashlib.sha256(url.encode()).hexdigest()[:32]
            found, _ = Link.objects.get_or_create(message=self.message, block=block[:40], digest=digest, defaults={"url": url})
            self.known[url, block] = found.pk
        return self.known[url, block]
