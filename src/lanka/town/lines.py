"""The demo's accounts: one line a channel, each pointing at the town instead of a real provider."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from lanka.channels.models import Line
from lanka.channels.registry import all_channels
from lanka.channels.settings import pack
from lanka.content.models import Brand
from lanka.town import ports
from lanka.town.company import MAILBOX, SHOPS

log = logging.getLogger(__name__)
PASSWORD = "town"  # noqa: S105 (of the simulated providers on this machine)
BOT = "700100:AAF-of_the_town"  # the simulated bot's token
SMS_NUMBER = "+358405550100"


def email() -> dict[str, Any]:
    return {"address": MAILBOX, "smtp_host": ports.HOST, "smtp_port": ports.MAIL, "smtp_security": "none"}


def chat() -> dict[str, Any]:
    return {"questions": "name\nemail", "language": "en", "offline_minutes": 1}


def sms() -> dict[str, Any]:
    return {"gateway": "smpp", "sender": SMS_NUMBER, "price": 7, "host": ports.HOST, "port": ports.SMPP, "tls": False,
            "system_id": "lanka", "password": PASSWORD, "rate": 50}  # fmt: skip


def letter() -> dict[str, Any]:
    return {"mode": "folder", "folder": ports.PRINTER, "price": 145, "sheet_price": 12, "poll_seconds": 3}


def store() -> dict[str, Any]:
    return {"store": SHOPS[0].name, "trust_told": True}


def telegram() -> dict[str, Any]:
    return {"token": BOT, "delivery": "polling", "api": f"http://{ports.HOST}:{ports.BOTS}"}


LINES: dict[str, tuple[str, Callable[[], dict[str, Any]]]] = {
    "email": (MAILBOX, email),
    "chat": ("Web shop", chat),
    "sms": (SMS_NUMBER, sms),
    "letter": ("Letters", letter),
    "store": ("Counters", store),
    "telegram": ("Telegram", telegram),
}


def lines(brand: Brand) -> dict[str, Line]:
    """One line for each channel that is there and whose settings the town knows."""
    found = {}
    for kind, channel in all_channels().items():
        if kind in LINES:
            name, settings = LINES[kind]
            try:
                packed = pack(channel.Settings(**settings()))
            except ValidationError:
                log.exception("the town does not know the settings of %s: no line is made", kind)
                continue
            found[kind] = Line.objects.create(kind=kind, name=name, settings=packed, country=SHOPS[0].country, brand_id=brand.pk)
    return found
