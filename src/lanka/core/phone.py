"""Phone numbers: E.164 inside the house, the country's own writing for people."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat


@lru_cache(maxsize=65536)
def e164(text: str, country: str = "FI") -> str | None:
    """'+358405550134' of anything that people write ('040 555 0134', '0035840…', '+358 (0)40…'), read as in `country`.

    None for what nobody can be called back on: short codes, names that senders of SMS use, too few or too many digits.
    """
    number = _parse(text, country)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else None


def pretty(value: str, country: str = "FI") -> str:
    """As people in `country` write it: '040 5550134' at home, '+48 601 555 017' from abroad. What is no number stays as it is."""
    number = _parse(value, country)
    if number is None:
        return value
    home = phonenumbers.country_code_for_region(country) == number.country_code
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL)


def country_of(value: str) -> str:
    """ISO 3166 code of an E.164 number, '' where none fits."""
    number = _parse(value, "")
    return (phonenumbers.region_code_for_number(number) or "") if number else ""


def calling_code(country: str) -> int:
    """358 for 'FI'; 0 where there is none."""
    return phonenumbers.country_code_for_region(country)


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _parse(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    if not 5 <= len(digits(text)) <= 18:
        return None
    try:
        number = phonenumbers.parse(text, country or None)
    except NumberParseException:
        return None
    # possible and not 'valid': new ranges open faster than any library learns them
    return number if phonenumbers.is_possible_number(number) else None
