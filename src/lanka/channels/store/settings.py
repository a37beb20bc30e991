"""The set-up form of a store line: one for each till system (or shop) that tells us what happens at its counters."""

from __future__ import annotations

import secrets

from django.utils.translation import gettext_noop as _
from pydantic import BaseModel, Field, SecretStr


def new_secret() -> SecretStr:
    return SecretStr(secrets.token_urlsafe(24))


class Settings(BaseModel):
    api_key: SecretStr = Field(
        default_factory=new_secret, title=_("API key"), description=_("The tills send it as a bearer token; at least 16 characters")
    )
    store: str = Field("", max_length=80, title=_("Shop"), description=_("Where a till does not say which shop it stands in"))
    trust_told: bool = Field(
        False,
        title=_("Believe a number or address told at the counter"),
        description=_("Otherwise it only becomes a hint: anybody can say any number. Cards and QR codes are always believed"),
    )
    qr_secret: SecretStr = Field(
        default_factory=new_secret,
        title=_("Secret of the customers' QR codes"),
        description=_("Changing it makes all codes in use invalid"),
    )
    qr_minutes: int = Field(
        0, ge=0, le=525_600, title=_("Minutes that a QR code is good for"), description=_("0: for ever, for codes printed on cards")
    )
