"""The set-up form of an SMS line. `gateway` decides which half of it counts."""

from __future__ import annotations

from typing import Any, Literal, Self

from django.utils.translation import gettext_noop as _
from pydantic import BaseModel, Field, SecretStr, model_validator

from lanka.channels.sms.receipts import Ids


def only(gateway: str) -> dict[str, Any]:
    """For the form: the field is shown where `gateway` has this value."""
    return {"shown_if": {"gateway": gateway}}


class Settings(BaseModel):
    gateway: Literal["smpp", "http"] = Field("smpp", title=_("How the operator is reached"), description=_("SMPP session or HTTP gateway"))
    sender: str = Field(
        title=_("Sender"),
        description=_("Your number with its country code (+358…), a short number, or a name of up to 11 letters that cannot be answered"),
        max_length=20,
    )
    price: int = Field(0, ge=0, title=_("Price of a segment"), description=_("In cents, shown while writing"))
    currency: str = Field("EUR", pattern=r"^[A-Z]{3}$", title=_("Currency"))
    plain_quotes: bool = Field(
        True, title=_("Straight quotes"), description=_("Curly quotes, long dashes and dots as plain ones: they would double the price")
    )

    host: str = Field("", title=_("Server"), json_schema_extra=only("smpp"))
    port: int = Field(2775, ge=1, le=65535, title=_("Port"), json_schema_extra=only("smpp"))
    tls: bool = Field(True, title=_("Encrypted (TLS)"), json_schema_extra=only("smpp"))
    system_id: str = Field("", max_length=15, title=_("System id"), description=_("The user name"), json_schema_extra=only("smpp"))
    password: SecretStr = Field(SecretStr(""), title=_("Password"), json_schema_extra=only("smpp"))
    system_type: str = Field("", max_length=12, title=_("System type"), description=_("Usually empty"), json_schema_extra=only("smpp"))
    bind: Literal["separate", "transceiver"] = Field(
        "separate", title=_("Sessions"), description=_("Transmitter and receiver, or transceiver for both"), json_schema_extra=only("smpp")
    )
    window: int = Field(10, ge=1, le=100, title=_("Unanswered messages at once"), json_schema_extra=only("smpp"))
    rate: int = Field(
        10, ge=1, le=1000, title=_("Segments a second"), description=_("As agreed with the operator"), json_schema_extra=only("smpp")
    )
    alphabet: Literal["gsm7", "latin-1", "ascii"] = Field("gsm7", title=_("Default alphabet"), json_schema_extra=only("smpp"))
    long_messages: Literal["udh", "payload"] = Field(
        "udh",
        title=_("Long messages"),
        description=_("Cut here (UDH) or by the operator (message_payload)"),
        json_schema_extra=only("smpp"),
    )
    message_ids: Ids = Field(
        "same",
        title=_("Message ids"),
        description=_("Which side of the operator writes them in hexadecimal"),
        json_schema_extra=only("smpp"),
    )

    url: str = Field("", title=_("Gateway address"), description=_("https://…"), json_schema_extra=only("http"))
    token: SecretStr = Field(SecretStr(""), title=_("Token"), json_schema_extra=only("http"))
    webhook_secret: SecretStr = Field(
        SecretStr(""), title=_("Webhook secret"), description=_("Signs what the gateway sends here"), json_schema_extra=only("http")
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        wanted = ("host", "system_id") if self.gateway == "smpp" else ("url", "token", "webhook_secret")
        missing = [name for name in wanted if not _filled(getattr(self, name))]
        if missing:
            raise ValueError(f"{self.gateway}: {', '.join(missing)} must be filled in")
        return self


def _filled(value: str | SecretStr) -> bool:
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)
