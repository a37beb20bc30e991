"""An address that must not be written to, after its owner was forgotten: a keyed digest. Whoever has the address can see that it is shut;
nobody can read the address from it, not even with a copy of the database, for the key is not in there.

`digest` in SQL (`sql/ways.sql`) is the same: HMAC-SHA256 is two of PostgreSQL's own sha256, so no extension is needed.
"""

from __future__ import annotations

import hashlib
import hmac

from lanka.core.secrets import derived

MARK = "sealed:"
BLOCK = 64


def key() -> bytes:
    return derived("suppressed-and-forgotten")


def seal(kind: str, value: str) -> str:
    return MARK + hmac.new(key(), f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()


def pads() -> tuple[bytes, bytes]:
    """Inner and outer, as RFC 2104 has them."""
    padded = key().ljust(BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in padded), bytes(byte ^ 0x5C for byte in padded)
