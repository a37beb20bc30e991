"""Where somebody lives, as far as it is known: by their time zone, their address, their phone number."""

from __future__ import annotations

import zoneinfo
from functools import cache, lru_cache

import phonenumbers
from babel import Locale
from babel.core import get_global

SPOKEN = ("en", "fi", "sv", "pl", "de", "et", "nb", "da")  # in which people write the name of a country


@cache
def _known_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


@cache
def _names() -> dict[str, str]:
    """'suomi' → 'FI'."""
    found: dict[str, str] = {}
    for language in SPOKEN:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                found.setdefault(name.casefold(), code)
    return found


@lru_cache(maxsize=4096)
def country_code(text: str) -> str:
    """ISO 3166 code of 'FI', 'fi' or 'Suomi'; '' for what is no country."""
    text = text.strip()
    if len(text) == 2 and text.upper() in Locale("en").territories:
        return text.upper()
    return _names().get(text.casefold(), "")


def zone_name(text: str) -> str:
    """IANA name, '' for what is none."""
    return text if text in _known_zones() else ""


def phone_country(number: str) -> str:
    """Of an E.164 number: the largest country behind its calling code ('+1' is 'US')."""
    for length in (1, 2, 3):
        regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(number[1 : 1 + length] or 0)) if number[1:].isdigit() else None
        if regions:
            return regions[0] if regions[0] != "001" else ""
    return ""


@cache
def zones_of(country: str) -> tuple[str, ...]:
    """Every time zone of a country; where it has several, a decent hour must be one in all of them."""
    return tuple(sorted(zone for zone in get_global("territory_zones").get(country, []) if zone_name(zone)))
