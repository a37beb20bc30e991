"""Settings with which the real channels load for the cast's lines, without a world behind them."""

from __future__ import annotations

from typing import Any

SETTINGS: dict[str, dict[str, Any]] = {
    "email": {"address": "help@pyorapolku.example"},
    "sms": {"gateway": "smpp", "sender": "+358405550100", "host": "127.0.0.1", "system_id": "pyora"},
    "store": {"api_key": "till-key-0123456789", "qr_secret": "qr-secret-0123456789", "store": ""},
}
