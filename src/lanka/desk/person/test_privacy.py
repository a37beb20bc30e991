"""A person asks what is known of them, and to be forgotten. Administrators do it, with the name typed once more."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from tests.cast import Cast, cast
from tests.real_lines import SETTINGS

from lanka.core.clock import now
from lanka.customers.models import Customer
from lanka.deliver.models import Delivery, State
from lanka.people.models import Audit, User
from lanka.timeline.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db: None) -> Cast:
    return cast(SETTINGS)


def sits(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_all_that_is_known_as_a_file(house: Cast) -> None:
    answer = sits(house.sanna).post(f"/desk/person/{house.maija.pk}/export/", REMOTE_ADDR="192.0.2.7")
    assert answer["Content-Disposition"].startswith("attachment")
    told = json.loads(answer.content)
    assert told["person"]["name"] == "Maija Laine"
    assert any("Milloin tilaamani Kuura" in row.get("text", "") for row in told["history"]), "also from the base that was joined"
    assert told["orders"]
    assert (Audit.objects.get().verb, Audit.objects.get().remote) == ("customer.exported", "192.0.2.7")


def test_a_slip_erases_nobody(house: Cast) -> None:
    sanna, url = sits(house.sanna), f"/desk/person/{house.maija.pk}/erase/"
    for name in ("", "Maija", "Piotr Nowicki"):
        assert sanna.post(url, {"name": name}).status_code == 422
    assert Customer.objects.get(pk=house.maija.pk).name == "Maija Laine"
    assert not Audit.objects.exists()


def test_maija_is_erased_and_the_others_stay(house: Cast) -> None:
    sanna, others = sits(house.sanna), Event.objects.filter(customer=house.piotr).count()
    assert "Erase this person" in sanna.get(f"/desk/person/{house.maija.pk}/").content.decode()
    done = sanna.post(f"/desk/person/{house.maija.pk}/erase/", {"name": " maija laine"})
    assert (done.status_code, done["HX-Redirect"]) == (204, "/desk/person/")
    assert sanna.get(f"/desk/person/{house.maija.pk}/").status_code == 404
    assert sanna.get(f"/desk/conversation/{house.parcel.pk}/").status_code == 404
    assert Event.objects.filter(customer=house.piotr).count() == others
    assert Audit.objects.get().verb == "customer.forgotten"


def test_not_while_a_message_is_just_going_out(house: Cast) -> None:
    Delivery.objects.filter(customer=house.maija).update(state=State.CLAIMED, lease_until=now().replace(year=2100))
    assert sits(house.sanna).post(f"/desk/person/{house.maija.pk}/erase/", {"name": "Maija Laine"}).status_code == 409
    assert Event.objects.filter(customer=house.maija).exists()


def test_only_administrators(house: Cast) -> None:
    for user in (house.aino, house.ville, house.ben):
        client = sits(user)
        assert "Erase this person" not in client.get(f"/desk/person/{house.maija.pk}/").content.decode()
        assert client.post(f"/desk/person/{house.maija.pk}/erase/", {"name": "Maija Laine"}).status_code == 403
        assert client.post(f"/desk/person/{house.maija.pk}/export/").status_code == 403
