"""winmail.dat: Outlook's own wrapping of attachments and rich text (TNEF)."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from functools import lru_cache

MARK = b"\x78\x9f\x3e\x22"
MAX = 60_000_000


@dataclass(frozen=True, slots=True)
class Unpacked:
    files: tuple[tuple[str, bytes], ...] = ()
    text: str = ""
    html: bytes = field(default=b"")


def is_tnef(kind: str, name: str, data: bytes) -> bool:
    labelled = kind in ("application/ms-tnef", "application/vnd.ms-tnef") or name.lower() == "winmail.dat"
    return labelled and data.startswith(MARK)


@lru_cache(1)  # body and attachments both ask for it
def unpacked(data: bytes) -> Unpacked | None:
    """None if it cannot be read: then the wrapping itself is the attachment."""
    if len(data) > MAX:
        return None
    from tnefparse import TNEF

    logging.getLogger("tnefparse").setLevel(logging.CRITICAL)
    try:
        box = TNEF(data)
        found = tuple((str(a.long_filename() or a.name or ""), bytes(a.data or b"")) for a in box.attachments[:500])
        return Unpacked(found, _text(box), _html(box))
    except Exception:  # the library trusts lengths that a stranger wrote
        return None


def _html(box: object) -> bytes:
    html = getattr(box, "htmlbody", None) or b""
    return html.encode("utf-8", "replace") if isinstance(html, str) else bytes(html)


def _text(box: object) -> str:
    body = getattr(box, "body", None) or b""
    if body:
        return body if isinstance(body, str) else bytes(body).decode("cp1252", "replace")
    try:
        rtf = getattr(box, "rtfbody", None) or b""
    except Exception:
        return ""
    return rtf_text(bytes(rtf[:2_000_000]))


def rtf_text(rtf: bytes) -> str:
    """The readable words of RTF: enough to answer by, the original is kept."""
    text = rtf.decode("latin-1")
    text = re.sub(r"\{\\\*[^{}]{0,5000}\}|\{\\(?:fonttbl|colortbl|stylesheet|info)(?:[^{}]|\{[^{}]*\})*\}", "", text)
    text = re.sub(r"\\'([0-9a-f]{2})", lambda hexed: bytes.fromhex(hexed[1]).decode("cp1252", "replace"), text)
    text = re.sub(r"\\u(-?\d{1,5}) ?\??", lambda u: chr(int(u[1]) % 65536), text)
    text = re.sub(r"\\(par|line|pard)\b ?", "\n", text.replace("\r", "").replace("\n", ""))
    return re.sub(r"\\[a-z]{1,30}-?\d{0,10} ?|[{}]", "", text).strip()
