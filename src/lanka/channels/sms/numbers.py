"""Numbers as the wire writes them and as Lanka keeps them (E.164)."""

from __future__ import annotations

from lanka.channels.items import Known
from lanka.core import phone

INTERNATIONAL, NATIONAL, NETWORK, ALPHANUMERIC = 1, 2, 3, 5  # type of number, SMPP 3.4, 5.2.5
ISDN = 1  # numbering plan, 5.2.6
SHORT = 6  # digits: up to here it is a service's short number


def e164(number: str, country: str, ton: int = 0) -> str:
    """Empty: it is no telephone number. With an unknown type (0) a leading nought means a national one."""
    digits = "".join(character for character in number if character.isdigit())
    if number.startswith("+") or ton == INTERNATIONAL:
        tries = ["+" + digits]
    elif number.startswith("00"):
        tries = ["+" + digits[2:]]
    elif number.startswith("0") or ton == NATIONAL:
        tries = [digits]
    else:
        tries = ["+" + digits, digits] if len(digits) > SHORT else []
    return next((found for found in (phone.e164(text, country) for text in tries) if found), "")


def person(number: str, country: str, ton: int = 0) -> Known:
    """Who wrote. A name in place of a number ('POSTI') and a short number prove nothing and cannot be answered."""
    found = "" if ton == ALPHANUMERIC or any(map(str.isalpha, number)) else e164(number, country, ton)
    return Known("phone", found) if found else Known("account", f"sms:{number}", proven=False)


def wire(number: str) -> tuple[str, int, int]:
    """Address, type of number and numbering plan as a PDU wants them."""
    number = number.replace(" ", "")
    if number.startswith("+"):
        return number[1:], INTERNATIONAL, ISDN
    if number.isdigit():
        return (number, NETWORK, 0) if len(number) <= SHORT else (number, 0, ISDN)
    return number, ALPHANUMERIC, 0
