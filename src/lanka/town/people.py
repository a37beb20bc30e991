"""Some 300 believable customers, the same ones every time. The cast is among them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

TALK = Path(__file__).resolve().parent / "talk"
NAMES: dict[str, Any] = tomllib.loads((TALK / "names.toml").read_text())
PLACES: dict[str, Any] = tomllib.loads((TALK / "places.toml").read_text())
YEAR = 2026
PHONES = {"FI": ("+35840555", "+35850555", "+35844555", "+35845555"), "PL": ("+48601555", "+48512555", "+48694555")}
"""The cast's own ranges: '555' numbers, given to nobody."""


def telegram_id(number: int) -> int:
    """Their id there. It ends in 10: other ends make the fake misbehave."""
    return 700_000_010 + number * 100


def uses_telegram(number: int) -> bool:
    return number == 1 or number % 5 == 0


@dataclass
class Person:
    number: int
    first: str
    last: str
    woman: bool
    born: int
    language: str
    country: str
    city: str
    street: str
    postcode: str
    shop: str  # the one they go to
    trait: str  # 'chatty', 'brief', 'mail', 'phone', 'shop', 'paper'
    email: str = ""
    phone: str = ""
    card: str = ""
    visitor: str = ""  # the chat's id of their browser
    size: int = 1  # which of a product's sizes fits
    rides: list[str] = field(default_factory=list)  # models owned, as bought

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def address(self) -> list[str]:
        return [self.street, f"{self.postcode} {self.city}"]


def people(count: int = 300, seed: int = 20931) -> list[Person]:
    """`count` people, the cast first."""
    rng = Random(seed)  # noqa: S311
    found = list(_cast())
    taken = {person.email for person in found} | {person.phone for person in found}
    found += [_stranger(rng, number, taken) for number in range(len(found), max(count, len(found)))]
    return found


def _cast() -> Iterator[Person]:
    yield Person(0, "Maija", "Laine", True, 1989, "fi", "FI", "Helsinki", "Vaasankatu 14 B 22", "00500", "kamppi", "chatty",
                 "maija.laine@example.fi", "+358405550134", "PP-20931")  # fmt: skip
    yield Person(1, "Piotr", "Kowalski", False, 1978, "pl", "PL", "Kraków", "ul. Kalwaryjska 32/7", "30-504", "krakow", "phone",
                 "piotr.kowalski@example.pl", "+48601555017", "PP-20417")  # fmt: skip
    yield Person(2, "Anna", "Söderholm", True, 1994, "sv", "FI", "Åbo", "Slottsgatan 19 A 5", "20100", "turku", "mail",
                 "anna.soderholm@example.fi", "+358505550162", "PP-20588")  # fmt: skip
    yield Person(3, "Helvi", "Rautio", True, 1944, "fi", "FI", "Helsinki", "Pohjolankatu 41 A 3", "00610", "kamppi", "paper",
                 card="PP-20102")  # fmt: skip
    yield Person(4, "Eero", "Väisänen", False, 1963, "fi", "FI", "Turku", "Martinkatu 7 B 11", "20810", "turku", "phone",
                 "eero.vaisanen@example.fi", "+358445550178", "PP-20345")  # fmt: skip


def _stranger(rng: Random, number: int, taken: set[str]) -> Person:
    language = rng.choices(("fi", "sv", "pl", "en"), (50, 13, 29, 8))[0]
    woman, born = rng.random() < 0.51, YEAR - _age(rng)
    first, last = _name(rng, language, woman, born)
    city, street, postcode, country, shop = _home(rng, language)
    person = Person(number, first, last, woman, born, language, country, city, street, postcode, shop, _trait(rng, born))
    person.size = rng.choice((0, 0, 1, 1, 2) if woman else (1, 1, 2, 2, 3))
    if person.trait != "paper":
        person.email = _email(rng, person, taken) if rng.random() < 0.93 else ""
        person.phone = _phone(rng, country, taken) if rng.random() < 0.9 or not person.email else ""
        person.visitor = _browser(rng) if rng.random() < 0.6 else ""
    if rng.random() < 0.62 or person.trait in ("shop", "paper"):
        person.card = f"PP-{21000 + number * 3}"
    return person


def _age(rng: Random) -> int:
    return min(86, max(18, round(rng.triangular(18, 84, 38))))


def _trait(rng: Random, born: int) -> str:
    if born < 1956:
        return rng.choices(("paper", "phone", "shop", "mail"), (22, 30, 30, 18))[0]
    return rng.choices(("chatty", "brief", "mail", "phone", "shop"), (25, 24, 26, 15, 10))[0]


def _common(rng: Random, words: list[str]) -> str:
    """The first of a list are the commonest, as with real names."""
    return words[min(int(rng.expovariate(3.2 / len(words))), len(words) - 1)]


def _name(rng: Random, language: str, woman: bool, born: int) -> tuple[str, str]:
    book = NAMES[language]
    if language == "en":
        first, _, last = str(rng.choice(book["f" if woman else "m"])).partition(" ")
        return first, last
    years = book["f" if woman else "m"]
    given = next(years[until] for until in sorted(years) if born <= int(until))
    last = _common(rng, book["family"].split())
    if language == "pl" and woman:
        last = re.sub(r"(sk|ck)i$", r"\1a", last)
    return _common(rng, given.split()), last


def _home(rng: Random, language: str) -> tuple[str, str, str, str, str]:
    spoken = language if language != "en" else rng.choice(("fi", "fi", "pl"))
    towns = [town for town, place in PLACES.items() if spoken in place]
    weights = {"Helsinki": 8, "Turku": 9 if spoken == "sv" else 5, "Kraków": 10}
    town = rng.choices(towns, [weights.get(town, 1) for town in towns])[0]
    place = PLACES[town]
    street, _, postcode = str(rng.choice(place[spoken])).partition("|")
    door = f"{rng.randint(1, 58)}"
    if spoken == "pl":
        door += f"/{rng.randint(1, 40)}" if rng.random() < 0.7 else ""
    elif rng.random() < 0.75:
        door += f" {rng.choice('AABBC')} {rng.randint(1, 48)}"
    shown = place.get("swedish", {"Helsinki": "Helsingfors"}.get(town, town)) if spoken == "sv" else town
    return shown, f"{street} {door}", postcode, place["country"], place["shop"]


def plain(text: str) -> str:
    """Letters as they stand in an email address."""
    return re.sub(r"[^a-z]", "", unicodedata.normalize("NFKD", text.lower().replace("ł", "l")).encode("ascii", "ignore").decode())


def _email(rng: Random, person: Person, taken: set[str]) -> str:
    first, last = plain(person.first), plain(person.last)
    own = f"example.{person.country.lower()}"
    domain = rng.choice((own, own, own, "example.com", "example.net", "example.org"))
    shapes = (f"{first}.{last}", f"{first[0]}{last}", f"{first}{last}{person.born % 100:02d}", f"{last}.{first}", f"{first}_{last}")
    for local in (*rng.sample(shapes, k=2), *(f"{first}.{last}{n}" for n in range(2, 99))):
        if (address := f"{local}@{domain}") not in taken:
            taken.add(address)
            return address
    return ""


def _browser(rng: Random) -> str:
    """Shaped as the chat's own visitor ids (UUIDv7)."""
    digits = f"{rng.getrandbits(128):032x}"
    return f"0190{digits[:4]}-{digits[4:8]}-7{digits[8:11]}-9{digits[11:14]}-{digits[14:26]}"


def _phone(rng: Random, country: str, taken: set[str]) -> str:
    for _ in range(2000):
        digits = f"{rng.randint(180, 9999):04d}" if country == "FI" else f"{rng.randint(20, 999):03d}"
        number = rng.choice(PHONES[country]) + digits
        if number not in taken:
            taken.add(number)
            return number
    return ""
