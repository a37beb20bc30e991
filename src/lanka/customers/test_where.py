"""Where somebody lives: told by their address, else by their phone; a merge and its undo carry it along."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from lanka.customers.fact import learn
from lanka.customers.models import Customer
from lanka.customers.recognise import recognise
from lanka.customers.where import country_code, phone_country, zone_name, zones_of

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class Known(NamedTuple):
    kind: str
    value: str
    proven: bool = True


def met(*known: tuple[Any, str]) -> Customer:
    return recognise([Known(*one) for one in known], at=NOW, source="test").customer


@pytest.mark.django_db
def test_a_phone_tells_the_country_until_an_address_does() -> None:
    maija = met(("phone", "+358405550134"))
    assert Customer.objects.get(pk=maija.pk).country == "FI"
    learn(maija, "address", {"street": "Storgatan 1", "town": "Umeå", "country": "Sverige"}, source="shop")
    learn(maija, "time_zone", "Europe/Stockholm", source="shop")
    maija.refresh_from_db()
    assert (maija.country, maija.zone) == ("SE", "Europe/Stockholm")


@pytest.mark.django_db
def test_a_phone_learnt_later_tells_it_too() -> None:
    piotr = met(("email", "piotr@wisniewski.example"))
    assert Customer.objects.get(pk=piotr.pk).country == ""
    met(("email", "piotr@wisniewski.example"), ("phone", "+48601555017"))
    assert Customer.objects.get(pk=piotr.pk).country == "PL"


def test_countries_and_zones_are_read_as_people_write_them() -> None:
    assert [country_code(text) for text in ("fi", "Suomi", "Szwecja", "Atlantis", "XX")] == ["FI", "FI", "SE", "", ""]
    assert [phone_country(number) for number in ("+358405550134", "+14155550134", "+800", "nobody")] == ["FI", "US", "", ""]
    assert zone_name("Europe/Helsinki") and not zone_name("Mars/Olympus")
    assert zones_of("SE") == ("Europe/Stockholm",) and len(zones_of("US")) > 4 and zones_of("") == ()
