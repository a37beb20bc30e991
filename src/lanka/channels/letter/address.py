"""Postal addresses: from what a person or a register wrote to the lines that stand in the window.

As text (`Outbound.to`) an address is lines joined by newlines: the name first, then c/o and street, then postcode and
town; the last line may be a country, by name in any of our languages or as its ISO 3166 code. As data it is a dict with
`name`, `co`, `street`, `postcode`, `town`, `country` and, for what fits nowhere else, `more` (a list of lines).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from babel import Locale

POSTCODES = {  # how a postcode is written in its own country
    "FI": r"\d{5}",
    "SE": r"\d{3} ?\d{2}",
    "NO": r"\d{4}",
    "DK": r"\d{4}",
    "PL": r"\d{2}-?\d{3}",
    "EE": r"\d{5}",
    "LV": r"LV-\d{4}",
    "LT": r"\d{5}",
    "DE": r"\d{5}",
    "AT": r"\d{4}",
    "NL": r"\d{4} ?[A-Z]{2}",
    "FR": r"\d{5}",
}
PREFIX = re.compile(
    r"^(FIN|FI|AX|SE|S|NO|N|DK|PL|EE|DE|D)[- ](?=\d)", re.IGNORECASE
)  # 'SE-111 22': the Universal Postal Union advises against it
NAMES_IN = ("en", "fi", "sv", "pl", "nb", "da", "de", "et")
CAPITALS = {"FI", "SE", "NO", "DK", "EE", "LV", "LT"}  # the town in capitals at home too; abroad always
CARE_OF = re.compile(r"^(c/o|co|℅|u/|v/)[:\s]\s*", re.IGNORECASE)
MOST_LINES = 7


@dataclass(frozen=True, slots=True)
class Address:
    name: str = ""
    co: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""
    country: str = ""  # ISO 3166, '' = the sender's
    more: tuple[str, ...] = ()  # lines between name and street, as given (department, region, building)

    @property
    def missing(self) -> list[str]:
        """What a postman cannot do without."""
        known = POSTCODES.get(self.country)
        wanted = {"name": self.name, "street": self.street, "town": self.town, **({"postcode": self.postcode} if known else {})}
        return [what for what, value in wanted.items() if not value]


def read(to: str, data: Mapping[str, Any] | None = None, *, country: str, name: str = "") -> Address:
    """The address of a message: from its dict where it has one, else from its lines. `country`: where it is when it does not say."""
    if data and (data.get("street") or data.get("town")):
        found = from_dict(data, country=country)
    else:
        first = line(to.strip().partition("\n")[0])
        nameless = name and re.search(r"\d", first) and line(name).casefold() != first.casefold()  # it begins with the street
        found = parse(f"{name}\n{to}" if nameless else to, country=country)
    return replace(found, name=found.name or line(name))


def from_dict(data: Mapping[str, Any], *, country: str) -> Address:
    more = data.get("more") or ()
    return tidy(
        Address(
            name=line(data.get("name")),
            co=CARE_OF.sub("", line(data.get("co"))),
            street=line(data.get("street")),
            postcode=line(data.get("postcode")),
            town=line(data.get("town")),
            country=country_of(line(data.get("country"))) or country,
            more=tuple(line(one) for one in ([more] if isinstance(more, str) else more) if line(one)),
        )
    )


def parse(text: str, *, country: str) -> Address:
    """Understands what people write; what it cannot place it keeps as lines in their order."""
    lines = [one for one in map(line, text.splitlines()) if one]
    if not lines:
        return Address(country=country)
    own = country_of(lines[-1]) if len(lines) > 2 else ""
    if own:
        lines.pop()
    country = own or country
    name, rest = lines[0], lines[1:]
    postcode, town = split_town(rest.pop(), country) if rest else ("", "")
    co = next((one for one in rest if CARE_OF.match(one)), "")
    rest = [one for one in rest if one != co]
    street = rest.pop() if rest else ""
    return tidy(Address(name, CARE_OF.sub("", co), street, postcode, town, country, tuple(rest)))


def split_town(text: str, country: str) -> tuple[str, str]:
    """'00100 Helsinki' → ('00100', 'Helsinki'). A postcode that is not known in this country stays with the town."""
    shape = POSTCODES.get(country, r"\d[\d -]{2,8}\d")
    found = re.match(rf"^({shape})[ ,]+(.+)$", PREFIX.sub("", text), re.IGNORECASE)
    return (found[1], found[2]) if found else ("", text)


def tidy(address: Address) -> Address:
    postcode = PREFIX.sub("", address.postcode).upper()
    digits = re.sub(r"\D", "", postcode)
    if address.country == "SE" and len(digits) == 5:
        postcode = f"{digits[:3]} {digits[3:]}"
    if address.country == "PL" and len(digits) == 5:
        postcode = f"{digits[:2]}-{digits[2:]}"
    return replace(address, postcode=postcode)


def lines(address: Address, *, sender_country: str, most: int = MOST_LINES) -> list[str]:
    """As it stands in the window: no country at home, the country in capitals abroad, never bold, never more than `most` (≥ 5) lines."""
    abroad = bool(address.country) and address.country != sender_country
    town = address.town.upper() if abroad or address.country in CAPITALS else address.town
    place = (
        "  ".join(part for part in (address.postcode, town) if part) if address.country == "SE" else f"{address.postcode} {town}".strip()
    )
    care = f"c/o {address.co}" if address.co else ""
    written = [address.name, *address.more, care, address.street, place, country_name(address.country).upper() if abroad else ""]
    return squeeze([one for one in written if one], most)


def squeeze(written: list[str], most: int) -> list[str]:
    """Joins the shortest neighbours in the middle until the block fits; name, place and country keep their lines."""
    while len(written) > most:
        middle = range(1, len(written) - 3)
        at = min(middle, key=lambda i: len(written[i]) + len(written[i + 1]))
        written = [*written[:at], f"{written[at]}, {written[at + 1]}", *written[at + 2 :]]
    return written


def as_text(address: Address) -> str:
    """The canonical text of an address, which `parse` reads back to the same."""
    care = f"c/o {address.co}" if address.co else ""
    place = f"{address.postcode} {address.town}".strip()
    return "\n".join(part for part in (address.name, *address.more, care, address.street, place, address.country) if part)


def line(value: Any) -> str:
    """One printable line: no control characters, single spaces, no comma at its end."""
    text = "".join(c if c.isprintable() else " " for c in str(value or ""))
    return re.sub(r"\s+", " ", text).strip().strip(",").strip()


@cache
def _countries() -> dict[str, str]:
    """Every name of every country in our languages, and its code, folded → ISO 3166."""
    known: dict[str, str] = {}
    for language in NAMES_IN:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha():
                known.setdefault(str(name).casefold(), code)
    return (
        known | {code.casefold(): code for code in set(known.values())} | {"uk": "GB", "usa": "US", "great britain": "GB", "england": "GB"}
    )


def country_of(text: str) -> str:
    """'Polska', 'POLAND', 'pl' → 'PL'; '' when it is no country."""
    return _countries().get(text.strip().strip(".").casefold(), "")


def country_name(code: str) -> str:
    return str(Locale.parse("en").territories.get(code, code))
