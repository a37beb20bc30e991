"""Ids that leave the house: UUIDv7 (RFC 9562), sortable by time and unguessable enough to stand in a URL."""

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    value = int.from_bytes(time.time_ns().__floordiv__(1_000_000).to_bytes(6, "big") + os.urandom(10), "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return uuid.UUID(int=value)
