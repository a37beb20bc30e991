"""Signed words that leave the house and must come back unchanged: thread tokens and ids of our own messages.

A token is `<value>.<16 base32 characters>`: lower case, digits, '-' and '.', so that it survives in an address or a message id
whose case somebody changes. 80 bits of HMAC-SHA256: whoever knows a value cannot make its token.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from functools import cache

from lanka.core import secrets

VALUE = re.compile(r"[a-z0-9-]{1,80}")
MARK = 16


@cache
def _key() -> bytes:
    return secrets.derived("thread-tokens")


def _mark(value: str) -> str:
    digest = hmac.new(_key(), value.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:10]).decode().lower()


def sign(value: str) -> str:
    """The token of a value of [a-z0-9-]. Keep values short: a plus-address must fit 64 characters. Raises ValueError."""
    if not VALUE.fullmatch(value):
        raise ValueError(f"cannot be signed: {value!r}")
    return f"{value}.{_mark(value)}"


def read(token: str) -> str | None:
    """The value if the token is ours, in whatever case it came back; None otherwise."""
    value, _, mark = token.strip().lower().rpartition(".")
    if len(mark) != MARK or not VALUE.fullmatch(value):
        return None
    return value if hmac.compare_digest(_mark(value).encode(), mark.encode("utf-8", "replace")) else None
