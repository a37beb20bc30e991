"""Colleagues: invited, changed, never locked out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from tests.cast import Company, company, user

from lanka.people.models import Audit, Role, Team, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db: None) -> Company:
    return company()


@pytest.fixture
def sanna(house: Company) -> Client:
    client = Client()
    client.force_login(house.sanna)
    return client


def told(who: User, **more: Any) -> dict[str, Any]:
    plain = {"name": who.name, "email": who.email, "public_name": "", "role": who.role, "language": "en", "is_active": "on"}
    return {name: value for name, value in {**plain, **more}.items() if value is not None}


def test_an_invited_colleague_chooses_a_password_by_the_link_once(sanna: Client, house: Company) -> None:
    eero = {"name": "Eero Väisänen", "email": "eero@pyorapolku.example", "role": "agent", "language": "fi", "teams": [house.helsinki.pk]}
    page = sanna.post("/desk/people/new/", eero)
    assert page["Cache-Control"] == "no-store"
    made = User.objects.get(email="eero@pyorapolku.example")
    assert not made.has_usable_password()
    assert list(made.teams.all()) == [house.helsinki]
    path = re.search(r"<code>https?://[^/]+(/account/[^<]+)</code>", page.content.decode())
    assert path
    eeros = Client()
    form = eeros.get(path[1], follow=True)
    assert form.status_code == 200
    eeros.post(form.redirect_chain[-1][0], {"password1": "ketju-ja-rattaat-9", "password2": "ketju-ja-rattaat-9"})
    made.refresh_from_db()
    assert made.check_password("ketju-ja-rattaat-9")
    again = Client().get(path[1], follow=True)
    assert "password1" not in again.content.decode()


def test_the_last_administrator_stays(sanna: Client, house: Company) -> None:
    url = f"/desk/people/{house.sanna.pk}/"
    for change in ({"role": "agent"}, {"is_active": None}):
        assert sanna.post(url, told(house.sanna, **change)).status_code == 422
    house.sanna.refresh_from_db()
    assert (house.sanna.role, house.sanna.is_active) == (Role.ADMINISTRATOR, True)


def test_nobody_locks_themselves_out_even_with_another_administrator(sanna: Client, house: Company) -> None:
    other = user("Tuomas Aho", Role.ADMINISTRATOR)
    assert sanna.post(f"/desk/people/{house.sanna.pk}/", told(house.sanna, role="agent")).status_code == 422
    assert sanna.post(f"/desk/people/{other.pk}/", told(other, role="agent")).status_code == 302
    assert Audit.objects.get(verb="user.changed").detail["fields"] == ["role"]


def test_out_of_use_is_signed_out_at_once(sanna: Client, house: Company) -> None:
    ainos = Client()
    ainos.force_login(house.aino)
    assert ainos.get("/desk/preferences/").status_code == 405
    sanna.post(f"/desk/people/{house.aino.pk}/", told(house.aino, is_active=None))
    assert ainos.get("/desk/preferences/").status_code == 302


def test_what_is_wrong_is_said(sanna: Client, house: Company) -> None:
    wrong = {"name": "", "email": house.aino.email.upper(), "role": "king", "language": "xx"}
    answer = sanna.post("/desk/people/new/", wrong)
    assert set(answer.context["errors"]) == {"name", "email", "role", "language"}


def test_teams(sanna: Client, house: Company) -> None:
    sanna.post("/desk/people/teams/", {"name": "Turku"})
    team = Team.objects.get(name="Turku")
    sanna.post(f"/desk/people/teams/{team.pk}/", {"name": "Turku centre", "members": [house.aino.pk]})
    assert list(Team.objects.get(name="Turku centre").members.all()) == [house.aino]
    assert sanna.post("/desk/people/teams/", {"name": "Helsinki"}).status_code == 422
    assert sanna.post(f"/desk/people/teams/{team.pk}/delete/")["HX-Redirect"] == "/desk/people/teams/"
    assert [row.verb for row in Audit.objects.order_by("pk")] == ["team.made", "team.changed", "team.deleted"]
