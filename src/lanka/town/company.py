"""The demo company: brand, shops, teams, those who work there, the answers they give."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.hashers import make_password

from lanka.commerce.models import Store
from lanka.content.models import Answer, Brand
from lanka.people.models import Role, Team, User

HERE = Path(__file__).resolve().parent
PASSWORD = "pyora-polku"  # noqa: S105 (the demo's, printed at start, never made outside LANKA_DEMO)
DOMAIN = "pyorapolku.example"
MAILBOX = f"asiakaspalvelu@{DOMAIN}"
NAME = "Pyörä & Polku"
HOURS = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")} | {"sat": [["10:00", "15:00"]]}


@dataclass(frozen=True)
class Shop:
    key: str
    name: str
    city: str
    country: str
    address: tuple[str, ...]
    phone: str
    currency: str
    places: dict[str, tuple[str, str]]  # language: ('in the shop', 'to the shop'), as people say it
    hours: dict[str, list[list[str]]]


SHOPS = (
    Shop("kamppi", "Helsinki Kamppi", "Helsinki", "FI", ("Annankatu 31", "00100 Helsinki"), "+358 9 555 0110", "EUR",
         {"fi": ("Kampin myymälässä", "Kampin myymälään"), "sv": ("i butiken i Kampen", "till butiken i Kampen"),
          "en": ("at our Kamppi shop", "to our Kamppi shop"), "pl": ("w salonie Kamppi w Helsinkach", "do salonu Kamppi w Helsinkach")},
         HOURS),
    Shop("turku", "Turku", "Turku", "FI", ("Humalistonkatu 8", "20100 Turku"), "+358 2 555 0120", "EUR",
         {"fi": ("Turun myymälässä", "Turun myymälään"), "sv": ("i butiken i Åbo", "till butiken i Åbo"),
          "en": ("at our Turku shop", "to our Turku shop"), "pl": ("w salonie w Turku", "do salonu w Turku")},
         HOURS | {"sat": [["10:00", "14:00"]]}),
    Shop("krakow", "Kraków", "Kraków", "PL", ("ul. Karmelicka 27", "31-131 Kraków"), "+48 12 555 01 30", "PLN",
         {"fi": ("Krakovan myymälässä", "Krakovan myymälään"), "sv": ("i butiken i Krakow", "till butiken i Krakow"),
          "en": ("at our Kraków shop", "to our Kraków shop"), "pl": ("w salonie na Karmelickiej", "do salonu na Karmelickiej")},
         {day: [["10:00", "19:00"]] for day in ("mon", "tue", "wed", "thu", "fri")} | {"sat": [["10:00", "15:00"]]}),
)  # fmt: skip
SHOP = {shop.key: shop for shop in SHOPS}

STAFF = (  # email, name, name shown, role, language, teams
    ("aino", "Aino Virtanen", "Aino", Role.AGENT, "fi", ("Helsinki", "Workshop")),
    ("ville", "Ville Korhonen", "Ville", Role.SUPERVISOR, "fi", ("Helsinki", "Workshop")),
    ("linnea", "Linnea Forsman", "Linnea", Role.AGENT, "sv", ("Turku",)),
    ("katarzyna", "Katarzyna Nowak", "Katarzyna", Role.AGENT, "pl", ("Kraków",)),
    ("ben", "Ben Lindqvist", "Ben", Role.COMMUNICATOR, "sv", ()),
    ("sanna", "Sanna Mäkelä", "Sanna", Role.ADMINISTRATOR, "fi", ("Helsinki",)),
)
TEAMS = ("Helsinki", "Turku", "Kraków", "Workshop")


@dataclass(frozen=True)
class Company:
    brand: Brand
    stores: dict[str, Store]
    teams: dict[str, Team]
    staff: dict[str, User]


def found() -> Company:
    """Founds the company in an empty database."""
    staff, teams = _people()
    brand = Brand.objects.create(
        name=NAME,
        tokens={
            "color": "#1d6b52", "ink": "#1d2b26", "font": "Inter, Noto Sans, system-ui, sans-serif",
            "logo": (HERE / "logo.svg").read_text(), "web": f"www.{DOMAIN}", "phone": SHOPS[0].phone, "email": MAILBOX,
            "company": "Pyörä & Polku Oy", "business_id": "1234567-1",
        },
        return_address=[NAME + " Oy", *SHOPS[0].address],
        hours={},  # always open: the demo is looked at at any hour; the shops keep their own
    )  # fmt: skip
    stores = {s.key: Store.objects.create(name=s.name, city=s.city, country=s.country, address=list(s.address)) for s in SHOPS}
    Answer.objects.bulk_create(Answer(**answer) for answer in answers())
    return Company(brand, stores, teams, staff)


def answers() -> list[dict[str, object]]:
    book = tomllib.loads((HERE / "talk" / "answers.toml").read_text())
    return [{"key": key, "title": one.pop("title"), "texts": {k: v.strip() for k, v in one.items()}} for key, one in book.items()]


def _people() -> tuple[dict[str, User], dict[str, Team]]:
    password = make_password(PASSWORD)
    teams = {name: Team.objects.create(name=name) for name in TEAMS}
    staff = {}
    for key, name, shown, role, language, member in STAFF:
        user = User.objects.create(email=f"{key}@{DOMAIN}", name=name, public_name=shown, role=role, language=language, password=password)
        user.teams.set([teams[team] for team in member])
        staff[key] = user
    return staff, teams
