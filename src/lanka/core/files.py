"""Files, kept once by content."""

from __future__ import annotations

import hashlib

import puremagic

from lanka.core.models import Blob


def sniff(data: bytes, claimed: str = "", name: str = "") -> str:
    """The content type by the bytes themselves; what was claimed counts only where the bytes say nothing, or are plain text.

    (A text that begins with 'BMW' is no bitmap, though its first two letters say so.)
    """
    if claimed.startswith(("text/", "message/")) and is_text(data):
        return claimed
    try:
        found = str(puremagic.from_string(data[:8192], mime=True, filename=name or None))
    except (puremagic.PureError, ValueError):
        found = ""
    return found or claimed or "application/octet-stream"


def is_text(data: bytes) -> bool:
    head = data[:8192]
    return b"\0" not in head and not any(byte < 9 or 13 < byte < 27 for byte in head)


def keep(data: bytes, content_type: str = "") -> str:
    """Stores the bytes and gives their sha256. The same bytes again cost nothing."""
    digest = hashlib.sha256(data).hexdigest()
    if not Blob.objects.filter(sha256=digest).exists():
        blob = Blob(sha256=digest, size=len(data), content_type=(content_type or sniff(data))[:120], data=data)
        Blob.objects.bulk_create([blob], ignore_conflicts=True)
    return digest


def read(sha256: str) -> bytes:
    """Raises Blob.DoesNotExist."""
    return bytes(Blob.objects.values_list("data", flat=True).get(sha256=sha256))
