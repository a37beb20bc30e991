"""Money, dates and numbers as each language writes them."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel.core import UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, get_currency_precision

from lanka.content.fields import FIELDS


def shown(value: Any, path: str, language: str) -> str:
    """A value as words. Empty: there is nothing to show (missing, or no thing that can be shown)."""
    if isinstance(value, str):
        known = FIELDS.get(path)
        return day(value, language) if known and known.kind == "date" else value
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return number(value, language)
    if isinstance(value, dict) and "amount" in value:
        return money(value["amount"], str(value.get("currency") or "EUR"), language)
    return ""


@lru_cache(maxsize=4096)
def money(amount: int, currency: str, language: str) -> str:
    return format_currency(amount / 10 ** get_currency_precision(currency), currency, locale=locale(language))


@lru_cache(maxsize=4096)
def day(iso: str, language: str) -> str:
    """'2026-05-14' → '14. toukokuuta 2026'. What is no date is left as it is."""
    try:
        found = datetime.fromisoformat(iso).date() if len(iso) > 10 else date.fromisoformat(iso)
    except ValueError:
        return iso
    return format_date(found, "long", locale=locale(language))


@lru_cache(maxsize=4096)
def number(value: int | float, language: str) -> str:
    return format_decimal(value, locale=locale(language))


@lru_cache(maxsize=64)
def locale(language: str) -> str:
    """English is written as in Europe: '14 May 2026'."""
    if language == "en":
        return "en_GB"
    try:
        format_decimal(1, locale=language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return "en"
    return language.replace("-", "_")
