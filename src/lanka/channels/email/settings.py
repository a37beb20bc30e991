"""The set-up form of a mailbox."""

from __future__ import annotations

import re
from typing import Any, Literal

from django.utils.translation import gettext_noop as _
from pydantic import BaseModel, Field, SecretStr, field_validator

from lanka.core import email_address

Security = Literal["starttls", "tls", "none"]
HOST = re.compile(r"[\w.:-]{0,253}")


def only(*ways: str) -> dict[str, Any]:
    """For the form: the field is shown where `incoming` has one of these values."""
    return {"shown_if": {"incoming": list(ways) if len(ways) > 1 else ways[0]}}


class Settings(BaseModel):
    address: str = Field(title=_("Address"), description=_("The mailbox your customers write to, such as help@example.com"), max_length=254)
    sender_name: str = Field(
        "", max_length=80, title=_("Sender name"), description=_("Shown beside the address; empty: the agent's name and the brand's")
    )
    incoming: Literal["listener", "imap", "none"] = Field(
        "listener",
        title=_("Incoming mail"),
        description=_("Lanka's own mail listener, a mailbox that is read by IMAP, or none"),
    )
    imap_host: str = Field("", title=_("IMAP server"), json_schema_extra=only("imap"))
    imap_port: int = Field(993, ge=1, le=65535, title=_("IMAP port"), json_schema_extra=only("imap"))
    imap_security: Security = Field("tls", title=_("IMAP encryption"), json_schema_extra=only("imap"))
    imap_user: str = Field("", max_length=254, title=_("IMAP user"), description=_("Usually the address"), json_schema_extra=only("imap"))
    imap_password: SecretStr = Field(SecretStr(""), title=_("IMAP password"), json_schema_extra=only("imap"))
    imap_folder: str = Field("INBOX", max_length=200, title=_("IMAP folder"), json_schema_extra=only("imap"))
    import_history: bool = Field(
        False,
        title=_("Import what is there already"),
        description=_("Old mail is put on the timeline as history; nothing answers it. Otherwise only mail from now on is taken"),
        json_schema_extra=only("imap"),
    )
    smtp_host: str = Field("", title=_("SMTP server"), description=_("For outgoing mail; empty: this mailbox only receives"))
    smtp_port: int = Field(587, ge=1, le=65535, title=_("SMTP port"))
    smtp_security: Security = Field("starttls", title=_("SMTP encryption"), description=_("STARTTLS is usual on port 587, TLS on port 465"))
    smtp_user: str = Field("", max_length=254, title=_("SMTP user"), description=_("Empty: the server asks for none"))
    smtp_password: SecretStr = Field(SecretStr(""), title=_("SMTP password"))
    plus_addressing: bool = Field(
        True,
        title=_("Plus-addresses"),
        description=_("Answers go to help+thread@… and find their thread even when a mail program drops the reference"),
    )
    return_addresses: bool = Field(
        False,
        title=_("A return address for each message"),
        description=_("Bounces tell exactly which message came back; the SMTP server must allow plus-addresses as envelope sender"),
    )
    dkim_selector: str = Field(
        "", max_length=63, pattern=r"^[A-Za-z0-9._-]*$", title=_("DKIM selector"), description=_("Empty: the SMTP server signs")
    )
    dkim_domain: str = Field("", max_length=253, title=_("DKIM domain"), description=_("Empty: the domain of the address"))
    dkim_private_key: SecretStr = Field(
        SecretStr(""),
        title=_("DKIM private key"),
        description=_("PEM (RSA of 2048 bits, or Ed25519)"),
        json_schema_extra={"widget": "textarea"},
    )
    size_limit: int = Field(35, ge=1, le=95, title=_("Largest mail"), description=_("In MB; larger ones are refused"))
    file_limit: int = Field(
        25, ge=1, le=95, title=_("Largest file"), description=_("In MB; the mail is kept, the file stays in the original")
    )

    @field_validator("address")
    @classmethod
    def _address(cls, value: str) -> str:
        address = email_address.address(value)
        if not address:
            raise ValueError("write an address such as help@example.com")
        return address

    @field_validator("smtp_host", "imap_host")
    @classmethod
    def _host(cls, value: str) -> str:
        value = value.strip()
        if not HOST.fullmatch(value):
            raise ValueError("write a host name such as mail.example.com, without https://")
        return value

    @field_validator("sender_name", "imap_folder", "smtp_user", "imap_user")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if re.search(r"[\x00-\x1f\x7f]", value):
            raise ValueError("one line, without control characters")
        return value

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]
