"""Aino at the counter in Kamppi."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from tests.cast import Cast, cast
from tests.real_lines import SETTINGS

from lanka.channels.base import Known
from lanka.channels.registry import channel, view
from lanka.commerce.models import Order, Store
from lanka.core.clock import now
from lanka.customers.models import Customer
from lanka.receive.models import Quarantine, RawItem
from lanka.timeline.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db: None) -> Cast:
    return cast(SETTINGS)


@pytest.fixture
def aino(house: Cast) -> Client:
    client = Client()
    client.force_login(house.aino)
    Store.objects.get_or_create(name="Helsinki Kamppi", defaults={"city": "Helsinki", "country": "FI"})
    client.post("/desk/counter/place/", {"place": f"{house.lines['store'].pk}:Helsinki Kamppi"})
    return client


def opened(client: Client, text: str) -> str:
    return client.get("/desk/counter/", {"q": text}).headers.get("Location", "")


def test_card_number_phone_and_our_own_code_open_the_person(aino: Client, house: Cast) -> None:
    line = view(house.lines["store"])
    code = channel(line.kind).qr_token(line, Known("card", "PP-20931"))  # type: ignore[attr-defined]
    for text in ("PP-20931", "pp-20931", "040 555 0134", "+358405550134", "maija.laine@example.fi", code):
        assert opened(aino, text) == f"/desk/counter/person/{house.maija.pk}/", text
    forged = aino.get("/desk/counter/", {"q": code[:-3] + "AAA"})
    assert "not signed by us" in forged.content.decode()


def test_a_visit_goes_the_way_of_a_tills_post(aino: Client, house: Cast) -> None:
    url, key = f"/desk/counter/person/{house.maija.pk}/visit/", str(uuid4())
    for _twice in range(2):
        assert aino.post(url, {"text": "Wants a bell", "key": key}).status_code == 302
    event = Event.objects.get(kind="visit", text="Wants a bell")
    raw = RawItem.objects.get(pk=event.raw_id)
    assert raw.understood_at
    assert b"PP-20931" in bytes(raw.body)
    assert (event.customer_id, event.data["store"], event.data["clerk"]) == (house.maija.pk, "Helsinki Kamppi", "Aino Virtanen")


def test_a_purchase_becomes_an_order_and_a_wrong_price_is_said(aino: Client, house: Cast) -> None:
    url = f"/desk/counter/person/{house.maija.pk}/purchase/"
    goods = {"product": ["Bell", "Kuura M 54", ""], "price": ["12,50", "1 249.00", ""], "currency": "EUR"}
    assert aino.post(url, goods).status_code == 302
    assert Order.objects.filter(customer=house.maija, amount=126150).exists()
    wrong = aino.post(url, {"product": ["Bell"], "price": ["twelve"], "currency": "EUR"})
    assert wrong.status_code == 422
    assert "such as 12,50" in wrong.content.decode()
    assert 'value="twelve"' in wrong.content.decode()


def test_somebody_elses_order_is_not_handed_over(aino: Client, house: Cast) -> None:
    Order.objects.create(number="77001", customer=house.piotr, at=house.parcel.created_at, status="ready", amount=1)
    answer = aino.post(f"/desk/counter/person/{house.maija.pk}/pickup/", {"number": "77001"})
    assert "belongs to somebody else" in answer.content.decode()
    assert Order.objects.get(number="77001").status == "ready"


def test_a_newcomer_with_a_number_that_was_shown(aino: Client) -> None:
    page = aino.get("/desk/counter/", {"q": "040 555 0777"}).content.decode()
    assert 'value="040 555 0777"' in page
    told = {"name": "Onni Hämäläinen", "phone": "040 555 0777", "checked": "on", "key": str(uuid4())}
    place = aino.post("/desk/counter/new/", told)["Location"]
    assert "Onni Hämäläinen" in aino.get(place).content.decode()
    assert opened(aino, "0405550777") == place
    assert aino.post("/desk/counter/new/", {"name": "Nobody"}).status_code == 422


def test_who_is_known_by_paper_only_cannot_be_named_here(aino: Client, house: Cast) -> None:
    answer = aino.post(f"/desk/counter/person/{house.helvi.pk}/note/", {"text": "Came by"})
    assert answer.status_code == 422


def test_what_cannot_be_understood_is_kept(aino: Client, house: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("lanka.receive.understand.take_happening", broken)
    aino.post(f"/desk/counter/person/{house.maija.pk}/note/", {"text": "Do not lose me"})
    held = Quarantine.objects.get()
    assert b"Do not lose me" in bytes(held.raw.body)


def test_the_shop_is_remembered_by_the_device(house: Cast) -> None:
    for name in ("Helsinki Kamppi", "Turku"):
        Store.objects.get_or_create(name=name, defaults={"city": name, "country": "FI"})
    client = Client()
    client.force_login(house.aino)
    assert "Where does this counter stand?" in client.get("/desk/counter/").content.decode()
    client.post("/desk/counter/place/", {"place": f"{house.lines['store'].pk}:Turku"})
    client.force_login(house.ville)  # the next shift
    assert client.get("/desk/counter/").context["place"].shop == "Turku"


def test_somebody_known_by_letters_only_is_found_and_gets_a_card(aino: Client, house: Cast) -> None:
    alma = Customer.objects.create(name="Alma Salmi", search="alma salmi", created_at=now())
    assert opened(aino, "Salmi") == f"/desk/counter/person/{alma.pk}/"
    page = aino.get(f"/desk/counter/person/{alma.pk}/").content.decode()
    assert "Known by paper only" in page and "?do=card" in page
    url = f"/desk/counter/person/{alma.pk}/card/"
    assert aino.post(url, {"card": "PP-20931"}).status_code == 422, "that one is Maija's"
    assert aino.post(url, {"card": "?"}).status_code == 422
    assert aino.post(url, {"card": "PP-30555"}).status_code == 302
    assert opened(aino, "pp-30555") == f"/desk/counter/person/{alma.pk}/"
    assert aino.post(f"/desk/counter/person/{alma.pk}/visit/", {"text": "Bell", "key": str(uuid4())}).status_code == 302
    told = Event.objects.get(customer=alma, kind="fact")
    assert (told.text, told.actor, told.data["store"]) == ("PP-30555", house.aino, "Helsinki Kamppi")


def test_who_has_a_card_gets_no_second_one(aino: Client, house: Cast) -> None:
    url = f"/desk/counter/person/{house.maija.pk}/"
    assert "?do=card" not in aino.get(url).content.decode()
    answer = aino.post(f"{url}card/", {"card": "PP-44001"})
    assert answer.status_code == 422 and "They have a card already" in answer.content.decode()
    assert aino.post(f"{url}card/", {"card": "pp-20931"}).status_code == 302, "it is theirs"
    assert not Event.objects.filter(kind="fact", customer=house.maija).exists()
