"""Email addresses: what to send to, and what to compare. No guessing: dots, plus-tags and providers' habits are left alone."""

from __future__ import annotations

import re
import unicodedata

import idna

BAD = re.compile(r"[\s\x00-\x1f\x7f<>()\[\]\\,;:\"@]")


def address(text: str) -> str | None:
    """The address to send to: the local part as written, the domain in lower case and ASCII (IDNA). None if it is none."""
    text = unicodedata.normalize("NFC", text).strip().removeprefix("mailto:").strip("<> \t")
    local, at, domain = text.rpartition("@")
    if not at or not local or len(text) > 320 or len(local) > 64 or BAD.search(local):
        return None
    ascii_domain = _domain(domain)
    return f"{local}@{ascii_domain}" if ascii_domain else None


def key(text: str) -> str | None:
    """What two writings of one address share. RFC 5321 lets the local part be case-sensitive; no mailbox in use is."""
    whole = address(text)
    return whole.lower() if whole else None


def shown(text: str) -> str:
    """With the domain in its own letters, for people."""
    local, _, domain = text.rpartition("@")
    try:
        return f"{local}@{idna.decode(domain)}"
    except idna.IDNAError:
        return text


def _domain(domain: str) -> str | None:
    domain = domain.rstrip(".").lower()
    if domain.isascii():
        return domain if re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+", domain) else None
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return None
