"""The set-up form of a letter line. `mode` decides how a letter is handed over, and which fields count."""

from __future__ import annotations

import re
from datetime import time
from typing import Any, Literal

from django.utils.translation import gettext_noop as _
from pydantic import BaseModel, Field, SecretStr, field_validator

from lanka.channels.letter.envelopes import all_envelopes

ENVELOPES: list[Any] = [[one.id, f"{one.country} {one.name}".strip()] for one in all_envelopes().values()]


def only(*modes: str) -> dict[str, Any]:
    return {"shown_if": {"mode": list(modes) if len(modes) > 1 else modes[0]}}


class Settings(BaseModel):
    envelope: str = Field(
        "fi-c5",
        title=_("Envelope"),
        description=_("Decides where the address stands"),
        json_schema_extra={"choices": ENVELOPES},
    )
    colour: bool = Field(True, title=_("Print in colour"))
    duplex: bool = Field(True, title=_("Print on both sides"))
    price: int = Field(0, ge=0, title=_("Price of a letter"), description=_("In cents: paper, print and postage of one sheet"))
    sheet_price: int = Field(0, ge=0, title=_("Price of each further sheet"), description=_("In cents"))
    currency: str = Field("EUR", pattern=r"^[A-Z]{3}$", title=_("Currency"))
    return_address: str = Field(
        "",
        max_length=300,
        title=_("Return address"),
        description=_("Used where the brand has none"),
        json_schema_extra={"widget": "textarea"},
    )
    mode: Literal["folder", "sftp", "printer"] = Field(
        "folder", title=_("Handed over"), description=_("Folder, SFTP server or network printer")
    )

    cut_off: str = Field(
        "",
        max_length=60,
        title=_("Cut-off times"),
        description=_("Letters leave together at these times of a working day, such as 11:00, 15:30; empty: one by one"),
        json_schema_extra=only("folder", "sftp"),
    )
    folder: str = Field(
        "letters", max_length=200, title=_("Folder"), description=_("Below Lanka's own folder"), json_schema_extra=only("folder")
    )
    host: str = Field("", max_length=200, title=_("Server"), json_schema_extra=only("sftp"))
    port: int = Field(22, ge=1, le=65535, title=_("Port"), json_schema_extra=only("sftp"))
    user: str = Field("", max_length=100, title=_("User"), json_schema_extra=only("sftp"))
    password: SecretStr = Field(
        SecretStr(""), title=_("Password"), description=_("Empty when a key is used"), json_schema_extra=only("sftp")
    )
    private_key: SecretStr = Field(
        SecretStr(""),
        title=_("Private key"),
        description=_("OpenSSH or PEM text"),
        json_schema_extra={**only("sftp"), "widget": "textarea"},
    )
    host_key: str = Field(
        "",
        max_length=100,
        title=_("Server's fingerprint"),
        description=_("SHA256:… as the print house gave it"),
        json_schema_extra=only("sftp"),
    )
    path: str = Field("", max_length=200, title=_("Folder on the server"), json_schema_extra=only("sftp"))
    printer: str = Field(
        "", max_length=300, title=_("Printer"), description="ipp://printer.example:631/ipp/print", json_schema_extra=only("printer")
    )

    poll_seconds: int = Field(30, ge=1, le=3600, title=_("Seconds between two looks for receipts"))
    webhook_secret: SecretStr = Field(
        SecretStr(""), title=_("Secret of the webhook"), description=_("When the print house tells by HTTP; empty: no webhook")
    )

    @field_validator("envelope")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in all_envelopes():
            raise ValueError(f"{value} is not known; known are {', '.join(all_envelopes())}")
        return value

    @field_validator("cut_off")
    @classmethod
    def _times(cls, value: str) -> str:
        try:
            given = [one.strip().replace(".", ":") for one in value.split(",") if one.strip()]
            times = sorted({time.fromisoformat((one if ":" in one else f"{one}:00").zfill(5)) for one in given})
        except ValueError as error:
            raise ValueError("write times such as 15:00, with commas between them") from error
        return ", ".join(one.strftime("%H:%M") for one in times)

    @field_validator("folder", "path")
    @classmethod
    def _below(cls, value: str) -> str:
        """No way out of the folder, whatever is typed."""
        if ".." in value.split("/") or "\\" in value or "\0" in value:
            raise ValueError("write a plain path, without ..")
        return value

    @field_validator("folder")
    @classmethod
    def _relative(cls, value: str) -> str:
        if not value or value.startswith(("/", "~")):
            raise ValueError("a folder below Lanka's own, like letters")
        return value

    @field_validator("printer")
    @classmethod
    def _ipp(cls, value: str) -> str:
        if value and not re.fullmatch(r"ipps?://[^\s/@]+(/\S*)?", value):
            raise ValueError("write it as ipp://printer.example:631/ipp/print")
        return value
