"""Passkeys, codes of an app, recovery codes: what allauth asks of the house."""

from __future__ import annotations

from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.utils.translation import gettext as _

from lanka.core import secrets
from lanka.people.models import User


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """A passkey belongs to the public name, whatever the Host header says."""
        return {"id": str(urlsplit(settings.PUBLIC_URL).hostname), "name": "Lanka"}

    def get_totp_issuer(self) -> str:
        return "Lanka"

    def generate_authenticator_name(self, user: User, type: str) -> str:
        return _("My passkey")

    def encrypt(self, text: str) -> str:
        return secrets.lock(text)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.unlock(encrypted_text)
