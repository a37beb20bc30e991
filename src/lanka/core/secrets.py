"""Secrets at rest: AES-128-CBC with HMAC (Fernet), under a key derived from the installation's secret."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

MARK = "enc:"


def derived(purpose: str) -> bytes:
    """32 bytes for one purpose; knowing one tells nothing of another."""
    return hmac.new(settings.SECRET_KEY.encode(), f"lanka:{purpose}".encode(), hashlib.sha256).digest()


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived("secrets-at-rest")))


def lock(text: str) -> str:
    return MARK + _box().encrypt(text.encode()).decode()


def unlock(text: str) -> str:
    """Raises ValueError when the installation's secret is another than the one it was locked with."""
    if not text.startswith(MARK):
        return text
    try:
        return _box().decrypt(text[len(MARK) :].encode()).decode()
    except InvalidToken as error:
        raise ValueError("locked with another LANKA_SECRET_KEY; enter the secret again") from error
