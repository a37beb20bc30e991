"""The town's pages answer, and what somebody does there goes through the door to the town's process."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings
from django.urls import path

from lanka import config
from lanka.town import door, urls
from lanka.town.company import DOMAIN, PASSWORD
from lanka.town.devices.mailbox import compose, html_of, parsed, text_of
from lanka.town.dwellers import arrived, did
from lanka.town.models import Dweller, Item, Kind, Pace
from lanka.town.welcome import welcome
from lanka.urls import urlpatterns as house

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town", "pages")]
MAIJA, PIOTR, HELVI = 0, 1, 3


class Urls:
    from django.urls import include

    urlpatterns = [*(one for one in house if str(one.pattern) != "town/"), path("town/", include((urls.urlpatterns, "town")))]


@pytest.fixture
def pages(monkeypatch):
    monkeypatch.setattr(config, "DEMO", True)
    with override_settings(
        ROOT_URLCONF=Urls, STORAGES={"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    ):
        yield


@pytest.fixture
def asked(monkeypatch):
    """What went through the door."""
    heard = []
    monkeypatch.setattr(door, "ask", lambda number, verb, **data: heard.append((number, verb, data)))
    return heard


@pytest.mark.parametrize(
    "place", ["", "?q=maija", "?q=söder", "tour/", "tour/steps/", "shop/", "shop/?as=0", "shop/?as=1&lang=en", "shop/kuura/?as=2",
              "0/phone/", "0/phone/telegram/",
              "1/mail/", "0/mail/new/", "3/letters/", "3/walk/", "0/web/", "4/walk/"]
)  # fmt: skip
def test_every_page_answers(client, place):
    answer = client.get(f"/town/{place}")
    assert answer.status_code == 200, answer.content[:300]
    assert b"{{" not in answer.content and b"{%" not in answer.content


@pytest.mark.parametrize("place", ["999999/phone/", "shop/nothing/", "0/mail/999999/", "0/letters/1.pdf"])
def test_what_is_not_there(client, place):
    assert client.get(f"/town/{place}").status_code == 404


def test_no_inline_script_and_every_script_has_its_nonce(client):
    for place in ("", "0/phone/", "shop/?as=0", "tour/"):
        page = client.get(f"/town/{place}").content.decode()
        for tag in page.split("<script")[1:]:
            assert "nonce=" in tag.partition(">")[0] or ' src="/static/' in tag.partition(">")[0]
            assert tag.partition(">")[2].startswith("</script>")
        assert " style=" not in page and " onclick=" not in page


def test_a_text_message_goes_through_the_door_and_the_poll_is_quiet_when_nothing_came(client, asked):
    client.post(f"/town/{PIOTR}/phone/", {"text": "Dzień dobry!"})
    assert asked == [(PIOTR, "sms", {"text": "Dzień dobry!"})]
    last = Item.objects.filter(dweller=PIOTR, kind=Kind.SMS).order_by("-id").first()
    assert client.get(f"/town/{PIOTR}/phone/?last={last.pk}", headers={"HX-Request": "true"}).status_code == 204
    arrived(Dweller.objects.get(pk=PIOTR), Kind.SMS, "x1", text="Gotowe do odbioru")
    assert 'class="count">1<' in client.get(f"/town/{PIOTR}/walk/").content.decode()
    assert "Gotowe do odbioru" in client.get(f"/town/{PIOTR}/phone/?last={last.pk}", headers={"HX-Request": "true"}).content.decode()


def test_mail_is_shown_in_a_sandbox_and_answered(client, asked):
    raw = b"From: a@pyorapolku.example\r\nMessage-ID: <1@x>\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script><b>Hei</b>"
    maija = Dweller.objects.get(pk=MAIJA)
    mail = arrived(maija, Kind.MAIL, "m1", subject="Kuura", text="Hei", body=raw, data={"message_id": "<1@x>"})
    page = client.get(f"/town/{MAIJA}/mail/{mail.pk}/").content.decode()
    assert 'sandbox="' in page and "<script>alert" not in page
    body = client.get(f"/town/{MAIJA}/mail/{mail.pk}/body/")
    assert "sandbox" in body["Content-Security-Policy"] and "script-src" not in body["Content-Security-Policy"]
    client.post(f"/town/{MAIJA}/mail/{mail.pk}/", {"text": "Kiitos!"})
    assert asked == [(MAIJA, "mail", {"subject": "Re: Kuura", "text": "Kiitos!", "answers": mail.pk})]


def test_a_walk(client, asked):
    client.post(f"/town/{HELVI}/walk/", {"shop": "turku", "do": "buy", "product": "bell"})
    client.post(f"/town/{HELVI}/walk/", {"shop": "nowhere", "do": "visit"})
    assert asked == [(HELVI, "buy", {"shop": "turku", "product": "bell"}), (HELVI, "visit", {"shop": "kamppi"})]


def test_a_sleeping_town_says_so(client, monkeypatch):
    def asleep(*args, **kwargs):
        raise door.Asleep

    monkeypatch.setattr(door, "ask", asleep)
    assert "asleep" in client.post(f"/town/{PIOTR}/phone/", {"text": "hei"}, follow=True).content.decode()


def test_pause_and_speed(client):
    client.post("/town/pace/", {"paused": "1"})
    client.post("/town/pace/", {"speed": "4"})
    assert (Pace.objects.get().paused, Pace.objects.get().speed) == (True, 4.0)
    client.post("/town/pace/", {"paused": "0", "speed": "NaN"})
    assert (Pace.objects.get().paused, Pace.objects.get().speed) == (False, 1.0)


def test_sitting_down_at_the_desk(client):
    answer = client.post("/town/sign-in/aino/", {"next": "https://evil.example/"})
    assert answer["Location"] == "/desk/"
    assert client.session["_auth_user_id"]
    assert client.get("/town/sign-in/aino/").status_code == 405
    assert client.post("/town/sign-in/nobody/").status_code == 404


def test_an_answer_as_mail_programs_write_it():
    maija = Dweller.objects.get(pk=MAIJA)
    told = {"message_id": "<a@x>", "reply_to": "Aino <asiakaspalvelu+1.x@pyorapolku.example>", "references": "<0@x>"}
    item = did(maija, Kind.MAIL, "m2", subject="Kuura", text="Hei Maija", data=told)
    mail = parsed(compose(maija, "Re: Kuura", "Kiitos!", item).as_bytes())
    assert mail["In-Reply-To"] == "<a@x>" and mail["References"] == "<0@x> <a@x>"
    assert "asiakaspalvelu+1.x@" in mail["To"]
    assert text_of(mail).startswith("Kiitos!") and "> Hei Maija" in text_of(mail) and html_of(mail) == ""


def test_the_words_at_the_start():
    words = welcome()
    assert PASSWORD in words and f"aino@{DOMAIN}" in words and "/town/tour/" in words


def test_neither_seed_nor_town_outside_the_demo(monkeypatch):
    monkeypatch.setattr(config, "DEMO", False)
    for command in ("seed", "townd"):
        with pytest.raises(CommandError, match="LANKA_DEMO"):
            call_command(command)
