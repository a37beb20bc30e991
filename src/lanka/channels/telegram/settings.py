"""The set-up form of a Telegram line: one bot."""

from __future__ import annotations

import re
from typing import Literal

from django.utils.translation import gettext_noop as _
from pydantic import BaseModel, Field, SecretStr, field_validator


class Settings(BaseModel):
    token: SecretStr = Field(title=_("Bot token"), description=_("From @BotFather, like 123456:ABC-DEF…"))
    delivery: Literal["webhook", "polling"] = Field(
        "webhook", title=_("How messages come"), description=_("Polling needs no public https address, and suits a trial")
    )
    quote: bool = Field(False, title=_("Quote the message that is answered"))
    api: str = Field("https://api.telegram.org", title=_("Bot API server"), description=_("Another one only if you run it yourself"))

    @field_validator("token")
    @classmethod
    def _stands_in_a_path(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[\w:-]+", value.get_secret_value(), re.ASCII):
            raise ValueError("a token has digits, a colon, letters, '_' and '-' only")
        return value

    @field_validator("api")
    @classmethod
    def _address(cls, value: str) -> str:
        if not re.match(r"https?://[^/]", value):
            raise ValueError("must begin with https://")
        return value.rstrip("/")
